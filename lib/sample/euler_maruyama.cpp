#include "sample/registry.h"

namespace dm {

namespace {

// The reverse SDE dx = (f x - g^2 score) dt + g dw, backwards over h, with score = (alpha x0hat - x) / sigma^2:
// x_s = (1 - f h - g^2 h / sigma^2) x + (g^2 h alpha / sigma^2) x0hat + g sqrt(h) z
struct EulerMaruyama : StepRule {
  Final final() const override { return Final::denoise; }
  bool step(const Schedule& schedule, const Plan& plan, std::size_t k, Step& out) const override {
    const Level& t = plan[k].from;
    const double h = undone(schedule, plan[k]).dt, f = schedule.f(t.t), g2 = schedule.g2(t.t), b = g2 * h / (t.sigma * t.sigma);
    out = {1 - f * h - b, {b * t.alpha}, std::sqrt(g2 * h)};
    return true;
  }
};

}  // namespace

const RuleEntry euler_maruyama{
    {"euler-maruyama", "Euler's method for the reverse-time SDE, steps even in the grid's t", "Song et al. 2021, arXiv:2011.13456", {}},
    [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<EulerMaruyama>(); }};

}  // namespace dm
