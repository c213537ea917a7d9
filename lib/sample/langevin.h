// Langevin moves at one level (alpha, sigma): x <- x + g s(x) + sqrt(2 g) z with the score s = (alpha x0hat - x) / sigma^2. The step g is
// that of the gradient: public codes that write x + (l / 2) s + sqrt(l) z have l = 2 g.
#pragma once
#include "sample/rule.h"

namespace dm {

inline Step langevin_step(const Level& l, double g) {
  const double b = g / (l.sigma * l.sigma);
  return {.a = 1 - b, .b = {b * l.alpha}, .c = std::sqrt(2 * g)};
}

// A chain of moves at single levels, which is its plan's whole work but for a last step to the clean level.
struct LangevinChain : StepRule {
  Final final() const override { return Final::none; }
  bool corrects() const override { return true; }
  bool step(const Schedule& schedule, const Plan& plan, std::size_t k, Step& out) const override {
    out = plan[k].to.clean() ? Step{.a = 0, .b = {1}} : langevin_step(plan[k].from, gradient_step(schedule, plan, k));
    return true;
  }
  virtual double gradient_step(const Schedule&, const Plan&, std::size_t k) const = 0;  // g
};

}  // namespace dm
