#include "process/beta.h"
#include "process/registry.h"

namespace dm {

namespace {

// dx = -beta(t)/2 x dt + sqrt(beta(t)) dw, beta(t) = b0 + (b1 - b0) t;  B(t) = int beta;  alpha = e^{-B/2}, sigma^2 = 1 - e^{-B}
struct Linear : Schedule {
  LinearBeta beta;
  Linear(double lo, double hi) : beta{lo, hi} {}
  Level at(double t) const override { return {t, -1, std::exp(-0.5 * beta.B(t)), std::sqrt(-std::expm1(-beta.B(t)))}; }
  Level at_sigma_ve(double s) const override {
    const double alpha = 1 / std::sqrt(1 + s * s);  // e^B = 1 + s^2
    return {beta.t_at(std::log1p(s * s)), -1, alpha, s * alpha};
  }
  double f(double t) const override { return -0.5 * beta.beta(t); }
  double g2(double t) const override { return beta.beta(t); }
  double t_lo() const override { return 1e-3; }
  double reference_sd(const Level&) const override { return 1; }
};

// alpha(t) = cos(pi/2 (t + s)/(1 + s)) / cos(pi/2 s/(1 + s)), s = 0.008; t runs over the first
// 99.46 % of the quarter turn, since beta diverges at its end (alpha(1) = 0.0084).
struct Cosine : Schedule {
  static constexpr double s = 0.008, end = 0.9946;
  static double angle(double t) { return M_PI_2 * (end * t + s) / (1 + s); }
  Level at(double t) const override {
    const double a = std::cos(angle(t)) / std::cos(angle(0));
    // 1 - cos^2 u / cos^2 u0 = sin(u - u0) sin(u + u0) / cos^2 u0
    const double v = std::sin(angle(t) - angle(0)) * std::sin(angle(t) + angle(0)) / std::pow(std::cos(angle(0)), 2);
    return {t, -1, a, std::sqrt(std::max(0.0, v))};
  }
  Level at_sigma_ve(double sv) const override {
    const double alpha = 1 / std::sqrt(1 + sv * sv);
    const double t = (std::acos(alpha * std::cos(angle(0))) * (1 + s) / M_PI_2 - s) / end;
    return {t, -1, alpha, sv * alpha};
  }
  double f(double t) const override { return -std::tan(angle(t)) * M_PI_2 * end / (1 + s); }
  double g2(double t) const override { return -2 * f(t); }
  double t_lo() const override { return 1e-3; }
  double reference_sd(const Level&) const override { return 1; }
};

std::vector<Option> options() {
  std::vector<Option> o = LinearBeta::options();
  o.insert(o.begin(),
           {"schedule", choice({"linear", "cosine"}), "linear", "beta(t) = beta_min + (beta_max - beta_min) t, or alpha(t) a cosine"});
  return o;
}

}  // namespace

const ProcessEntry vp{{"vp", "variance preserving: dx = -beta(t)/2 x dt + sqrt(beta(t)) dw, reference N(0, I)",
                       "Song et al. 2021, arXiv:2011.13456; cosine: Nichol & Dhariwal 2021, arXiv:2102.09672", options()},
                      [](const Value& o) {
                        if (o["schedule"].text() == "cosine") return linear_process<Cosine>();
                        return linear_process<Linear>(o["beta_min"].number(), o["beta_max"].number());
                      }};

}  // namespace dm
