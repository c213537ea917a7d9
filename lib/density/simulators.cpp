// Simulators of simulation-based inference (Lueckmann et al. 2021, "sbibm"): parameters theta from the prior, then an observation y of
// them. A row is (theta, y); the y columns are the condition.
#include <cmath>

#include "core/math.h"
#include "density/simulator.h"

namespace dm::toy {

namespace {

// theta ~ U[-1, 1]^2, a ~ U[-pi/2, pi/2], r ~ N(.1, .01^2);
// y = (r cos a + .25, r sin a) + (-|theta_1 + theta_2|, theta_2 - theta_1) / sqrt(2)
void two_moons(Draws& u, double* theta, double* y) {
  for (int j = 0; j < 2; ++j) theta[j] = u.uniform(-1, 1);
  double s, c;
  sincos_turn(u.uniform(-0.25, 0.25), s, c);
  const double r = 0.1 + 0.01 * u.normal();
  y[0] = r * c + 0.25 - std::abs(theta[0] + theta[1]) / std::sqrt(2);
  y[1] = r * s + (theta[1] - theta[0]) / std::sqrt(2);
}

// theta ~ N(0, .1 I_10), y ~ N(theta, .1 I_10)
void gaussian_linear(Draws& u, double* theta, double* y) {
  const double sd = std::sqrt(0.1);
  for (int j = 0; j < 10; ++j) theta[j] = sd * u.normal();
  for (int j = 0; j < 10; ++j) y[j] = theta[j] + sd * u.normal();
}

// theta ~ U[-10, 10]^2, y ~ 1/2 N(theta, I_2) + 1/2 N(theta, .01 I_2)
void gaussian_mixture(Draws& u, double* theta, double* y) {
  for (int j = 0; j < 2; ++j) theta[j] = u.uniform(-10, 10);
  const double sd = u.below(2) ? 1 : 0.1;
  for (int j = 0; j < 2; ++j) y[j] = theta[j] + sd * u.normal();
}

// theta ~ U[-3, 3]^5; four points of N((theta_1, theta_2), S), S = [[s1^2, rho s1 s2], [rho s1 s2, s2^2]], s1 = theta_3^2,
// s2 = theta_4^2, rho = tanh theta_5
void slcp(Draws& u, double* theta, double* y) {
  for (int j = 0; j < 5; ++j) theta[j] = u.uniform(-3, 3);
  const double s1 = theta[2] * theta[2], s2 = theta[3] * theta[3], e = exp_d(-2 * std::abs(theta[4]));
  const double rho = std::copysign((1 - e) / (1 + e), theta[4]), rest = 2 * std::sqrt(e) / (1 + e);  // sqrt(1 - rho^2) = 1 / cosh
  for (int k = 0; k < 4; ++k) {
    const double a = u.normal(), b = u.normal();
    y[2 * k] = theta[0] + s1 * a;
    y[2 * k + 1] = theta[1] + s2 * (rho * a + rest * b);
  }
}

LawEntry entry(const char* name, const char* formula, int d, int dy, double half, Simulator::Rule rule) {
  return {{name, formula, "Lueckmann et al. 2021, arXiv:2101.04653", {}},
          [=](const Value&) -> std::unique_ptr<Law> { return std::make_unique<Simulator>(d, dy, half, rule); }};
}

}  // namespace

const std::vector<LawEntry>& simulators() {
  static const std::vector<LawEntry> all{
      entry("two_moons",
            "pairs (theta, y) of the crescent simulator: theta ~ U[-1, 1]^2, y = (r cos a + .25, r sin a) + (-|theta1 + theta2|, theta2 - "
            "theta1) / sqrt(2), a ~ U[-pi/2, pi/2], r ~ N(.1, .01^2).",
            2, 2, 1, two_moons),
      entry("gaussian_linear", "pairs (theta, y): theta ~ N(0, .1 I_10), y ~ N(theta, .1 I_10).", 10, 10, 0, gaussian_linear),
      entry("gaussian_mixture", "pairs (theta, y): theta ~ U[-10, 10]^2, y ~ 1/2 N(theta, I) + 1/2 N(theta, .01 I).", 2, 2, 10,
            gaussian_mixture),
      entry(
          "slcp",
          "pairs (theta, y): theta ~ U[-3, 3]^5, y four points of a Gaussian in the plane with mean (theta1, theta2), deviations theta3^2, "
          "theta4^2 and correlation tanh theta5.",
          5, 8, 3, slcp)};
  return all;
}

}  // namespace dm::toy
