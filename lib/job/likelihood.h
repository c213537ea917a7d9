// The engine of dm-eval's metrics of a model: a denoiser (trained or exact) or a transport and rows in, log p of each row (or its bound)
// out.
#pragma once
#include "core/progress.h"
#include "density/density.h"
#include "job/sample.h"
#include "metric/model_metric.h"

namespace dm::job {

// model_options() and those that say which model is judged.
const std::vector<SharedOption>& judge_options();
std::vector<Option> likelihood_options();  // the same, the readers' names in front of each doc

// Of the rows of x [n, d], in data units, with these numbers; y [n, dy] or one row for all, null: none. A row's log p is a pure function of
// the model, the metric, the options, the seed, its number, its content and its condition.
LogDensities log_densities(const Model&, const ModelMetric&, const Value& options, uint64_t seed, Progress&,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y = nullptr);
LogDensities log_densities(const Density&, const ModelMetric&, const Value& options, uint64_t seed, Progress&,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y = nullptr);
// Of rows at the end of the option `direction`, by the flow back to the set that it starts from, whose density must be known: log p(x) =
// log p_start(x_start) - int div v dt.
LogDensities log_densities(const Bridged&, const ModelMetric&, const Value& options, uint64_t seed, Progress&,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y = nullptr);

}  // namespace dm::job
