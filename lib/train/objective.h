// An objective turns rows into noised queries and says what the network should answer there.
#pragma once
#include "process/net_denoiser.h"
#include "process/process.h"

namespace dm {

// The rows of a tile as the network sees them in training.
struct Query {
  State x;                    // noised, [n, d]
  std::vector<Level> at;      // one a row
  Matrix<float> target;       // what the network should output
  std::vector<float> weight;  // of each row's squared error
};

struct Objective {
  virtual ~Objective() = default;
  // Fills q from clean rows x0; the stream is that of this step, keyed further by the rows' slots.
  virtual void fill(Stream, const State& x0, const Head&, Query& q) const = 0;
  // The loss of the tile, summed over rows, on the tape: sum_i w_i |y_i - target_i|^2 / d unless an objective records something else.
  virtual Var loss(Tape<float>&, const Head&, const Query&) const;
};

// dsm, edm
const Family& objectives();
using ObjectiveEntry = Entry<std::unique_ptr<Objective>, const Process&>;

}  // namespace dm
