// Step rules. A rule that can, states its step as numbers, which the sampler executes and exact-law tests read; one that cannot
// advances the state itself.
#pragma once
#include <memory>

#include "core/random.h"
#include "process/denoiser.h"
#include "sample/plan.h"

namespace dm {

// x_s = a x_t + sum_{j < nb} b_j x0hat_{t-j} + c z: x0hat_t is the prediction at this move, x0hat_{t-j} the one j moves earlier. nb = 0:
// the denoiser is not asked.
struct Step {
  double a = 1, b[4] = {}, c = 0;
  int nb = 1;
};

// Where a sampler takes its noise from: Philox by (row, move, draw), or impulses in a test, which turn one run into the run's affine map.
struct Noise {
  virtual ~Noise() = default;
  virtual void draw(Rows, int move, int draw, Mat<double> z) const = 0;
};

// What a rule that advances the state itself works with: the rows of one tile at move k of the plan.
struct Tile {
  const Schedule& schedule;
  const Denoiser& denoiser;
  const Plan& plan;
  const Noise& source;
  State& x;
  std::size_t k = 0;

  const Move& move() const { return plan[k]; }
  // Standard normal draws of this move, a block for each number `draw`.
  void noise(int draw, Mat<double> z) const { source.draw(x.rows, int(k), draw, z); }
  // Room of the tile's shape, made at the first call and kept for the whole plan.
  Mat<double> room(std::size_t i) {
    while (rooms.size() <= i) rooms.push_back(std::make_unique<Matrix<double>>(x.x().rows, x.x().cols));
    return *rooms[i];
  }
  std::vector<std::unique_ptr<Matrix<double>>> rooms = {};
};

struct StepRule {
  virtual ~StepRule() = default;
  // The numbers of a move of the plan, or false: then advance() makes it.
  virtual bool step(const Schedule&, const Plan&, std::size_t, Step&) const { return false; }
  virtual void advance(Tile&) const {}
  // Called once with the grid's moves: a rule may put moves between them.
  virtual void refine(const Schedule&, Plan&) const {}
  // Refuses what it cannot serve, before any work.
  virtual void check(const Schedule&, const Denoiser&) const {}

  virtual Final final() const { return Final::step; }  // what ends its plan unless asked otherwise
  virtual bool flow() const { return false; }          // follows the probability flow without noise, in both directions
  virtual bool visits_levels() const { return true; }  // asks at every level of its plan, for all rows of a tile at once
  virtual bool corrects() const { return false; }      // makes the moves `correct` of its plan itself: no corrector beside it
};

// The samplers; see registry.h.
const Family& samplers();
// Rules for the moves `correct`: each puts its own into a plan.
const Family& correctors();
using RuleEntry = Entry<std::unique_ptr<StepRule>>;

// Puts the moves that `before` returns in front of each move of the plan that begins a step of the kind `reverse`.
template <class F>
void insert_before_steps(Plan& plan, F before) {
  Plan out;
  for (std::size_t k = 0; k < plan.size(); ++k) {
    if (plan[k].kind == Move::reverse && plan[k].stage == 0)
      for (const Move& m : before(plan[k])) out.push_back(m);
    out.push_back(plan[k]);
  }
  plan = std::move(out);
}

}  // namespace dm
