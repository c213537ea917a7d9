#include <algorithm>

#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Song & Ermon 2019, eq. 5-6: 1/2 E_i[ sigma_i^2 |s(x + sigma_i eps, sigma_i) + eps / sigma_i|^2 ] with sigma_1 > .. > sigma_L geometric:
// the sum over coordinates with the factor 1/2 unless asked. law log-normal: sigma = exp(p_mean + p_std z), cut at the ends.
struct Ncsn : NoisedRegression {
  double lo, hi, p_mean, p_std;
  int L;
  bool log_normal;
  Ncsn(const Process& p, const Value& o)
      : NoisedRegression(p, o),
        lo(o["sigma_min"].is_null() ? schedule.at(schedule.t_lo()).sigma_ve() : o["sigma_min"].number()),
        hi(o["sigma_max"].is_null() ? schedule.at(1).sigma_ve() : o["sigma_max"].number()),
        p_mean(o["p_mean"].number()),
        p_std(o["p_std"].number()),
        L(int(o["levels"].integer())),
        log_normal(o["law"].text() == "log-normal") {
    if (!(lo < hi))
      throw Error("objective ncsn: sigma_min is " + to_json(lo) + ", expected less than sigma_max, " + to_json(hi), Exit::spec);
  }
  Level level(LevelDraws& d) const override {
    if (log_normal) return schedule.at_sigma_ve(std::clamp(std::exp(p_mean + p_std * d.normal()), lo, hi));
    const int i = std::min(L - 1, int(d.uniform() * L));
    return schedule.at_sigma_ve(lo * std::pow(hi / lo, double(i) / (L - 1)));
  }
  Trained trained() const override { return {lo, hi}; }
};

std::vector<Option> options() {
  std::vector<Option> o = {
      {"levels", integer(2, 1000000), 100, "L (law geometric)"},
      {"sigma_min", number(0).above(), Value(),
       "lowest noise, as sigma / alpha in model units; unset: the end of the process's sampling range"},
      {"sigma_max", number(0).above(), Value(), "highest noise; unset: the process's at t = 1"},
      {"law", choice({"geometric", "log-normal"}), "geometric", "L levels alike, or the logarithm normal and cut at the two ends"},
      {"p_mean", number(), -0.5, "mean of ln sigma (law log-normal)"},
      {"p_std", number(0).above(), 1.2, "its standard deviation (law log-normal)"}};
  for (auto& shared : NoisedRegression::options("half-sum")) o.push_back(shared);
  return o;
}

}  // namespace

const ObjectiveEntry ncsn{
    {"ncsn", "denoising score matching over geometric noise levels, weighted by sigma^2", "Song & Ermon 2019, arXiv:1907.05600", options()},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> { return std::make_unique<Ncsn>(p, o); }};

}  // namespace dm
