// Negative log-likelihood of the samples under a model, by its probability flow.
#include "metric/entries.h"
#include "metric/model_metric.h"
#include "sample/likelihood.h"
#include "sample/registry.h"

namespace dm {
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
    throw Error("--divergence exact takes no probes; leave --probes out, or take rademacher", Exit::spec);
  return p;
}

struct Nll : ModelMetric {
  using ModelMetric::ModelMetric;
  const char* column() const override { return "log_p"; }
  const char* repeat() const override { return "probe"; }

  LogDensities log_p(const Judged& j, Rows rows, Mat<const double> x, Progress& progress) const override {
    const Value& o = j.options;
    const auto rule = make<std::unique_ptr<StepRule>>(samplers(), o["sampler"]);
    const Probes probes = probes_of(o, j.denoiser.dim());
    const bool exact = probes.law == Probes::Law::exact;
    if (!rule->flow())
      throw Error(
          "log p follows the probability flow, and the chosen sampler as set adds noise; take rk45, heun, dpmpp-2m or ddim with eta 0",
          Exit::spec);
    const Plan plan = backwards(model_plan(j, Final::none));  // from the data to the reference
    progress.begin("log-densities");
    LogDensities out =
        Likelihood{j.schedule, j.denoiser, *rule, plan, probes, j.stream / "probes", j.given, j.prior}.run(rows, x, progress);
    out.used = Value(Value::Object{{"divergence", exact                       ? "exact"
                                                  : o["divergence"].is_null() ? "rademacher"
                                                                              : o["divergence"].text()},
                                   {"probes", exact ? Value() : Value(probes.n)},
                                   {"sampler", o["sampler"]["type"]},
                                   {"t", plan.front().from.t},
                                   {"sigma", plan.front().from.sigma_ve()}});
    return out;
  }
};

}  // namespace

const MetricEntry& nll_metric() {
  static const MetricEntry e{
      {"nll",
       "mean of -log p over the samples (data units, nats) under a model, an oracle or a transport (--model), by its "
       "probability flow; with its standard error over rows, and in bits a dimension. No reference is needed",
       "Song et al. 2021, arXiv:2011.13456",
       {ModelMetric::offset_option()}},
      [](const Value& o) { return std::make_unique<Nll>(o); }};
  return e;
}

}  // namespace dm
