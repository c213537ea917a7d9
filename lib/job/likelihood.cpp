#include "job/likelihood.h"

#include <cmath>

namespace dm::job {

namespace {

LogDensities run(const Denoiser& denoiser, const Process& process, const Codec& codec, const ModelMetric& metric, const Value& o,
                 uint64_t seed, Progress& progress, const std::vector<int64_t>& rows, const Matrix<double>& x,
                 const Matrix<double>& given = {}) {
  const int d = denoiser.dim();
  if (x.cols != d) throw Error("the rows have " + std::to_string(x.cols) + " columns, the model has " + std::to_string(d), Exit::data);
  if (given.cols && given.rows != 1 && given.rows != x.rows)
    throw Error("there are " + std::to_string(x.rows) + " rows and " + std::to_string(given.rows) +
                    " observations y; one for all rows or one for each was expected",
                Exit::data);
  Matrix<double> z = take_rows(x.view(), rows);
  std::vector<double> logdet(rows.size());
  codec.logdet(z, logdet.data());
  codec.encode(z);
  const Matrix<double> told =
      given.cols == 0 ? given : take_rows(given.view(), given.rows == 1 ? std::vector<int64_t>(rows.size(), 0) : rows);
  LogDensities out =
      metric.log_p({*process.linear(), denoiser, o, Stream(seed) / "dm-eval", told}, {0, int(rows.size()), rows.data()}, z, progress);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.log_p[i] += logdet[i];
    if (!std::isfinite(out.log_p[i]))
      throw Error("row " + std::to_string(rows[i]) + " has no finite log p; it lies too far from what the model has seen", Exit::failure);
  }
  if (!out.terms.empty()) {
    for (double& l : logdet) l = -l;
    out.terms.emplace_back("codec", std::move(logdet));
  }
  return out;
}

}  // namespace

const std::vector<SharedOption>& judge_options() {
  static const std::vector<SharedOption> options = [] {
    const std::vector<std::string> both = {"nll", "ddim-kl"};
    std::vector<SharedOption> all = {
        {{"model", text(), Value(), "the model file or oracle spec under which the samples are judged"}, both},
        {{"y", text(), Value(),
          "under a model with a condition, a file of observations, /y of a dataset or the columns of a table, one for each row or one for "
          "all; unset: /y of the samples"},
         both}};
    for (const SharedOption& o : model_options()) all.push_back(o);
    all.push_back(
        {{"process", method(processes), Value(), "how noise is added to an oracle (unset: ve); a trained model brings its own"}, both});
    all.push_back(
        {{"params", choice({"ema", "live"}), Value(), "of a trained model, the moving average (unset) or the last parameters"}, both});
    return all;
  }();
  return options;
}

std::vector<Option> likelihood_options() {
  std::vector<Option> out;
  for (const SharedOption& s : judge_options()) {
    out.push_back(s.option);
    out.back().doc = "for " + s.names() + ": " + s.option.doc;
  }
  return out;
}

LogDensities log_densities(const Model& model, const ModelMetric& metric, const Value& o, uint64_t seed, Progress& progress,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y) {
  if (x.cols == model.dim()) model.codec.require_inside(x);
  const NetDenoiser network = model.denoiser(o);
  return run(network, *model.process, model.codec, metric, o, seed, progress, rows, x, model.given(y));
}

LogDensities log_densities(const Density& density, const ModelMetric& metric, const Value& o, uint64_t seed, Progress& progress,
                           const std::vector<int64_t>& rows, const Matrix<double>& x) {
  if (!o["params"].is_null()) throw Error("an oracle has no parameters; leave --params out", Exit::usage);
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  return run(density, *process, AffineCodec::identity(density.dim()), metric, o, seed, progress, rows, x);
}

}  // namespace dm::job
