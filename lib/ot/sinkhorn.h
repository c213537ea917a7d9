// Entropic optimal transport by Sinkhorn's algorithm (Cuturi 2013; Schmitzer 2019; Peyre & Cuturi 2019, ch. 4; unbalanced: Chizat, Peyre,
// Schmitzer & Vialard 2018):
//   OT_eps(a, b) = min over couplings P of p and q of <C, P> + eps KL(P | p (x) q),  c_ij = |x_i - y_j|^2 / 2.
// With eps = sigma^2 the minimiser is the static Schroedinger bridge of the Brownian motion of scale sigma on [0, 1]. In POT the same plan
// is reg = 2 sigma^2 with the cost |x - y|^2, or reg = sigma^2 with |x - y|^2 / 2; POT's potentials and its 'log' are in units of reg and
// without p and q.
// With a penalty rho the constraint on a side is replaced by rho KL(marginal | p).
#pragma once
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/progress.h"
#include "ot/entropic_plan.h"
#include "ot/points.h"

namespace dm {

enum class SinkhornMode { automatic, stored, online, separable };

struct SinkhornOptions {
  double eps = 1;
  double rho_first = HUGE_VAL, rho_second = HUGE_VAL;  // penalties of the marginals; infinite: exact
  double tolerance = 1e-6;                             // of the L1 error of the marginal that is not exact
  int64_t iterations = 10000;                          // at most, at the final eps
  SinkhornMode mode = SinkhornMode::automatic;
  double memory = 1e9;  // bytes that a stored kernel may take
  bool scaling = true;  // from a large eps downwards, unless potentials are given
  bool over_relaxation = true;
  std::vector<double> g;  // potential of the second set to start from, in units of cost; empty: zero
};

struct Sinkhorn {
  EntropicPlan plan;
  SinkhornMode mode = SinkhornMode::stored;
  std::string status;                      // converged | iterations (the limit came first) | stalled (the error falls no more)
  int64_t iterations = 0;                  // at the final eps until the error was met; the pass that saw so is kept in the plan as well
  int64_t scaling_iterations = 0;          // at larger eps before
  double row_error = 0, column_error = 0;  // sum_i |P 1 - p|_i and sum_j |P^T 1 - q|_j; unbalanced: from what the potentials ask for
  double omega = 1, rate = 0;              // the last factor of over-relaxation, and s2^2 as it was estimated (0: it was not)

  // Of the plan rounded to the exact marginals (Altschuler, Weed & Rigollet 2017, algorithm 2); unbalanced: of the plan itself.
  double transport = 0;  // <C, P>
  double kl = 0;         // KL(P | p (x) q), an upper bound of it (by convexity in what the rounding adds)
  double primal = 0;     // transport + eps kl (+ penalties): an upper bound of OT_eps
  double dual = 0;       // of the potentials: a lower bound of OT_eps
  double gap() const { return primal - dual; }
};

// Throws dm::Error (Exit::data) on unusable points, Exit::spec where a mode that was asked for is impossible.
Sinkhorn sinkhorn(const Points& a, const Points& b, const SinkhornOptions&, Progress&);

// The Sinkhorn divergence (Feydy et al. 2019, eq. 3) S = OT_eps(a, b) - (OT_eps(a, a) + OT_eps(b, b)) / 2: zero exactly where a = b, about
// W_2^2 / 2 for small eps and half of the squared distance of the means for large. Marginals are exact here.
struct SinkhornDivergence {
  double value = 0;
  Sinkhorn cross, first, second;
};
SinkhornDivergence sinkhorn_divergence(const Points& a, const Points& b, const SinkhornOptions&, Progress&);

const char* name_of(SinkhornMode);

}  // namespace dm
