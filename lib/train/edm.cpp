#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Karras et al. 2022: ln s ~ N(p_mean, p_std^2) for s = sigma / alpha, E[ w(s) |D(x; s) - x0|^2 ] with w = (s^2 + sd^2) / (s sd)^2.
// D = c_skip x + c_out F makes this |F - F*|^2 with weight 1; for another parametrisation y = p x0 + q eps the error of x0 is
// k1 (y - y*), so the weight is w k1^2.
struct Edm : NoisedRegression {
  double p_mean, p_std;
  Edm(const Process& p, double mean, double std) : NoisedRegression(p), p_mean(mean), p_std(std) {}
  Level level(Draws& d) const override { return schedule.at_sigma_ve(std::exp(p_mean + p_std * d.normal())); }
  double weight(const Level& l, const Head& h) const override {
    if (h.kind == Kind::edm) return 1;
    const double s = l.sigma_ve(), sd = h.sigma_data, k1 = to_canonical(h.kind, l, sd).k1;
    return (s * s + sd * sd) / (s * s * sd * sd) * k1 * k1;
  }
};

}  // namespace

const ObjectiveEntry edm{
    {"edm",
     "denoising with the weighting and the log-normal noise levels of EDM",
     "Karras et al. 2022, arXiv:2206.00364",
     {{"p_mean", number(), -0.5, "mean of ln(sigma / alpha) in training; the paper's -1.2 is for data of standard deviation .5"},
      {"p_std", number(0).above(), 1.2, "its standard deviation"}}},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> {
      return std::make_unique<Edm>(p, o["p_mean"].number(), o["p_std"].number());
    }};

}  // namespace dm
