#include "process/registry.h"

namespace dm {

namespace {

// dX = -a X ds + sqrt(2) dB on s in [0, T], s = T t: alpha = e^{-aTt}, sigma^2 = (1 - e^{-2aTt}) / a, reference N(0, I/a)
struct OrnsteinUhlenbeck : Schedule {
  double a, T;
  OrnsteinUhlenbeck(double rate, double horizon) : a(rate), T(horizon) {}
  Level at(double t) const override { return {t, -1, std::exp(-a * T * t), std::sqrt(-std::expm1(-2 * a * T * t) / a)}; }
  Level at_sigma_ve(double s) const override {
    const double e = std::log1p(a * s * s);  // e^{2aTt} = 1 + a s^2
    return {e / (2 * a * T), -1, std::exp(-0.5 * e), s * std::exp(-0.5 * e)};
  }
  double f(double) const override { return -a * T; }
  double g2(double) const override { return 2 * T; }
  double t_lo() const override { return 1e-4 / T; }  // sigma = .014, as vp at 1e-3
  double reference_sd(const Level&) const override { return 1 / std::sqrt(a); }
};

}  // namespace

const ProcessEntry ou{{"ou",
                       "Ornstein-Uhlenbeck: dX = -a X ds + sqrt(2) dB for s in [0, T], reference N(0, I/a)",
                       "De Bortoli et al. 2021, arXiv:2106.01357",
                       {{"rate", number(0).above(), 1.0, "a"}, {"horizon", number(0).above(), 8.0, "T, the physical time at t = 1"}}},
                      [](const Value& o) { return linear_process<OrnsteinUhlenbeck>(o["rate"].number(), o["horizon"].number()); }};

}  // namespace dm
