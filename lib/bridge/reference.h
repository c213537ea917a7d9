// What a bridge is close to: a linear process dX = f X dt + g dB on [0, 1] from X_0, as a Schedule with alpha = 1, sigma = 0 at t = 0. The
// schedule alone gives the bridge between two ends, its drifts and its time reversal, so these can never disagree.
#pragma once
#include <memory>

#include "process/schedule.h"

namespace dm {

// brownian, ou, vp. make(options, sigma), sigma > 0 the scale of the noise in the units of the state.
const Family& references();
using ReferenceEntry = Entry<std::unique_ptr<const Schedule>, double>;

// X_t given both ends is N(a x0 + b x1, s^2 I): with r = alpha_1 / alpha_t and w = sigma_1^2 - r^2 sigma_t^2,
//   a = w alpha_t / sigma_1^2,  b = r sigma_t^2 / sigma_1^2,  s^2 = sigma_t^2 w / sigma_1^2.
struct Pinned {
  double a, b, s;
  Pinned(const Schedule&, double t);
};

// The same process seen from its other end: u = 1 - t, x_u = alpha'_u x1 + sigma'_u eps with alpha' = alpha_t / alpha_1 and
// sigma'^2 = sigma_1^2 alpha'^2 - sigma_t^2, the likelihood of x1 read as a noising of x1. So a bridge towards x1 is a reverse diffusion
// under this schedule, pinned where it ends, as one towards x0 is under the reference itself.
struct Reversed : Schedule {
  std::shared_ptr<const Schedule> reference;

  explicit Reversed(std::shared_ptr<const Schedule> r) : reference(std::move(r)), end_(reference->at(1)) {}
  Level at(double u) const override;
  Level at_sigma_ve(double s) const override;
  double f(double u) const override { return -reference->f(1 - u); }
  double g2(double u) const override { return reference->g2(1 - u); }
  double t_lo() const override { return 0; }
  double reference_sd(const Level& l) const override { return l.sigma; }

 private:
  Level end_;
};

}  // namespace dm
