// An objective turns rows into noised queries and a loss of the network's output there.
#pragma once
#include "core/random.h"
#include "process/net_denoiser.h"
#include "process/process.h"

namespace dm {

// The rows of a tile as the network sees them in training.
struct Query {
  State x;                    // noised, [n, d]; what is given stays as it is
  std::vector<Level> at;      // one a row
  Matrix<float> target;       // of a regression: what the network should output
  std::vector<float> weight;  // of each row's squared error
  Stream stream{0};           // of this step, for what a loss draws itself
};

struct Objective {
  virtual ~Objective() = default;
  // Columns of a clean row of d coordinates: a source that draws both ends of a path puts them side by side.
  virtual int columns(int d) const { return d; }
  // Fills q from clean rows x0; the stream is that of this step, keyed further by the rows' slots.
  virtual void fill(Stream, const State& x0, const Regressor&, Query& q) const = 0;
  // The loss of the tile, summed over rows, on the tape: sum_i w_i |y_i - target_i|^2 unless an objective records something else.
  virtual Var loss(Tape<float>&, const Regressor&, const Query&) const;
  // What the network predicts where the spec leaves it open, and the levels at which it will be known.
  virtual Kind prediction() const { return Kind::edm; }
  virtual Trained trained() const { return {}; }
};

// edm, dsm, dsm-level, ncsn, ddpm, ism, ssm
const Family& objectives();
using ObjectiveEntry = Entry<std::unique_ptr<Objective>, const Process&>;

// The schedule of a process x_t = alpha x0 + sigma eps; another process is refused.
const Schedule& linear_schedule(const Process&);

}  // namespace dm
