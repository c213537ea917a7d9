// Over-relaxation of Sinkhorn's algorithm (Thibault, Chizat, Dossal & Papadakis 2021; Lehmann, von Renesse, Sambale & Uschmajew 2021).
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/math.h"

namespace dm::ot {

// (1 - exp(-kappa f)) / kappa, which is f for kappa = 0: what a potential is worth where its marginal is penalised.
inline double saturated(double f, double kappa) {
  const double z = kappa * f;
  return std::abs(z) < 1e-4 ? f * (1 - z / 2 + z * z / 6) : (1 - exp_d(-z)) / kappa;
}

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
  double gain(double delta, double a) const { return saturated(delta, kappa) - exp_d(delta - a) + exp_d(-a); }
};

// Chooses omega from what the rows ask for. Near the solution the moves a_k that the rows ask for in iteration k obey, as in any successive
// over-relaxation of two blocks (Young 1954),
//   a_{k+1} + 2 (omega - 1) a_k + (omega - 1)^2 a_{k-1} = omega^2 M a_k,
// M the matrix of the plain iteration, whose largest eigenvalue s2^2 (but for the constants) is the rate of the plain one. M is symmetric
// in the inner product of p, so |M a| / |a| is a lower bound of s2^2 that is good once slow modes prevail, and the best factor is omega = 2
// / (1 + sqrt(1 - s2^2)), under which errors fall by omega - 1.
class OverRelaxation {
 public:
  explicit OverRelaxation(const std::vector<double>& p) : p_(p) {}
  double omega() const { return omega_; }
  double rate() const { return s2_; }  // the last estimate of s2^2; 0: none yet
  // After each iteration: what the rows asked for, and the factor that it used.
  void observe(const std::vector<double>& a, double omega);

 private:
  const std::vector<double>& p_;
  std::vector<double> now_, before_;  // a_k and a_{k-1}, less their means
  double now_omega_ = 0, before_omega_ = 0;
  double omega_ = 1, s2_ = 0;
  double most_ = 0;    // the largest estimate since omega changed
  int64_t count_ = 0;  // iterations since then
};

}  // namespace dm::ot
