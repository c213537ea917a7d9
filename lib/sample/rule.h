// Step rules. A rule that can, states its step as numbers, which the sampler executes and exact-law tests read; one that cannot
// advances the state itself.
#pragma once
#include "process/denoiser.h"
#include "sample/plan.h"

namespace dm {

// x_s = a x_t + b x0hat + c z
struct Step {
  double a, b, c;
};

// Room for the rules that evaluate more than once a move: two predictions and one state of the tile.
struct Scratch {
  Pred pred, second;
  State state;
};

struct StepRule {
  virtual ~StepRule() = default;
  virtual bool step(const Schedule&, const Move&, Step&) const { return false; }
  virtual void advance(const Denoiser&, State&, const Move&, Scratch&) const {}
  virtual int evaluations(const Move&) const { return 1; }
};

// ancestral, euler-maruyama, ddim, heun
const Family& samplers();
using RuleEntry = Entry<std::unique_ptr<StepRule>>;

}  // namespace dm
