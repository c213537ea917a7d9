#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Vincent 2011; Song et al. 2021, eq. 7: E_t [ lambda(t) |s(x_t, t) + eps / sigma_t|^2 ], t uniform on [t_min, 1], lambda = sigma^2 (std2)
// or 1. With y = p x0 + q eps the error of eps is k3 (y - y*), that of the score k3 / sigma.
struct Dsm : NoisedRegression {
  double t_min;
  bool std2;
  Dsm(const Process& p, double t, bool s) : NoisedRegression(p), t_min(t), std2(s) {}
  Level level(Draws& d) const override {
    const double t = d.uniform(t_min, 1);
    if (const int T = schedule.table()) return schedule.at(double(1 + int(t * T) % T) / T);  // every row 1 .. T alike
    return schedule.at(t);
  }
  double weight(const Level& l, const Head& h) const override {
    const double k3 = to_canonical(h.kind, l, h.sigma_data).k3;
    return k3 * k3 / (std2 ? 1 : l.sigma * l.sigma);
  }
};

}  // namespace

const ObjectiveEntry dsm{
    {"dsm",
     "denoising score matching over the levels of the process",
     "Vincent 2011, doi:10.1162/NECO_a_00142; Song et al. 2021, arXiv:2011.13456",
     {{"t_min", number(0, 1).below(), 1e-5, "smallest t; t is uniform on [t_min, 1]"},
      {"weighting", choice({"std2", "uniform"}), "std2", "of the score's squared error: sigma^2 (the noise is regressed evenly) or 1"}}},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> {
      return std::make_unique<Dsm>(p, o["t_min"].number(), o["weighting"].text() == "std2");
    }};

}  // namespace dm
