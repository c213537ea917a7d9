#include "sample/exponential.h"
#include "sample/registry.h"

namespace dm {

namespace {

// DPM-Solver++(3M): the parabola through the last three predictions, integrated exactly; third order. Its first step has no history: the
// singlestep method of third order makes it (start singlestep, two evaluations more), or the orders one, two of what there is.
// parabola halved: the public codes (DPM-Solver, k-diffusion) take the divided difference of second order for the second derivative,
// which is twice that; so their method is of second order.
struct Dpmpp3m : StepRule {
  bool singlestep_start, halved;
  Dpmpp3m(bool s, bool h) : singlestep_start(s), halved(h) {}
  bool flow() const override { return true; }

  // A step begins without history at the plan's beginning and after moves of other kinds.
  void refine(const Schedule& schedule, Plan& plan) const override {
    if (!singlestep_start) return;
    Plan out;
    for (std::size_t k = 0; k < plan.size(); ++k)
      if (plan[k].kind == Move::reverse && !history(plan, k) && !plan[k].to.clean())
        for (const Move& m : stages(schedule, plan[k], 3)) out.push_back(m);
      else
        out.push_back(plan[k]);
    plan = std::move(out);
  }

  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    if (plan[k].stage) {
      out = singlestep(plan, k);
      return true;
    }
    const Level &t = plan[k].from, &s = plan[k].to;
    const int n = 1 + std::min(2, history(plan, k));
    Level at[3];
    for (int j = 0; j < n; ++j) at[j] = plan[k - std::size_t(j)].from;
    out = polynomial_step(t, s, at, n);
    if (halved && out.nb == 3) {  // the mean of the exact step and of the one that leaves the second derivative's I_2 out
      const Step line = polynomial_step(t, s, at, 2);
      const double h = lambda(s) - lambda(t), r0 = (lambda(t) - lambda(at[1])) / h, r1 = (lambda(at[1]) - lambda(at[2])) / h;
      const double weight = -r0 * line.b[1] * r0 / (r0 + r1);      // alpha_s I_1 r_0 / (r_0 + r_1): the line's slope is (D_0 - D_1) / r_0
      const double slope[3] = {1 / r0, -1 / r0 - 1 / r1, 1 / r1};  // (D_0 - D_1) / r_0 - (D_1 - D_2) / r_1
      for (int j = 0; j < 3; ++j) out.b[j] = 0.5 * (out.b[j] + line.b[j] + weight * slope[j]);
    }
    return true;
  }
};

}  // namespace

const RuleEntry dpmpp_3m{
    {"dpmpp-3m",
     "DPM-Solver++(3M): third order, one evaluation a step, two predictions before remembered; deterministic",
     "Lu et al. 2022, arXiv:2211.01095",
     {{"warmup", choice({"singlestep", "low-order"}), "singlestep",
       "the first step: by the third-order singlestep method (two evaluations more), or of first order, the second of second order"},
      {"parabola", choice({"exact", "halved"}), "exact",
       "weight of the second derivative: exact, or half of it as the public codes have it, which leaves second order"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> {
      return std::make_unique<Dpmpp3m>(o["warmup"].text() == "singlestep", o["parabola"].text() == "halved");
    }};

}  // namespace dm
