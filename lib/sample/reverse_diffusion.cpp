#include "sample/registry.h"

namespace dm {

namespace {

// The forward step x_t = x_s + f(x_s) + G z with f(x) = (r - 1) x and G = sqrt(v), discretised in reverse (Song et al. 2021, eq. 46):
// x_s = x - f(x) + G^2 score + G z, score = (alpha x0hat - x) / sigma^2
struct ReverseDiffusion : StepRule {
  Final final() const override { return Final::denoise; }
  bool step(const Schedule& schedule, const Plan& plan, std::size_t k, Step& out) const override {
    const Level& t = plan[k].from;
    const Undone u = undone(schedule, plan[k]);
    const double b = u.v / (t.sigma * t.sigma);
    out = {2 - u.r - b, {b * t.alpha}, std::sqrt(u.v)};
    return true;
  }
};

}  // namespace

const RuleEntry reverse_diffusion{
    {"reverse-diffusion", "the forward step between two levels discretised in reverse", "Song et al. 2021, arXiv:2011.13456", {}},
    [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<ReverseDiffusion>(); }};

}  // namespace dm
