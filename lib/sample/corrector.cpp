// Correctors of the predictor-corrector sampler (Song et al. 2021, arXiv:2011.13456, Algorithms 2 to 5): `inner` Langevin moves at each
// level before the step that leaves it.
#include "core/error.h"
#include "sample/langevin.h"
#include "sample/registry.h"

namespace dm {

namespace {

struct Corrector : StepRule {
  double snr;
  int inner;
  Corrector(double r, int n) : snr(r), inner(n) {}
  void refine(const Schedule&, Plan& plan) const override {
    insert_before_steps(plan, [&](const Move& m) { return Plan(std::size_t(inner), Move{m.from, m.from, 1, Move::correct}); });
  }
  // r^2 of the forward step between the level and the next: 1 for VE, 1 - beta_i for VP, as in the code (the paper writes the product of
  // all of them).
  static double share(const Schedule& schedule, const Plan& plan, std::size_t k) {
    while (plan[k].kind != Move::reverse) ++k;
    return std::pow(undone(schedule, plan[k]).r, 2);
  }
};

// g = 2 a (snr |z| / |s|)^2 with the norms of each row's own z and s.
struct Langevin : Corrector {
  using Corrector::Corrector;
  void advance(Tile& tile) const override {
    const Level& l = tile.move().from;
    const double a = share(tile.schedule, tile.plan, tile.k);
    const Mat<double> v = tile.x.x(), eps = tile.room(0), z = tile.room(1);
    Pred pred{tile.room(2), eps};
    tile.denoiser.eval(tile.x, {&l, true}, pred);
    tile.noise(0, z);
    for (int64_t i = 0; i < v.rows; ++i) {
      double z2 = 0, e2 = 0;
      for (int64_t j = 0; j < v.cols; ++j) z2 += z[i][j] * z[i][j], e2 += eps[i][j] * eps[i][j];
      if (!(e2 > 0)) continue;  // where the score vanishes the norms set no step
      const double g = 2 * a * snr * snr * l.sigma * l.sigma * z2 / e2, up = g / l.sigma, spread = std::sqrt(2 * g);  // |s| = |eps| / sigma
      for (int64_t j = 0; j < v.cols; ++j) v[i][j] = v[i][j] - up * eps[i][j] + spread * z[i][j];
    }
  }
};

// g = 2 a (snr sigma)^2: the step of the annealed Langevin corrector, the same for all rows.
struct Ald : Corrector {
  using Corrector::Corrector;
  bool step(const Schedule& schedule, const Plan& plan, std::size_t k, Step& out) const override {
    const Level& l = plan[k].from;
    out = langevin_step(l, 2 * share(schedule, plan, k) * std::pow(snr * l.sigma, 2));
    return true;
  }
};

std::vector<Option> options() {
  return {{"snr", number(0).above(), 0.16, "signal-to-noise ratio that sets the step, usually .05 to .2"},
          {"inner", integer(1, 1e6), 1, "Langevin moves at each level"}};
}

}  // namespace

const RuleEntry langevin = [] {
  RuleEntry e{{"langevin",
               "step from the norms of each row's noise and score: g = 2 a (snr |z| / |score|)^2; heavy-tailed in few dimensions, where "
               "ald is better",
               "Song et al. 2021, arXiv:2011.13456, Algorithm 5", options()},
              [](const Value& o) -> std::unique_ptr<StepRule> {
                if (o["norm"].text() == "batch-mean")
                  throw Error(
                      "the corrector's norm batch-mean, the mean over all rows drawn together, would make every row depend on "
                      "which others are drawn, and is not offered; take row, or the corrector ald, whose step is the same for all",
                      Exit::spec);
                return std::make_unique<Langevin>(o["snr"].number(), int(o["inner"].integer()));
              }};
  e.options.push_back({"norm", choice({"row", "batch-mean"}), "row",
                       "of |z| and |score|: each row's own; batch-mean, as in the public code, is refused, since rows would depend on "
                       "each other"});
  return e;
}();

const RuleEntry ald{
    {"ald", "step in proportion to the level's noise: g = 2 a (snr sigma)^2", "Song et al. 2021, arXiv:2011.13456 (their code)", options()},
    [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Ald>(o["snr"].number(), int(o["inner"].integer())); }};

}  // namespace dm
