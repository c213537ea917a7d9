// Over-relaxation of Sinkhorn's algorithm (Thibault, Chizat, Dossal & Papadakis 2021; Lehmann, von Renesse, Sambale & Uschmajew 2021).
#pragma once
#include <cmath>
#include <cstdint>

#include "core/math.h"

namespace dm::ot {

// A half-step of one side. With the sums r = (P 1)_i / p_i and the penalty rho on that marginal, the plain half-step moves phi = f / eps by
// lambda a, where a = log t - log r, t = exp(-f / rho) is what r should be, lambda = rho / (rho + eps); balanced: t = lambda = 1. The
// over-relaxed one moves it by omega lambda a.
struct HalfStep {
  double omega = 1;
  double kappa = 0;  // eps / rho; 0: balanced

  double log_target(double phi) const { return -kappa * phi; }
  // Over-relaxed only where the dual value still gains half of what its quadratic model promises: then every half-step raises the dual by
  // at least omega (2 - omega) / 2 of what the plain one would, and the iteration converges as the plain one does.
  double move(double a) const {
    const double plain = a / (1 + kappa), bold = omega * plain;
    if (omega == 1 || std::abs(a) < 0.25 * (2 - omega)) return bold;  // so near, the cubic term cannot take the half
    return gain(bold, a) >= 0.5 * omega * (2 - omega) * gain(plain, a) ? bold : plain;
  }
  // What the dual gains by the move delta, over eps p_i t_i: (1 - exp(-kappa delta)) / kappa - exp(-a) (exp(delta) - 1).
  double gain(double delta, double a) const {
    const double z = kappa * delta, g = std::abs(z) < 1e-4 ? delta * (1 - z / 2 + z * z / 6) : (1 - exp_d(-z)) / kappa;
    return g - exp_d(delta - a) + exp_d(-a);
  }
};

// Chooses omega from the rate at which the error falls. Near the solution the iteration is a successive over-relaxation of a 2-cyclic
// matrix: an error that falls by the factor lambda under omega belongs to the plain rate s2^2 = (lambda + omega - 1)^2 / (lambda omega^2)
// (Young 1954), and the best factor is omega = 2 / (1 + sqrt(1 - s2^2)), under which the error falls by omega - 1.
class OverRelaxation {
 public:
  double omega() const { return omega_; }
  double rate() const { return s2_; }  // the last estimate of s2^2; 0: none yet
  void observe(double error);          // after each iteration

 private:
  double omega_ = 1, s2_ = 0, last_ = 0, ratio_ = 0;
  double middle_ = 0;  // log of the error in the middle of the window
  int64_t count_ = 0;  // iterations under this omega
};

}  // namespace dm::ot
