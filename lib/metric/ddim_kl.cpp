// Variational bound of the negative log-likelihood under the chain that DDIM runs with noise; see sample/ddim_kl.h.
#include "sample/ddim_kl.h"

#include "metric/entries.h"
#include "metric/model_metric.h"
#include "sample/registry.h"

namespace dm {
namespace {

struct Bound : ModelMetric {
  double eta;
  Value eta_0;  // null: the lowest level's sigma / alpha
  int draws;
  explicit Bound(const Value& o) : ModelMetric(o), eta(o["eta"].number()), eta_0(o["eta_0"]), draws(int(o["draws"].integer())) {}
  const char* column() const override { return "log_p_bound"; }
  const char* repeat() const override { return "draw"; }

  LogDensities log_p(const Judged& j, Rows rows, Mat<const double> x, Progress& progress) const override {
    if (j.prior)
      throw Error("ddim-kl bounds log p under the chain of a noising process, and a transport has none; take the metric nll", Exit::spec);
    const auto rule = make<std::unique_ptr<StepRule>>(samplers(), Value(Value::Object{{"type", "ddim"}, {"eta", eta}}));
    const Plan plan = model_plan(j, Final::step, j.denoiser.lowest());
    // x0 given u_1 alone has about this spread wherever the data are smooth at that level.
    const double decoder = eta_0.is_null() ? plan.back().from.sigma_ve() : eta_0.number();
    const PhiloxNoise noise(j.stream / "ddim-kl");
    progress.begin("variational bound");
    LogDensities out = DdimKl{j.schedule, j.denoiser, *rule, plan, decoder, draws, noise, j.given}.run(rows, x, progress);
    out.used = Value(Value::Object{{"eta", eta},
                                   {"eta_0", decoder},
                                   {"draws", draws},
                                   {"steps", int64_t(plan.size())},
                                   {"sigma_max", plan.front().from.sigma_ve()},
                                   {"sigma_min", plan.back().from.sigma_ve()}});
    return out;
  }
};

}  // namespace

const MetricEntry& ddim_kl_metric() {
  static const MetricEntry e{
      {"ddim-kl",
       "upper bound of the mean of -log p over the samples (data units, nats) under the chain of the sampler ddim with noise: its "
       "Kullback-Leibler divergence from the inference chain plus the data's entropy, in the terms prior, transitions and decoder (and "
       "codec). No reference is needed",
       "Song, Meng & Ermon 2021, arXiv:2010.02502, theorem 1",
       {{"eta", number(0, 1).above(), 1.0,
         "share of the posterior's standard deviation that a step redraws; 1 is the tightest, and the transitions grow by about (1 + "
         "eta^2)^2 / (4 eta^2) below it"},
        {"eta_0", number(0).above(), Value(),
         "standard deviation of the decoder, in model units as sigma; unset: sigma / alpha of the lowest level"},
        {"draws", integer(1, 1024), 1, "noised chains a row; the variance falls as 1 / draws"},
        ModelMetric::offset_option()}},
      [](const Value& o) { return std::make_unique<Bound>(o); }};
  return e;
}

}  // namespace dm
