// Shared by the objectives that regress on one-shot noised rows: x_t = alpha x0 + sigma z at one level a row.
#pragma once
#include "train/objective.h"

namespace dm {

struct NoisedRegression : Objective {
  const Schedule& schedule;
  explicit NoisedRegression(const Process& p);

  // The level of a row and the weight of its squared error in the network's own output y, both from the row's draws.
  virtual Level level(Draws&) const = 0;
  virtual double weight(const Level&, const Head&) const = 0;

  void fill(Stream, const State& x0, const Head&, Query& q) const override;
};

}  // namespace dm
