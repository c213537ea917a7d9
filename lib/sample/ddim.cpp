#include "sample/registry.h"

namespace dm {

namespace {

// x_s = alpha_s x0hat + sqrt(sigma_s^2 - c^2) epshat + c z with epshat = (x - alpha_t x0hat) / sigma_t and
// c = eta sigma_s / sigma_t sqrt(sigma_t^2 - (alpha_t / alpha_s)^2 sigma_s^2): eta = 1 gives the posterior's spread (ancestral), eta = 0
// is Euler's method for the probability flow. One formula for VP (Song et al. 2021, eq. 12) and VE.
struct Ddim : StepRule {
  double eta;
  explicit Ddim(double e) : eta(e) {}
  bool flow() const override { return eta == 0; }
  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    const Level &t = plan[k].from, &s = plan[k].to;
    const double c = eta * s.sigma / t.sigma * std::sqrt(Transition(s, t).v);
    const double e = std::sqrt(std::max(0.0, s.sigma * s.sigma - c * c)) / t.sigma;  // coefficient of x - alpha_t x0hat
    out = {e, {s.alpha - e * t.alpha}, c};
    return true;
  }
};

}  // namespace

const RuleEntry ddim{{"ddim",
                      "denoising diffusion implicit models: deterministic at eta 0, ancestral at eta 1",
                      "Song, Meng & Ermon 2021, arXiv:2010.02502",
                      {{"eta", number(0, 1), 0.0, "share of the posterior's standard deviation that is redrawn at each step"}}},
                     [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Ddim>(o["eta"].number()); }};

}  // namespace dm
