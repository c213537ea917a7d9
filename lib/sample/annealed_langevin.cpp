#include "sample/langevin.h"
#include "sample/registry.h"

namespace dm {

namespace {

// Annealed Langevin dynamics (NCSN): `inner` moves at each level of the grid, from the noisiest to the last,
//   x <- x + a_i s(x, sigma_i) + sqrt(2 a_i) z,  a_i = step_size sigma_i^2 / sigma_L^2 (in x / alpha; L the last level).
struct Annealed : LangevinChain {
  double size;
  int inner;
  Annealed(double s, int n) : size(s), inner(n) {}
  void refine(const Schedule&, Plan& plan) const override {
    Plan out;
    const auto visit = [&](const Level& l) { out.insert(out.end(), std::size_t(inner), Move{l, l, 1, Move::correct}); };
    for (const Move& m : plan) visit(m.from);
    if (plan.back().to.clean())
      out.push_back(plan.back());
    else
      visit(plan.back().to), out.back().noise = plan.back().noise;
    plan = std::move(out);
  }
  double gradient_step(const Schedule&, const Plan& plan, std::size_t k) const override {
    std::size_t last = plan.size() - 1;
    if (plan[last].to.clean()) --last;
    const Level &l = plan[k].from, &L = plan[last].from;
    return size * std::pow(l.sigma / L.sigma_ve(), 2);  // alpha^2 of the step in x / alpha
  }
};

}  // namespace

const RuleEntry annealed_langevin{
    {"annealed-langevin",
     "Langevin moves at every level of the grid, steps in proportion to sigma^2 (NCSN)",
     "Song & Ermon 2019, arXiv:1907.05600",
     {{"step_size", number(0).above(), 1e-6,
       "a at the last level; NCSN: 2e-5 at sigma .01, 100 moves a level; stable below 2 sigma^2 of that level"},
      {"inner", integer(1, 1e6), 5, "moves at each level"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> {
      return std::make_unique<Annealed>(o["step_size"].number(), int(o["inner"].integer()));
    }};

}  // namespace dm
