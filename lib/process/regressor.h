// What an objective sees of a prediction: y = p x0 + q eps of the stated kind, recorded on a tape, so that losses of y and of its tangents
// can be taken. A network behind its Head, or a denoiser in its place: the same loss then shows its floor.
#pragma once
#include "nn/tape.h"
#include "process/denoiser.h"
#include "process/kind.h"

namespace dm {

// Rows as they entered the tape, and the output [n, d].
struct Recorded {
  Var in, y;
};

struct Regressor {
  Kind kind = Kind::edm;
  double sigma_data = 1;
  int d = 0;

  virtual ~Regressor() = default;
  // Rows x [n, d], with what is given of them; `wants`: a gradient of `in` is wanted.
  virtual Recorded record(Tape<float>&, const State& x, Times, bool wants = false) const = 0;
  // dx [n, d] as a direction of `in`: J dx is tangent(tape, y, in, direction(tape, dx, times)).
  virtual Var direction(Tape<float>&, Mat<const double> dx, Times) const = 0;
};

// A denoiser with derivatives in a network's place. It has no parameters: losses and their tangents have values, and no gradient.
struct DenoiserRegressor : Regressor {
  const Denoiser& denoiser;

  explicit DenoiserRegressor(const Denoiser&, Kind, double sigma_data = 1);
  Recorded record(Tape<float>&, const State& x, Times, bool wants = false) const override;
  Var direction(Tape<float>&, Mat<const double> dx, Times) const override;
};

}  // namespace dm
