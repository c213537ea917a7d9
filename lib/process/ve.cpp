#include "process/registry.h"

namespace dm {

namespace {

// alpha = 1, sigma = sigma_min (sigma_max / sigma_min)^t: even in log sigma. dx = sqrt(d sigma^2 / dt) dw
struct Geometric : Schedule {
  double lo, hi;
  Geometric(double l, double h) : lo(l), hi(h) {}
  Level at(double t) const override { return {t, -1, 1, lo * std::pow(hi / lo, t)}; }
  Level at_sigma_ve(double s) const override { return {std::log(s / lo) / std::log(hi / lo), -1, 1, s}; }
  double f(double) const override { return 0; }
  double g2(double t) const override { return 2 * std::log(hi / lo) * std::pow(at(t).sigma, 2); }
  double t_lo() const override { return 0; }
  double reference_sd(const Level& l) const override { return l.sigma; }
};

}  // namespace

const ProcessEntry ve{
    {"ve",
     "variance exploding: x_t = x0 + sigma(t) eps, sigma from sigma_min to sigma_max evenly in log sigma, reference N(0, sigma_max^2 I)",
     "Song et al. 2021, arXiv:2011.13456; ends of Karras et al. 2022, arXiv:2206.00364",
     {{"sigma_min", number(0).above(), 0.002,
       "noise at t = 0, in model units (data standard deviations after dm-train's codec, data units for an oracle)"},
      {"sigma_max", number(0).above(), 80.0, "noise at t = 1; large against the data's spread, else the start is biased"}}},
    [](const Value& o) {
      const double lo = o["sigma_min"].number(), hi = o["sigma_max"].number();
      if (!(lo < hi)) throw Error("process ve: sigma_min is " + to_json(lo) + ", expected less than sigma_max, " + to_json(hi), Exit::spec);
      return linear_process<Geometric>(lo, hi);
    }};

}  // namespace dm
