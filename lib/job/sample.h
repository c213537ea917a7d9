// The engine of dm-sample: a denoiser (trained or exact), a plan and a rule in, rows out.
#pragma once
#include "core/progress.h"
#include "density/density.h"
#include "job/model.h"
#include "sample/sampler.h"

namespace dm::job {

const std::vector<Option>& sample_options();

struct Samples {
  Matrix<double> x;            // [n, d], data units
  Matrix<double> path;         // [(steps + 1) n, d] where asked for: state k of row i is row k n + i
  std::vector<double> path_t;  // time of each state of the path
  double evaluations = 0;      // of the denoiser, mean over the rows
};

// Row i is a pure function of the model, the options, the seed, i, and row i of `from` (data units; null: draws of the reference law).
Samples sample(const Model&, const Value& options, uint64_t seed, Progress&, const Matrix<double>* from = nullptr);
Samples sample(const Density&, const Value& options, uint64_t seed, Progress&, const Matrix<double>* from = nullptr);

}  // namespace dm::job
