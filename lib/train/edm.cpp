#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Karras et al. 2022: ln s ~ N(p_mean, p_std^2) for s = sigma / alpha, E[ w(s) |D(x; s) - x0|^2 ] with w = (s^2 + sd^2) / (s sd)^2, so
// (s^2 + sd^2) / sd^2 on eps; the mean over coordinates unless asked. D = c_skip x + c_out F makes this |F - F*|^2 with weight 1, and F = 0
// has the loss 1 a coordinate at every level where the data are N(0, sd^2 I).
struct Edm : NoisedRegression {
  double p_mean, p_std;
  Edm(const Process& p, const Value& o) : NoisedRegression(p, o), p_mean(o["p_mean"].number()), p_std(o["p_std"].number()) {}
  Level level(LevelDraws& d) const override { return schedule.at_sigma_ve(std::exp(p_mean + p_std * d.normal())); }
  double weight(const Level& l, const Regressor& f) const override {
    const double s = l.sigma_ve(), sd = f.sigma_data;
    return (s * s + sd * sd) / (sd * sd);
  }
};

std::vector<Option> options() {
  std::vector<Option> o = {{"p_mean", number(), -1.4,
                            "mean of ln(sigma / alpha) in training, data of standard deviation 1 (the paper's -1.2 is for .5): lower where "
                            "the data have structure "
                            "much finer than their spread"},
                           {"p_std", number(0).above(), 1.4, "its standard deviation"}};
  for (auto& shared : NoisedRegression::options("mean")) o.push_back(shared);
  return o;
}

}  // namespace

const ObjectiveEntry edm{
    {"edm", "denoising with the weighting and the log-normal noise levels of EDM", "Karras et al. 2022, arXiv:2206.00364", options()},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> { return std::make_unique<Edm>(p, o); }};

}  // namespace dm
