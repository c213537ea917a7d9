#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Vincent 2011 at one level: E|s(x) + eps / sigma|^2, x = alpha x0 + sigma eps; the sum over coordinates without the factor 1/2 unless
// asked. The score of the data is learned as blurred by the noise. Floor for N(m, c I), alpha = 1: d c / (sigma^2 (c + sigma^2)).
struct DsmLevel : NoisedRegression {
  Level at;
  DsmLevel(const Process& p, const Value& o) : NoisedRegression(p, o), at(schedule.at_sigma_ve(o["sigma"].number())) {}
  Level level(LevelDraws&) const override { return at; }
  double weight(const Level& l, const Regressor&) const override { return 1 / (l.sigma * l.sigma); }
  Trained trained() const override { return {at.sigma_ve(), at.sigma_ve()}; }
};

}  // namespace

const ObjectiveEntry dsm_level{
    {"dsm-level",
     "denoising score matching at one level: learns the score of the data blurred by that noise",
     "Vincent 2011, doi:10.1162/NECO_a_00142",
     {{"sigma", number(0).above(), 0.1, "the level, as sigma / alpha in model units; small: little blur, large variance of the loss"},
      NoisedRegression::options("sum")[0],
      NoisedRegression::options("sum")[1]}},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> { return std::make_unique<DsmLevel>(p, o); }};

}  // namespace dm
