#include "job/likelihood.h"

#include <algorithm>
#include <cmath>

namespace dm::job {

namespace {

constexpr int widest = 32;  // columns up to which traces are exact unless asked otherwise

// Unset: exact in few columns, unless a number of probes is asked for.
Probes probes_of(const Value& o, int d) {
  const bool counted = !o["probes"].is_null(), named = !o["divergence"].is_null();
  Probes p;
  if (counted) p.n = int(o["probes"].integer());
  if (named)
    p.law = Probes::named(o["divergence"].text());
  else if (!counted && d <= widest)
    p.law = Probes::Law::exact;
  if (counted && p.law == Probes::Law::exact)
    throw Error("--divergence exact takes no probes; leave --probes out, or take rademacher", Exit::usage);
  return p;
}

// From the data to the reference.
Plan way(const Schedule& schedule, const StepRule& rule, const Value& o) {
  const auto grid = make<std::unique_ptr<Grid>>(grids(), or_default(o["grid"], grids(), schedule.table() ? "uniform" : "karras"));
  if (!rule.flow())
    throw Error(
        "log p follows the probability flow, and the chosen sampler as set adds noise; take rk45, heun, dpmpp-2m or ddim with eta 0",
        Exit::usage);
  if (grid->open_ended()) throw Error("log p needs a grid whose end is one of its levels; take karras or uniform", Exit::usage);
  Span span;
  if (!o["start"].is_null()) span.start = o["start"].number();
  if (!o["end"].is_null()) span.end = o["end"].number();
  return backwards(make_plan(schedule, *grid, o["steps"].is_null() ? 256 : int(o["steps"].integer()), Final::none, span));
}

LogDensities run(const Denoiser& denoiser, const Process& process, const Codec& codec, const Value& o, uint64_t seed, Progress& progress,
                 const std::vector<int64_t>& rows, const Matrix<double>& x, const Matrix<double>& given = {}) {
  const int d = denoiser.dim();
  const int64_t n = int64_t(rows.size());
  if (x.cols != d) throw Error("the rows have " + std::to_string(x.cols) + " columns, the model has " + std::to_string(d), Exit::data);
  if (given.cols && given.rows != 1 && given.rows != x.rows)
    throw Error("there are " + std::to_string(x.rows) + " rows and " + std::to_string(given.rows) +
                    " observations y; one for all rows or one for each was expected",
                Exit::data);
  const Schedule& schedule = *process.linear();
  const auto rule = make<std::unique_ptr<StepRule>>(samplers(), o["sampler"]);
  const Probes probes = probes_of(o, d);
  const bool exact = probes.law == Probes::Law::exact;
  const Plan plan = way(schedule, *rule, o);

  Matrix<double> z = take_rows(x.view(), rows);
  std::vector<double> logdet(rows.size());
  codec.logdet(z, logdet.data());
  codec.encode(z);
  const Matrix<double> told =
      given.cols == 0 ? given : take_rows(given.view(), given.rows == 1 ? std::vector<int64_t>(rows.size(), 0) : rows);
  progress.begin("log-densities");
  LogDensities out = Likelihood{schedule, denoiser, *rule, plan, probes, Stream(seed) / "dm-eval" / "probes", told}.run(
      {0, int(n), rows.data()}, z, progress);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.log_p[i] += logdet[i];
    if (!std::isfinite(out.log_p[i]))
      throw Error("row " + std::to_string(rows[i]) + " has no finite log p; it lies too far from what the model has seen", Exit::failure);
  }
  out.used = Value(Value::Object{{"divergence", exact                       ? "exact"
                                                : o["divergence"].is_null() ? "rademacher"
                                                                            : o["divergence"].text()},
                                 {"probes", exact ? Value() : Value(probes.n)},
                                 {"sampler", o["sampler"]["type"]},
                                 {"t", plan.front().from.t},
                                 {"sigma", plan.front().from.sigma_ve()}});
  return out;
}

}  // namespace

const std::vector<Option>& likelihood_options() {
  static const std::vector<Option> options = {
      {"model", text(), Value(), "for nll: the model file or oracle spec whose log-densities of the samples are taken"},
      {"y", text(), Value(),
       "for nll under a model with a condition: file of observations, /y of a dataset or the columns of a table, one for each row or one "
       "for all; unset: /y of the samples"},
      {"divergence", choice({"exact", "rademacher", "gaussian", "sphere"}), Value(),
       "for nll: how the trace of the flow's Jacobian is taken: exact (as many products as columns), or Hutchinson's estimate with "
       "random vectors of this law, the same for a row on its whole way. Unset: rademacher (entries +-1) where --probes is given or there "
       "are more than " +
           std::to_string(widest) + " columns, else exact"},
      {"probes", integer(1, 1024), Value(), "for nll: random vectors a row; the variance falls as 1 / probes; unset: 1"},
      {"sampler", method(samplers), "rk45",
       "for nll: the rule that follows the probability flow from the data to the reference (a process with a discrete table needs another, "
       "heun say); one with tolerances counts the log-determinant as any other coordinate"},
      {"grid", method(grids), Value(),
       "for nll: the levels that it visits; unset: uniform for a process with a discrete table, karras for the others"},
      {"steps", integer(1, 1e6), Value(), "for nll: moves between levels (rk45 takes as many as its tolerances need); unset: 256"},
      {"start", number(0, 1).above(), Value(), "for nll: t of the reference's level; unset: 1, or the grid's own"},
      {"end", number(0, 1), Value(),
       "for nll: t of the level at which the rows are taken as states, so whose density is measured; unset: the end of the process's "
       "sampling range (vp 1e-3, ou sigma .014, ve sigma_min), or the grid's own"},
      {"process", method(processes), Value(), "for nll of an oracle: how noise is added (unset: ve); a trained model brings its own"},
      {"params", choice({"ema", "live"}), Value(), "for nll of a trained model: the moving average (unset) or the last parameters"}};
  return options;
}

LogDensities log_densities(const Model& model, const Value& o, uint64_t seed, Progress& progress, const std::vector<int64_t>& rows,
                           const Matrix<double>& x, const Matrix<double>* y) {
  if (x.cols == model.dim()) model.codec.require_inside(x);
  const NetDenoiser network = model.denoiser(o);
  return run(network, *model.process, model.codec, o, seed, progress, rows, x, model.given(y));
}

LogDensities log_densities(const Density& density, const Value& o, uint64_t seed, Progress& progress, const std::vector<int64_t>& rows,
                           const Matrix<double>& x) {
  if (!o["params"].is_null()) throw Error("an oracle has no parameters; leave --params out", Exit::usage);
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  return run(density, *process, AffineCodec::identity(density.dim()), o, seed, progress, rows, x);
}

}  // namespace dm::job
