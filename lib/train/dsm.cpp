#include "train/noised.h"
#include "train/registry.h"
#include "train/weighting.h"

namespace dm {

namespace {

// Song et al. 2021, eq. 7: E_t[ lambda(t) |s(x_t, t) + eps / sigma_t|^2 ], t uniform on [t_min, 1], no factor 1/2; the mean over
// coordinates unless asked (score_sde's reduce_mean; without it half the sum).
//
// Importance sampling (Song et al. 2021, arXiv:2101.09258): p(t) proportional to g^2 / sigma^2 = d log s^2 / dt, s = sigma / alpha, that is
// s even in its logarithm, for every linear process. Dividing by p keeps the loss: w p_uniform / p = w (Z / (1 - t_min)) sigma^2 / g^2 with
// Z = log s(1)^2 / s(t_min)^2, which is constant under the likelihood weighting.
struct Dsm : NoisedRegression {
  double t_min, lo, hi;
  bool importance;
  Weighting lambda;
  Dsm(const Process& p, const Value& o)
      : NoisedRegression(p, o),
        t_min(o["t_min"].number()),
        lo(std::log(schedule.at(t_min).sigma_ve())),
        hi(std::log(schedule.at(1).sigma_ve())),
        importance(o["time"].text() == "importance"),
        lambda(make<Weighting>(weightings(), o["weighting"])) {
    if (!importance) return;
    if (schedule.table())
      throw Error("objective dsm: time is importance, which needs a process with continuous time; this one has " +
                      std::to_string(schedule.table()) + " levels. Use time uniform, or the process vp",
                  Exit::spec);
    if (!std::isfinite(lo))
      throw Error("objective dsm: t_min is 0 and time is importance, which needs t_min > 0: p(t) diverges at 0", Exit::spec);
  }
  Level level(LevelDraws& d) const override {
    const double u = d.uniform();
    if (importance) return schedule.at_sigma_ve(std::exp(lo + (hi - lo) * u));
    const double t = t_min + (1 - t_min) * u;
    if (const int T = schedule.table()) return schedule.at(double(1 + int(t * T) % T) / T);  // every row 1 .. T alike
    return schedule.at(t);
  }
  double weight(const Level& l, const Regressor& f) const override {
    const double w = lambda(schedule, l, f.sigma_data);
    return importance ? w * 2 * (hi - lo) / (1 - t_min) * l.sigma * l.sigma / schedule.g2(l.t) : w;
  }
};

std::vector<Option> options() {
  std::vector<Option> o = {
      {"t_min", number(0, 1).below(), 1e-5, "smallest t"},
      {"time", choice({"uniform", "importance"}), "uniform",
       "uniform: t on [t_min, 1]; importance: sigma / alpha even in its logarithm and the weight divided by that density, the same loss"},
      {"weighting", method(weightings), "std2", "of the levels against each other"}};
  for (auto& shared : NoisedRegression::options("mean")) o.push_back(shared);
  return o;
}

}  // namespace

const ObjectiveEntry dsm{{"dsm", "denoising score matching over the levels of the process",
                          "Vincent 2011, doi:10.1162/NECO_a_00142; Song et al. 2021, arXiv:2011.13456", options()},
                         [](const Value& o, const Process& p) -> std::unique_ptr<Objective> { return std::make_unique<Dsm>(p, o); }};

}  // namespace dm
