#include "job/likelihood.h"

#include <cmath>

namespace dm::job {

namespace {

// `judged`: but for the conditions of the rows that are taken, rows of `given` [1 or one for each of x, w].
LogDensities run(Judged judged, const Codec& codec, const ModelMetric& metric, Progress& progress, const std::vector<int64_t>& rows,
                 const Matrix<double>& x, const Matrix<double>& given = {}) {
  const int d = judged.denoiser.dim();
  if (x.cols != d) throw Error("the rows have " + std::to_string(x.cols) + " columns, the model has " + std::to_string(d), Exit::data);
  if (given.cols && given.rows != 1 && given.rows != x.rows)
    throw Error("there are " + std::to_string(x.rows) + " rows and " + std::to_string(given.rows) +
                    " observations y; one for all rows or one for each was expected",
                Exit::data);
  progress.ready(Memory().add("rows to judge", 2 * double(x.rows * x.cols)).add("conditions", double(given.rows * given.cols)));
  Matrix<double> z = take_rows(x.view(), rows);
  std::vector<double> logdet(rows.size());
  codec.logdet(z, logdet.data());
  codec.encode(z);
  const Matrix<double> told =
      given.cols == 0 ? given : take_rows(given.view(), given.rows == 1 ? std::vector<int64_t>(rows.size(), 0) : rows);
  judged.given = told;
  LogDensities out = metric.log_p(judged, {0, int(rows.size()), rows.data()}, z, progress);
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

Stream stream_of(uint64_t seed) { return Stream(seed) / "dm-eval"; }

void no_direction(const Value& o) {
  if (!o["direction"].is_null()) throw Error("--direction is for transports, and this is a model of one law; leave it out", Exit::spec);
}

// The law that rows start from which go this way, in the model units of the codec. Refers to the transport.
LogPrior prior_of(const Bridged& model, Direction way) {
  if (const auto told = model.transport->start_given(way))
    return [told](Mat<const double> z, Mat<const double> given, double* out) { told->logp(given, z, out); };
  const auto* density = dynamic_cast<const Density*>(model.sources[way == Direction::backward]);
  if (!density) {
    const bool forward = way == Direction::forward;
    throw Error(std::string("log p follows the flow back to the ") + (forward ? "first" : "second") +
                    " set, and the density of that one is not known: it is a set of rows, or a law that can only be drawn from. Judge the "
                    "other end with --direction " +
                    (forward ? "backward" : "forward") +
                    " where its density is known, or learn the transport from an oracle spec in its place",
                Exit::spec);
  }
  return [density, &codec = model.codec](Mat<const double> z, Mat<const double>, double* out) {
    Matrix<double> x(z.rows, z.cols);
    for (int64_t i = 0; i < z.rows; ++i) std::copy_n(z[i], z.cols, x[i]);
    codec.decode(x);
    std::vector<double> logdet(static_cast<std::size_t>(z.rows));
    codec.logdet(x, logdet.data());
    density->logp(x, Level{}, out);
    for (int64_t i = 0; i < z.rows; ++i) out[i] -= logdet[std::size_t(i)];
  };
}

}  // namespace

const std::vector<SharedOption>& judge_options() {
  static const std::vector<SharedOption> options = [] {
    const std::vector<std::string> both = {"nll", "ddim-kl"};
    std::vector<SharedOption> all = {
        {{"model", text(), Value(), "the model file, plan, or spec of an oracle or a bridge under which the samples are judged"}, both},
        {{"y", text(), Value(),
          "under a model with a condition, a file of observations, /y of a dataset or the columns of a table, one for each row or one for "
          "all; unset: /y of the samples"},
         both}};
    for (const SharedOption& o : model_options()) all.push_back(o);
    all.push_back({{"direction", choice({"forward", "backward"}), Value(),
                    "of a transport: the way whose end the rows are judged at, forward the second set (unset), or back the first; the "
                    "density of the set where it starts must be known"},
                   {"nll"}});
    all.push_back(
        {{"process", method(processes), Value(), "how noise is added to an oracle (unset: ve); a trained model brings its own"}, both});
    all.push_back({{"params", choice({"ema", "live"}), Value(),
                    "of a trained model or a learned transport, the moving average (unset) or the last parameters"},
                   both});
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
  no_direction(o);
  const NetDenoiser network = model.denoiser(o);
  return run({*model.process->linear(), network, o, stream_of(seed)}, model.codec, metric, progress, rows, x, model.given(y));
}

LogDensities log_densities(const Density& density, const ModelMetric& metric, const Value& o, uint64_t seed, Progress& progress,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y) {
  no_direction(o);
  if (y) throw Error("an oracle has no condition; leave --y out", Exit::spec);
  if (!o["params"].is_null()) throw Error("an oracle has no parameters; leave --params out", Exit::spec);
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  return run({*process->linear(), density, o, stream_of(seed)}, AffineCodec::identity(density.dim()), metric, progress, rows, x);
}

LogDensities log_densities(const Bridged& model, const ModelMetric& metric, const Value& o, uint64_t seed, Progress& progress,
                           const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>* y) {
  for (const char* key : {"process", "start", "end"})
    if (!o[key].is_null())
      throw Error(std::string("--") + key + " is for models of one law, and this is a transport between two; leave it out", Exit::spec);
  const Direction way = direction_of(o);
  const LogPrior prior = prior_of(model, way);
  const Way go = model.transport->flow(way);
  if (!go.denoiser->differentiable())
    throw Error(
        "log p needs the derivative of the transport's velocity, which this one does not offer; networks and the bridges gaussian "
        "and mixture do",
        Exit::spec);
  LogDensities out = run({*go.schedule, *go.denoiser, o, stream_of(seed), {}, prior, go.grid, {.start = {}, .end = 0.0}}, model.codec,
                         metric, progress, rows, x, model.given ? model.given(y) : Matrix<double>());
  out.used.set("direction", name_of(way));
  out.used.set("t", to_go(way, 0));
  out.used.set("sigma", Value());
  return out;
}

}  // namespace dm::job
