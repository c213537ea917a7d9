// A plan is the list of moves between levels that a sampler makes; grids choose the levels.
#pragma once
#include <optional>
#include <vector>

#include "core/option.h"
#include "process/process.h"

namespace dm {

struct Move {
  // reverse: the sampler's rule takes the state from one level to the next; forward: the process noises it; correct: a corrector acts at
  // one level.
  enum Kind { reverse, forward, correct };
  Level from, to;
  double noise = 1;  // factor on the move's noise; 0: the move takes the mean only
  Kind kind = reverse;
  int stage = 0;  // of a step that takes several moves: how many of them lie behind (plan[k - stage].from is where the step began)
  int table = 0;  // N > 0: the move discretises row floor(t (N - 1)) of a table of N rows over the time 1 / N (grid score-sde)
};
using Plan = std::vector<Move>;

// The forward step x_t = r x_s + sqrt(v) z that a reverse move from t to s undoes, and the time dt that it covers. Exact between the
// move's levels; on the grid score-sde that code's first-order discretisation.
struct Undone {
  double r, v, dt;
};
Undone undone(const Schedule&, const Move&);

// How many predictions of reverse moves directly before move k still belong to the state (at most 3): a forward or a corrector's move
// ends the history.
int history(const Plan&, std::size_t k);

// What ends a plan. step: one more move, to the clean level (sigma = 0), without noise. denoise: the last move, to the lowest grid level,
// leaves its noise out. none: it does not. noise: as step, with the noise that the rule gives a move of that length.
enum class Final { step, denoise, none, noise };
Final final_named(std::string_view name);
std::vector<std::string> final_names();

// The part of [0, 1] that a grid covers, where it is asked for; unset: t = 1, and the end of the process's sampling range, or above it the
// lowest sigma / alpha at which the prediction is known.
struct Span {
  std::optional<double> start, end;
  double lowest = 0;

  double low(const Schedule& s) const { return end.value_or(s.at(s.t_lo()).sigma_ve() < lowest ? s.at_sigma_ve(lowest).t : s.t_lo()); }
};

// `points` levels from the reference towards the data, strictly decreasing in sigma / alpha.
struct Grid {
  virtual ~Grid() = default;
  virtual std::vector<Level> levels(const Schedule&, int points, const Span&) const = 0;
  // A loop that moves once from every level, N moves for N levels, over the time 1 / N each (Move::table); its end is not one of them.
  virtual bool open_ended() const { return false; }
};
// karras, uniform, even, angle, log-snr, leading, quad, edm-vp, score-sde
const Family& grids();
using GridEntry = Entry<std::unique_ptr<Grid>>;

// A plan of exactly `steps` moves, all reverse.
Plan make_plan(const Schedule&, const Grid&, int steps, Final, const Span& = {});

// The moves of a plan from its end to its beginning: data to reference.
Plan backwards(const Plan&);

}  // namespace dm
