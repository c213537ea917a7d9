// Shared by the objectives that learn the score of rows at one level without regressing on noise: the loss holds the divergence of the
// score itself, so it needs tangents of the network.
#pragma once
#include "process/divergence.h"
#include "train/objective.h"

namespace dm {

// J(s) = E[ tr(ds/dx) + |s|^2 / 2 ] (Hyvarinen 2005), the sum over coordinates; its minimum -E|grad log p|^2 / 2 is -d / (2 c) for N(m, c
// I).
struct ImplicitScore : Objective {
  Level at;        // at which the score stands
  bool noised;     // rows are noised to that level, or taken as they are
  Probes probes;   // of the trace
  bool projected;  // (v . s)^2 / 2, the mean over the probes, in place of |s|^2 / 2

  // options(): sigma, which the constructor reads.
  static Option sigma_option();
  ImplicitScore(const Process&, const Value& options, Probes, bool projected);

  void fill(Stream, const State& x0, const Regressor&, Query& q) const override;
  Var loss(Tape<float>&, const Regressor&, const Query&) const override;
  Kind prediction() const override { return Kind::score; }
  Trained trained() const override { return {at.sigma_ve(), at.sigma_ve()}; }
};

}  // namespace dm
