// Exact log-densities by the probability flow (Song et al. 2021, arXiv:2011.13456, section 4.3): where the flow takes x at the first
// level of a plan to x_T at its last, the density of what the flow makes of the reference law is
//   log p(x) = log prior(x_T) + log |det dx_T/dx|.
// In u = x / alpha over s = sigma / alpha every process has one and the same flow, du/ds = epshat(alpha u), so that
//   d log |det du/du_0| / ds = tr(d epshat/du) = alpha tr(d epshat/dx).
// That is one more coordinate of the state, whose own prediction is the trace: every rule that follows the flow integrates it beside u
// without knowing, and one with an error control counts it as any other coordinate.
//
// A flow between two laws (bridge/bridge.h) is one of a process, too: alpha = 1, sigma = the time to go. It is followed from its clean end
// to where it starts, whose law has another density than the reference's.
#pragma once
#include "process/divergence.h"
#include "sample/log_densities.h"
#include "sample/sampler.h"

namespace dm {

// log p of states x [n, d] given what each row brings along [n, w], in model units, out [n].
using LogPrior = std::function<void(Mat<const double> x, Mat<const double> given, double* out)>;

struct Likelihood {
  const Schedule& schedule;
  const Denoiser& denoiser;  // differentiable
  const StepRule& rule;      // follows the flow: StepRule::flow()
  Plan plan;                 // data to reference (backwards()), before the rule's refine()
  // Probe k of a row hangs on (stream, row, k) alone, so it stays the same on the row's whole way; each has a coordinate of its own.
  Probes probes;
  Stream stream;
  Mat<const double> given = {};  // the condition of each row, see Sampler
  LogPrior prior = nullptr;      // at the plan's last level; null: the reference's N(0, sd^2 I)

  // Of x [rows.n, d], states at the plan's first level. A row's bits depend on its id, its content and its condition alone.
  LogDensities run(Rows, Mat<const double> x, Progress&) const;
};

}  // namespace dm
