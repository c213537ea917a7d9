#include "bridge/reference.h"

namespace dm {

Pinned::Pinned(const Schedule& reference, double t) {
  const Level l = reference.at(t), end = reference.at(1);
  const double v = l.sigma * l.sigma, v1 = end.sigma * end.sigma, r = end.alpha / l.alpha, w = std::max(0.0, v1 - r * r * v);
  a = w * l.alpha / v1;
  b = r * v / v1;
  s = std::sqrt(v * w / v1);
}

Level Reversed::at(double u) const {
  const Level l = reference->at(1 - u);
  const double alpha = l.alpha / end_.alpha;
  return {u, -1, alpha, std::sqrt(std::max(0.0, std::pow(end_.sigma * alpha, 2) - l.sigma * l.sigma))};
}

// sigma'^2 / alpha'^2 = sigma_1^2 - (alpha_1 sigma_t / alpha_t)^2
Level Reversed::at_sigma_ve(double s) const {
  return at(1 - reference->at_sigma_ve(std::sqrt(std::max(0.0, end_.sigma * end_.sigma - s * s)) / end_.alpha).t);
}

namespace {

// dX = sigma dB: alpha = 1, sigma_t^2 = sigma^2 t
struct Brownian : Schedule {
  double sigma;
  explicit Brownian(double s) : sigma(s) {}
  Level at(double t) const override { return {t, -1, 1, sigma * std::sqrt(t)}; }
  Level at_sigma_ve(double s) const override { return {std::pow(s / sigma, 2), -1, 1, s}; }
  double f(double) const override { return 0; }
  double g2(double) const override { return sigma * sigma; }
  double t_lo() const override { return 0; }
  double reference_sd(const Level& l) const override { return l.sigma; }
};

// dX = -(c(t) / 2) X dt + sigma sqrt(c(t) / k) dB with C = int c: alpha^2 = e^{-C}, sigma_t^2 = sigma^2 (1 - e^{-C}) / k. The
// Ornstein-Uhlenbeck process dX = -rate X dt + sigma dB has c = k = 2 rate; the VP process c = beta, k = 1.
struct Relaxing : Schedule {
  double c0, c1, k, sigma;
  Relaxing(double lo, double hi, double divisor, double s) : c0(lo), c1(hi), k(divisor), sigma(s) {}
  double integral(double t) const { return t * (c0 + 0.5 * (c1 - c0) * t); }
  Level at(double t) const override {
    const double C = integral(t);
    return {t, -1, std::exp(-0.5 * C), sigma * std::sqrt(-std::expm1(-C) / k)};
  }
  // s^2 = sigma^2 (e^C - 1) / k; t from C = t (c0 + (c1 - c0) t / 2) without cancellation
  Level at_sigma_ve(double s) const override {
    const double C = std::log1p(k * s * s / (sigma * sigma));
    return at(2 * C / (c0 + std::sqrt(c0 * c0 + 2 * (c1 - c0) * C)));
  }
  double c(double t) const { return c0 + (c1 - c0) * t; }
  double f(double t) const override { return -0.5 * c(t); }
  double g2(double t) const override { return sigma * sigma * c(t) / k; }
  double t_lo() const override { return 0; }
  double reference_sd(const Level&) const override { return sigma / std::sqrt(k); }
};

const ReferenceEntry brownian{
    {"brownian", "Brownian motion, dX = sigma dB", "", {}},
    [](const Value&, double sigma) -> std::unique_ptr<const Schedule> { return std::make_unique<Brownian>(sigma); }};
const ReferenceEntry ou{
    {"ou", "Ornstein-Uhlenbeck, dX = -rate X dt + sigma dB", "", {{"rate", number(0).above(), 0.5, "pull towards 0 per unit time"}}},
    [](const Value& o, double sigma) -> std::unique_ptr<const Schedule> {
      const double c = 2 * o["rate"].number();
      return std::make_unique<Relaxing>(c, c, c, sigma);
    }};
const ReferenceEntry vp{
    {"vp",
     "variance preserving, dX = -beta X / 2 dt + sigma sqrt(beta) dB with beta linear in t: stationary at N(0, sigma^2 I)",
     "Song et al. 2021, arXiv:2011.13456",
     {{"beta_min", number(0).above(), 0.1, "beta at t = 0"}, {"beta_max", number(0).above(), 20.0, "beta at t = 1"}}},
    [](const Value& o, double sigma) -> std::unique_ptr<const Schedule> {
      return std::make_unique<Relaxing>(o["beta_min"].number(), o["beta_max"].number(), 1, sigma);
    }};

}  // namespace

const Family& references() {
  static const Family family{"reference", "the process without ends that a bridge is closest to", {&brownian, &ou, &vp}};
  return family;
}

}  // namespace dm
