// A denoiser returns the canonical prediction at a level: a trained network, an oracle, or a combinator of denoisers.
#pragma once
#include "process/schedule.h"
#include "space/state.h"

namespace dm {

// One level a row (training, adaptive solvers), or the same for all.
struct Times {
  const Level* at;
  bool same;
  const Level& operator[](int64_t i) const { return at[same ? 0 : i]; }
};

// The canonical prediction on R^d: estimates of x0 and eps with x = alpha x0 + sigma eps, each [rows, d].
struct Pred {
  Mat<double> x0, eps;
};

struct Denoiser {
  virtual ~Denoiser() = default;
  virtual int dim() const = 0;
  // Reentrant; no level may be clean.
  virtual void eval(const State& x, Times, Pred& out) const = 0;
  // Called once with every level of a plan before any work: refuses a level that this denoiser cannot serve.
  virtual void check(const Level&) const {}
  // Rounding of a prediction relative to its size: what a tolerance cannot go below. 0: that of double.
  virtual double rounding() const { return 0; }
};

}  // namespace dm
