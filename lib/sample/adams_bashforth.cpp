#include "sample/registry.h"

namespace dm {

namespace {

// The two-step Adams-Bashforth scheme for the reverse SDE dx = v dt + g dw, v = -f x + g^2 (alpha x0hat - x) / sigma^2, over h after a step
// of length h':
//   x_s = x_t + h (v_t + (v_t - v_{t'}) h / (2 h')) + sqrt((g^2(t) + g^2(s)) h / 2) z
// Its noise does not depend on x, so it reaches the drift one step late but whole: weak order 2 for one evaluation a step, where
// Euler-Maruyama has 1. The first step is Euler's, and so is the one into the clean level, which then points at x0hat wherever x is.
struct AdamsBashforth : StepRule {
  Final final() const override { return Final::denoise; }

  void advance(Tile& tile) const override {
    const Move& m = tile.move();
    const Schedule& s = tile.schedule;
    const double h = undone(s, m).dt, g2 = s.g2(m.from.t), pull = g2 / (m.from.sigma * m.from.sigma);
    const double c = m.noise * std::sqrt((g2 + s.g2(m.to.t)) / 2 * h);
    const bool first = history(tile.plan, tile.k) == 0;
    const double w = first || m.to.clean() ? 0 : h / (2 * undone(s, tile.plan[tile.k - 1]).dt);
    const Mat<double> x = tile.x.x(), x0 = tile.room(0), eps = tile.room(1), last = tile.room(2), z = tile.room(3);
    Pred pred{x0, eps};
    tile.denoiser.eval(tile.x, {&m.from, true}, pred);
    if (c != 0) tile.noise(0, z);
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < x.cols; ++j) {
        const double v = -s.f(m.from.t) * x[i][j] + pull * (m.from.alpha * x0[i][j] - x[i][j]);
        x[i][j] += h * (v + w * (v - (first ? v : last[i][j]))) + (c != 0 ? c * z[i][j] : 0);
        last[i][j] = v;
      }
  }
};

}  // namespace

const RuleEntry adams_bashforth{{"adams-bashforth",
                                 "two-step Adams-Bashforth for the reverse-time SDE: weak order 2, one evaluation a step",
                                 "Buckwar & Winkler 2006, SIAM J. Numer. Anal. 44:779",
                                 {}},
                                [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<AdamsBashforth>(); }};

}  // namespace dm
