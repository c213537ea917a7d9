#include "sample/exponential.h"
#include "sample/registry.h"

namespace dm {

namespace {

// DPM-Solver++(2S) (Lu et al. 2022, arXiv:2211.01095, Algorithm 1) with D_m at the level half way in lambda, r = (lambda_m - lambda_t) / h:
//   x_m = (sigma_m / sigma_t) x + alpha_m (1 - e^{-rh}) D_t,  x_s = (sigma_s / sigma_t) x + alpha_s (1 - e^{-h}) (D_t + (D_m - D_t) / (2r))
struct Dpmpp2s : StepRule {
  bool flow() const override { return true; }
  void refine(const Schedule& schedule, Plan& plan) const override { into_stages(schedule, plan, 2); }
  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    const Level &m = plan[k].from, &s = plan[k].to;
    if (plan[k].stage == 0) {
      out = polynomial_step(m, s, &m, 1);
      return true;
    }
    const Level& t = plan[k - 1].from;
    const double w = (lambda(s) - lambda(t)) / (2 * (lambda(m) - lambda(t))), b = s.alpha * phi1(t, s);
    out = from_stage({.a = s.sigma / t.sigma, .b = {b * (1 - w), b * w}, .nb = 2}, polynomial_step(t, m, &t, 1));
    return true;
  }
};

}  // namespace

const RuleEntry dpmpp_2s{
    {"dpmpp-2s", "DPM-Solver++(2S): second order, two evaluations a step; deterministic", "Lu et al. 2022, arXiv:2211.01095", {}},
    [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<Dpmpp2s>(); }};

}  // namespace dm
