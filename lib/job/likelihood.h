// The engine of dm-eval's log-densities: a denoiser (trained or exact) and rows in, log p of each row out.
#pragma once
#include "core/progress.h"
#include "density/density.h"
#include "job/model.h"
#include "sample/likelihood.h"

namespace dm::job {

const std::vector<Option>& likelihood_options();

// Of the rows of x [n, d], in data units, with these numbers; y [n, dy] or one row for all, null: none. A row's log p is a pure function of
// the model, the options, the seed, its number, its content and its condition.
LogDensities log_densities(const Model&, const Value& options, uint64_t seed, Progress&, const std::vector<int64_t>& rows,
                           const Matrix<double>& x, const Matrix<double>* y = nullptr);
LogDensities log_densities(const Density&, const Value& options, uint64_t seed, Progress&, const std::vector<int64_t>& rows,
                           const Matrix<double>& x);

}  // namespace dm::job
