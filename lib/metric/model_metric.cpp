#include "metric/model_metric.h"

#include <cmath>

#include "sample/registry.h"

namespace dm {

const char* ModelMetric::no_floor() const {
  return "no model has a smaller expectation than the entropy of the data's law, which is not known";
}

Option ModelMetric::offset_option() {
  return {"offset", number(), 0.0,
          "bits a dimension to add: 8 where integers 0 .. 255 were divided by 256 (plus noise), 7 where they were scaled to [-1, 1]"};
}

Value ModelMetric::evaluate(const Sets& s, uint64_t) const {
  if (!s.log_p) throw Error("the log-densities of the rows under a model are needed.", Exit::spec);
  const LogDensities& l = *s.log_p;
  const std::vector<double> w = probabilities(s.samples);
  double mean = 0, square = 0, weight = 0, variance = 0, spread = 0;
  for (size_t i = 0; i < w.size(); ++i) mean -= w[i] * l.log_p[i], weight += w[i] * w[i];
  for (size_t i = 0; i < w.size(); ++i) square += std::pow(w[i] * (-l.log_p[i] - mean), 2);
  for (size_t i = 0; i < l.variance.size(); ++i) {
    spread += w[i] * l.variance[i];
    variance += w[i] * w[i] * l.variance[i] / l.repeats;
  }
  const std::string one = repeat();
  Value v = Value::object();
  v.set("value", mean);
  v.set("standard_error", weight < 1 ? Value(std::sqrt(square / (1 - weight))) : Value());  // of the mean over rows
  v.set("bits_per_dim", mean / (double(s.samples.d()) * M_LN2) + offset);
  v.set("offset", offset);
  for (const auto& [name, term] : l.terms) {
    double sum = 0;
    for (size_t i = 0; i < w.size(); ++i) sum += w[i] * term[i];
    v.set(name, sum);
  }
  v.set(one + "_variance", l.variance.empty() ? Value() : Value(spread));            // of log p by one, mean over rows
  v.set(one + "_error", l.variance.empty() ? Value() : Value(std::sqrt(variance)));  // standard error of value from them
  v.set("evaluations", l.evaluations);
  for (const auto& [key, value] : l.used.members()) v.set(key, value);
  return v;
}

std::string SharedOption::names() const {
  std::string all;
  for (const std::string& r : readers) all += (all.empty() ? "" : &r == &readers.back() ? " and " : ", ") + r;
  return all;
}

const std::vector<SharedOption>& model_options() {
  static const std::vector<SharedOption> options = {
      {{"divergence", choice({"exact", "rademacher", "gaussian", "sphere"}), Value(),
        "how the trace of the flow's Jacobian is taken: exact (as many products as columns), or Hutchinson's estimate with random vectors "
        "of this law, the same for a row on its whole way. Unset: rademacher (entries +-1) where --probes is given or there are more than "
        "32 columns, else exact"},
       {"nll"}},
      {{"probes", integer(1, 1024), Value(), "random vectors a row; the variance falls as 1 / probes; unset: 1"}, {"nll"}},
      {{"sampler", method(samplers), "rk45",
        "the rule that follows the probability flow from the data to the reference (a process with a discrete table needs another, heun "
        "say); one with tolerances counts the log-determinant as any other coordinate"},
       {"nll"}},
      {{"grid", method(grids), Value(),
        "the levels visited; unset: uniform for a process with a discrete table, even or angle for a transport, karras for the others"},
       {"nll", "ddim-kl"}},
      {{"steps", integer(1, 1e6), Value(),
        "moves between levels (rk45 takes as many as its tolerances need); for ddim-kl the last one is the decoder's; unset: 256"},
       {"nll", "ddim-kl"}},
      {{"start", number(0, 1).above(), Value(), "t of the reference's level; unset: 1, or the grid's own"}, {"nll", "ddim-kl"}},
      {{"end", number(0, 1), Value(),
        "t of the lowest level: where nll takes the rows as states, so whose density is measured, and where ddim-kl decodes; unset: the "
        "end of the process's sampling range (vp 1e-3, ou sigma .014, ve sigma_min), or the grid's own"},
       {"nll", "ddim-kl"}}};
  return options;
}

Plan model_plan(const Judged& j, Final end, double lowest) {
  const Value& o = j.options;
  const auto grid = make<std::unique_ptr<Grid>>(grids(), or_default(o["grid"], grids(),
                                                                    j.grid               ? j.grid
                                                                    : j.schedule.table() ? "uniform"
                                                                                         : "karras"));
  if (grid->open_ended()) throw Error("log p needs a grid whose end is one of its levels; take karras or uniform", Exit::spec);
  Span span = j.span;
  span.lowest = lowest;
  if (!o["start"].is_null()) span.start = o["start"].number();
  if (!o["end"].is_null()) span.end = o["end"].number();
  return make_plan(j.schedule, *grid, o["steps"].is_null() ? 256 : int(o["steps"].integer()), end, span);
}

}  // namespace dm
