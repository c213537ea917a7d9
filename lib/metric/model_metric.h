// Metrics of a model: what the samples' log-densities say of it, or it of them.
#pragma once
#include <algorithm>
#include <string>

#include "core/progress.h"
#include "core/random.h"
#include "metric/metric.h"
#include "process/denoiser.h"
#include "sample/likelihood.h"

namespace dm {

// A model, an oracle or the flow of a transport as these metrics see it.
struct Judged {
  const Schedule& schedule;
  const Denoiser& denoiser;
  const Value& options;          // resolved model_options()
  Stream stream;                 // seed / "dm-eval"
  Mat<const double> given = {};  // the condition of each row, or without columns

  // Of a transport: the law that its flow starts from, the grid that suits it, and what the grid covers.
  LogPrior prior = nullptr;
  const char* grid = nullptr;
  Span span = {};
};

struct ModelMetric : Metric {
  double offset;
  explicit ModelMetric(const Value& o) : offset(o["offset"].number()) {}
  static Option offset_option();

  bool has_floor() const override { return false; }
  const char* no_floor() const override;
  bool needs_reference() const override { return false; }
  const ModelMetric* of_model() const override { return this; }
  // value = -sum_i w_i log p(x_i), in nats and in bits a dimension, with its errors and its terms.
  Value evaluate(const Sets&, uint64_t seed) const override;

  // log p of the rows x [rows.n, d] in model units, or a bound of it. A row's is a pure function of its id, content and condition.
  virtual LogDensities log_p(const Judged&, Rows, Mat<const double> x, Progress&) const = 0;
  virtual const char* column() const = 0;  // what log_p is called where it is written row by row
  virtual const char* repeat() const = 0;  // and what is repeated a row: "probe" gives probe_error, ..
};

// An option of the whole command and the metrics that read it.
struct SharedOption {
  Option option;
  std::vector<std::string> readers;

  bool read_by(const std::string& metric) const { return std::find(readers.begin(), readers.end(), metric) != readers.end(); }
  std::string names() const;  // "nll and ddim-kl"
};
const std::vector<SharedOption>& model_options();  // divergence, probes, sampler, grid, steps, start, end

// The plan that these options ask for, reverse moves from the reference to `end`; `lowest`: see Span.
Plan model_plan(const Judged&, Final end, double lowest = 0);

}  // namespace dm
