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

// The derivative of a prediction at the rows and levels where it was evaluated: products with the Jacobians d x0/dx and d eps/dx, as
// often as wanted, for as long as the tile lives.
struct Replay {
  virtual ~Replay() = default;
  virtual void vjp(const Pred& cotangent, Mat<double> gx) = 0;  // gx = (d x0/dx)^T cotangent.x0 + (d eps/dx)^T cotangent.eps
  virtual void jvp(Mat<const double> dx, Pred& tangent) = 0;    // tangent = (d x0/dx dx, d eps/dx dx)
};

struct Denoiser {
  virtual ~Denoiser() = default;
  virtual int dim() const = 0;
  // Reentrant; no level may be clean.
  virtual void eval(const State& x, Times, Pred& out) const = 0;
  // eval, and its derivative there. What needs it asks differentiable() before any work.
  virtual bool differentiable() const { return false; }
  virtual std::unique_ptr<Replay> replay(const State&, Times, Pred&) const {
    throw Error(
        "the derivative of the prediction in x was asked for, and this denoiser does not offer it; a trained network does, and so "
        "does a density in closed form",
        Exit::spec);
  }
  // Called once with every level of a plan before any work: refuses a level that this denoiser cannot serve.
  virtual void check(const Level&) const {}
  // The lowest sigma / alpha that it knows: where a grid ends whose end is left open.
  virtual double lowest() const { return 0; }
  // Rounding of a prediction relative to its size: what a tolerance cannot go below. 0: that of double.
  virtual double rounding() const { return 0; }
};

}  // namespace dm
