#include "core/math.h"
#include "sample/exponential.h"
#include "sample/registry.h"

namespace dm {

namespace {

// DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095, Algorithm 2), r = h_{k-1} / h, D = x0hat:
//   x_s = (sigma_s / sigma_t) x + alpha_s (1 - e^{-h}) ((1 + 1/(2r)) D_k - D_{k-1} / (2r));  first step and step to the clean level: r =
//   inf
// With eta > 0 the SDE solver of the same order: e^{-h} becomes e^{-(1 + eta) h}, x is weighed with e^{-eta h} too, and
// sigma_s sqrt(1 - e^{-2 eta h}) z is added.
struct Dpmpp2m : StepRule {
  double eta;
  explicit Dpmpp2m(double e) : eta(e) {}
  bool flow() const override { return eta == 0; }
  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    const Level &t = plan[k].from, &s = plan[k].to;
    const double ratio = s.sigma_ve() / t.sigma_ve();  // e^{-h}
    const double forget = eta > 0 && ratio > 0 ? exp_d(eta * log_d(ratio)) : (eta > 0 ? 0 : 1);
    const double b = s.alpha * (1 - ratio * forget);
    double w = 0;
    if (history(plan, k) && !s.clean()) w = 0.5 * (lambda(s) - lambda(t)) / (lambda(t) - lambda(plan[k - 1].from));
    out = {s.sigma / t.sigma * forget, {b * (1 + w), -b * w}, s.sigma * std::sqrt(1 - forget * forget), w != 0 ? 2 : 1};
    return true;
  }
};

}  // namespace

const RuleEntry dpmpp_2m{
    {"dpmpp-2m",
     "DPM-Solver++(2M): second order, one evaluation a step, the prediction before remembered; deterministic at eta 0",
     "Lu et al. 2022, arXiv:2211.01095",
     {{"eta", number(0, 10), 0.0, "0: the probability flow; 1: the reverse-time SDE (2M SDE); between and above: more noise redrawn"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Dpmpp2m>(o["eta"].number()); }};

}  // namespace dm
