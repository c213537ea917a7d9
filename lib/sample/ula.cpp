#include "sample/langevin.h"
#include "sample/registry.h"

namespace dm {

namespace {

// The unadjusted Langevin algorithm at the last level of the grid, a fixed step. Its stationary law for N(m, v) is
// N(m, v / (1 - g / (2 v))), v the variance noised at that level.
struct Ula : LangevinChain {
  double g;
  explicit Ula(double step) : g(step) {}
  void refine(const Schedule&, Plan& plan) const override {
    const Level last = plan.back().to.clean() ? plan.back().from : plan.back().to;
    for (Move& m : plan)
      if (!m.to.clean()) m = {last, last, m.noise, Move::correct};
  }
  double gradient_step(const Schedule&, const Plan&, std::size_t) const override { return g; }
};

}  // namespace

const RuleEntry ula{
    {"ula",
     "unadjusted Langevin at the grid's last level, x + g s(x) + sqrt(2g) z; one move a step, from the reference law at its "
     "first",
     "Durmus & Moulines 2017, arXiv:1507.05021",
     {{"step_size", number(0).above(), 0.01, "g, in model units squared; stable below twice the narrowest variance"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Ula>(o["step_size"].number()); }};

}  // namespace dm
