// The engine of dm-sample: a denoiser (trained or exact), a plan and a rule in, rows out.
#pragma once
#include "bridge/bridge.h"
#include "core/progress.h"
#include "density/density.h"
#include "job/model.h"
#include "job/route.h"
#include "sample/sampler.h"

namespace dm::job {

const std::vector<Option>& sample_options();

struct Samples {
  Matrix<double> x;            // [n, d], data units
  Matrix<double> path;         // [(steps + 1) n, d] where asked for: state k of row i is row k n + i
  std::vector<double> path_t;  // time of each state of the path
  std::vector<double> energy;  // int |v|^2 dt of each row along its way, data units; empty: not of a transport, or not known
  std::vector<int64_t> row;    // of the observations y that each row of x answers to; empty without a condition
  double evaluations = 0;      // of the denoiser, mean over the rows
};

// What rows are drawn from besides the model, in data units; null: nothing.
struct SampleInputs {
  const Matrix<double>* from = nullptr;  // [m, d], in place of draws of the reference law
  const Matrix<double>* y = nullptr;     // [K, dy], observations: n rows for each; with `from` one for all rows or one each
};

// Row i of an observation is a pure function of the model, the options, the seed, i, the observation's number and content, and row i of
// `from`.
Samples sample(const Model&, const Value& options, uint64_t seed, Progress&, const SampleInputs& = {});
Samples sample(const Density&, const Value& options, uint64_t seed, Progress&, const SampleInputs& = {});

// A transport between two laws, in the model units of its codec.
struct Bridged {
  const Transport* transport = nullptr;
  const Codec& codec;
  double scale = 1;            // data units in a model unit, for a sigma
  const Law* sources[2] = {};  // the law at t = 0 and at t = 1, in data units, where it can be drawn from; else null
  std::function<Matrix<double>(const Matrix<double>* y)> given = nullptr;  // the condition as the networks see it; null: none
};
Samples sample(const Bridged&, const Value& options, uint64_t seed, Progress&, const SampleInputs& = {});

}  // namespace dm::job
