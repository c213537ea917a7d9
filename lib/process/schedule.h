// Levels and linear schedules. A linear process is x_t = alpha_t x0 + sigma_t eps with t in [0, 1]: t = 0 the data, t = 1 the
// reference. (alpha, sigma) alone give noising, transition, drift and reference, so these can never disagree.
#pragma once
#include <cmath>
#include <memory>

#include "core/option.h"

namespace dm {

// A point of a grid. The clean level is one of them.
struct Level {
  double t = 0;
  int index = -1;  // row of a discrete table, -1 where the process has none
  double alpha = 1, sigma = 0;

  bool clean() const { return sigma == 0; }
  double sigma_ve() const { return sigma / alpha; }  // noise relative to the signal: exp(-lambda), lambda the half log-SNR
};

struct Schedule {
  virtual ~Schedule() = default;
  virtual Level at(double t) const = 0;                   // t in [0, 1]
  virtual Level at_sigma_ve(double s) const = 0;          // the level with sigma / alpha = s
  virtual double f(double t) const = 0;                   // d log alpha / dt
  virtual double g2(double t) const = 0;                  // d sigma^2 / dt - 2 f sigma^2: dx = f x dt + g dw
  virtual double t_lo() const = 0;                        // where sampling on a uniform grid ends
  virtual double reference_sd(const Level& l) const = 0;  // the reference law at l is N(0, sd^2 I)
  virtual int table() const { return 0; }                 // rows of a discrete table (levels 1 .. table), 0: continuous
};

// x_to given x_from: mean r x, variance v (exact for any two levels with from at or before to).
struct Transition {
  double r, v;
  Transition(const Level& from, const Level& to)
      : r(to.alpha / from.alpha), v(std::max(0.0, to.sigma * to.sigma - r * r * from.sigma * from.sigma)) {}
};

}  // namespace dm
