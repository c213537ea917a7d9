#include "sample/registry.h"

namespace dm {

namespace {

// The posterior of x_s given (x_t, x0hat): with x_t = r x_s + sqrt(v) z, score = (alpha_t x0hat - x_t) / sigma_t^2,
//   mean = (x_t + v score) / r, variance v sigma_s^2 / sigma_t^2 (small) or v (large).
struct Ancestral : StepRule {
  bool large;
  explicit Ancestral(bool l) : large(l) {}
  bool step(const Schedule& schedule, const Plan& plan, std::size_t k, Step& out) const override {
    const Level &t = plan[k].from, &s = plan[k].to;
    const Undone u = undone(schedule, plan[k]);
    const double t2 = t.sigma * t.sigma, s2 = s.sigma * s.sigma;
    if (plan[k].table)
      out = {(1 - u.v / t2) / u.r, {u.v * t.alpha / (u.r * t2)}};
    else  // the same with alpha_t = r alpha_s, sigma_t^2 = r^2 sigma_s^2 + v
      out = {u.r * s2 / t2, {s.alpha * u.v / t2}};
    out.c = std::sqrt(large ? u.v : u.v * s2 / t2);
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
