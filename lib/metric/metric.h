// Metrics: one number (and what it was computed with) that compares samples with reference rows.
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "core/option.h"
#include "core/value.h"
#include "ot/points.h"
#include "sample/log_densities.h"

namespace dm {

// How the samples came to where they are, for metrics of paths; in the order of all the samples given, whichever of them are compared.
struct Ways {
  int64_t points = 0, n = 0, d = 0;
  const double* x = nullptr;       // [points, n, d]; null: not stored
  const double* t = nullptr;       // [points]; null: not stored
  const double* energy = nullptr;  // [n], the integral of |v|^2 along each row's way; null: not stored
};

// What is compared: samples [n, d], reference [m, d], and where a metric asks for them the rows that the model was trained on.
struct Sets {
  Points samples, reference;
  const Points* train = nullptr;
  const Points* scale =
      nullptr;  // rows that set TV's box and MMD's bandwidth (the whole reference where `reference` is a part); null: reference
  const LogDensities* log_p = nullptr;  // of each sample under a model
  const Ways* ways = nullptr;           // null: none
};

struct ModelMetric;

struct Metric {
  virtual ~Metric() = default;
  // An object that holds "value" and everything that was used to compute it (projections, seed, bins, bandwidth). Random choices are a
  // pure function of the seed, the same for every pair of sets, so that a value and its floor share them. Throws dm::Error (Exit::data).
  virtual Value evaluate(const Sets&, uint64_t seed) const = 0;
  // Bytes besides the rows that one evaluation of n samples against m rows in d columns holds: copies of them, sorted or projected.
  virtual double memory(int64_t n, int64_t m, int64_t d) const { return 16.0 * double(n + m) * double(d); }
  virtual bool has_floor() const { return true; }  // the value between two independent sets of one law is a floor
  virtual const char* no_floor() const { return "the value is compared with a fixed number, not with a distance"; }  // why it has none
  virtual bool needs_train() const { return false; }
  virtual bool needs_reference() const { return true; }
  virtual bool ordered() const { return false; }                   // reads meaning off the samples' order, so it takes all of them
  virtual const ModelMetric* of_model() const { return nullptr; }  // itself where it judges a model: needs Sets::log_p
};

using MetricEntry = Entry<std::unique_ptr<Metric>>;
const Family& metrics();
std::unique_ptr<Metric> make_metric(const Value& resolved);

}  // namespace dm
