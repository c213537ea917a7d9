#include "sample/registry.h"

namespace dm {

namespace {

// The posterior of x_s given (x_t, x0hat): with r = alpha_t / alpha_s and v = sigma_t^2 - r^2 sigma_s^2,
// mean = (r sigma_s^2 x_t + alpha_s v x0hat) / sigma_t^2, variance v sigma_s^2 / sigma_t^2 (small) or v (large); no noise into the clean
// level.
struct Ancestral : StepRule {
  bool large;
  explicit Ancestral(bool l) : large(l) {}
  bool step(const Schedule&, const Move& m, Step& out) const override {
    const Level &t = m.from, &s = m.to;
    const Transition k(s, t);
    const double t2 = t.sigma * t.sigma, s2 = s.sigma * s.sigma;
    out = {k.r * s2 / t2, s.alpha * k.v / t2, s.clean() ? 0 : std::sqrt(large ? k.v : k.v * s2 / t2)};
    return true;
  }
};

}  // namespace

const RuleEntry ancestral{
    {"ancestral",
     "draws from the posterior of the next level given the predicted x0 (DDPM)",
     "Ho et al. 2020, arXiv:2006.11239; VE form: Song et al. 2021, arXiv:2011.13456",
     {{"variance", choice({"small", "large"}), "small", "of each step: the posterior's for one known x0, or the forward step's"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Ancestral>(o["variance"].text() == "large"); }};

}  // namespace dm
