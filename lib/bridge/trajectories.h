// Iterative proportional fitting on trajectories (De Bortoli et al. 2021, arXiv:2106.01357): one direction is simulated, and every step of
// every path says where the other direction should have come from. With F_k(x) = x + h v(x, t_k), v the drift of the simulated direction,
//   x_{k+1} = F_k(x_k) + g sqrt(h) z,
// the step back from x_{k+1} is regressed, by its mean m, on
//   mean-match  x_{k+1} + F_k(x_k) - F_k(x_{k+1})   (ibid., proposition 3): -v_k + g^2 score, with the drift taken where the step is taken
//   increment   x_k, minus the path's own increment: the exact mean of the reversed chain, without the second evaluation
// which agree to O(h). (The code that goes with the paper subtracts x_{k+1} from the first and calls that the increment: here it is the
// same regression, since the head turns either into its own output.)
#pragma once
#include "bridge/coupling.h"
#include "bridge/head.h"

namespace dm {

// A clean row is [x_{k+1}, end, u]: 2 d + 1 columns. `end` is where the trained direction, pinned, would drift to at the rate (m - x) / h,
// and u its time to go there, (k + 1) / N. So with N steps of the grid `even` its sampler asks where it was trained.
struct Trajectories {
  Way simulated;            // what is followed from its own side, N Euler-Maruyama steps, the last one with noise
  Direction way;            // of it
  const Schedule& trained;  // of the other direction
  int steps;                // N
  int size;                 // paths of a cache, simulated anew every `stride` steps
  int64_t stride;
  bool mean_match;
};
std::unique_ptr<Source> trajectories(const Side& p0, const Side& p1, Trajectories, int batch, Stream);

// The regression on them: the loss is |mhat - m|^2 / (g^2 h d), even in the drift; its floor is 1 + O(h), that of the noise z.
struct StepMatching : Objective {
  const EndHead& head;
  int steps;
  StepMatching(const EndHead& h, int n) : head(h), steps(n) {}
  int columns(int d) const override { return 2 * d + 1; }
  void fill(Stream, const State& rows, const Regressor&, Query&) const override;
};

}  // namespace dm
