// A plan is the list of moves between levels that a sampler makes; grids choose the levels.
#pragma once
#include <vector>

#include "core/option.h"
#include "process/process.h"

namespace dm {

struct Move {
  Level from, to;
  bool noise = true;  // false: the move takes the mean only
};
using Plan = std::vector<Move>;

// What ends a plan. step: one more move, to the clean level (sigma = 0). denoise: the last move, to the lowest grid level, leaves its
// noise out. none: it does not.
enum class Final { step, denoise, none };
Final final_named(std::string_view name);
std::vector<std::string> final_names();

// `points` levels from the reference towards the data, strictly decreasing in sigma / alpha.
//   uniform: even in t from 1 to the process's t_lo; on a discrete table its rows from T to 1 as evenly as they allow
//   leading:  rows 1 + k floor(T / points) of a discrete table, as the DDIM code takes them
//   karras:  sigma_i^(1/rho) even between sigma_max and sigma_min (Karras et al. 2022, eq. 5; sigma stands for sigma / alpha)
//   log-snr: even in log(sigma / alpha)
const Family& grids();
struct Grid {
  virtual ~Grid() = default;
  virtual std::vector<Level> levels(const Schedule&, int points) const = 0;
};
using GridEntry = Entry<std::unique_ptr<Grid>>;

// A plan of exactly `steps` moves.
Plan make_plan(const Schedule&, const Grid&, int steps, Final);

}  // namespace dm
