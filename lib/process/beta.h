// beta(t) = b0 + (b1 - b0) t of the variance-preserving processes, its integral B(t), and the t at which B has a value.
#pragma once
#include <cmath>

#include "core/option.h"

namespace dm {

struct LinearBeta {
  double b0, b1;
  double beta(double t) const { return b0 + (b1 - b0) * t; }
  double B(double t) const { return b0 * t + 0.5 * (b1 - b0) * t * t; }
  double t_at(double B) const { return 2 * B / (b0 + std::sqrt(b0 * b0 + 2 * (b1 - b0) * B)); }  // no cancellation

  static std::vector<Option> options() {
    return {{"beta_min", number(0).above(), 0.1, "beta at t = 0 (linear)"},
            {"beta_max", number(0).above(), 20.0, "beta at t = 1 (linear)"}};
  }
};

}  // namespace dm
