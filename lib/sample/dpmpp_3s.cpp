#include "sample/exponential.h"
#include "sample/registry.h"

namespace dm {

namespace {

// Singlestep third order in the data prediction (Lu et al. 2022, arXiv:2206.00927, Algorithm 2 with arXiv:2211.01095): predictions at
// lambda_t, a third and two thirds of the way; each stage takes the polynomial through those before it, from lambda_t.
struct Dpmpp3s : StepRule {
  bool flow() const override { return true; }
  void refine(const Schedule& schedule, Plan& plan) const override { into_stages(schedule, plan, 3); }
  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    out = singlestep(plan, k);
    return true;
  }
};

}  // namespace

const RuleEntry dpmpp_3s{{"dpmpp-3s",
                          "singlestep DPM-Solver++ of third order, three evaluations a step; deterministic",
                          "Lu et al. 2022, arXiv:2206.00927, arXiv:2211.01095",
                          {}},
                         [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<Dpmpp3s>(); }};

}  // namespace dm
