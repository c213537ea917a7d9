#include "sample/registry.h"

namespace dm {

namespace {

// Heun's method for the probability flow in u = x / alpha, s = sigma / alpha, where it is du/ds = epshat (Karras et al. 2022, Algorithm 1):
//   u' = u + (s' - s) e(u, s);  u <- u + (s' - s) (e(u, s) + e(u', s')) / 2;  into the clean level Euler alone, which is x0hat.
// With churn (Algorithm 2) the state is noised first, from s to s (1 + gamma) where s lies in [s_min, s_max].
struct Heun : StepRule {
  double churn, lo, hi, scale;
  explicit Heun(const Value& o)
      : churn(o["s_churn"].number()),
        lo(o["s_min"].number()),
        hi(o["s_max"].is_null() ? HUGE_VAL : o["s_max"].number()),
        scale(o["s_noise"].number()) {}
  bool flow() const override { return churn == 0; }

  void refine(const Schedule& schedule, Plan& plan) const override {
    int N = 0;
    for (const Move& m : plan) N += m.kind == Move::reverse;
    const double gamma = std::min(churn / N, M_SQRT2 - 1);
    Plan out;
    for (Move m : plan) {
      const double s = m.from.sigma_ve();
      if (m.kind == Move::reverse && gamma > 0 && s >= lo && s <= hi) {
        const Level noisier = schedule.at_sigma_ve(s * (1 + gamma));
        out.push_back({m.from, noisier, scale, Move::forward});
        m.from = noisier;
      }
      out.push_back(m);
    }
    plan = std::move(out);
  }

  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    out = {0, {1}, 0};
    return plan[k].to.clean();
  }

  void advance(Tile& tile) const override {
    const Move& m = tile.move();
    const Mat<double> v = tile.x.x(), e = tile.room(0), w = tile.room(1), e2 = tile.room(2);
    Pred pred{tile.room(3), e}, second{tile.room(3), e2};
    tile.denoiser.eval(tile.x, {&m.from, true}, pred);
    const double ratio = m.to.alpha / m.from.alpha, h = m.to.alpha * (m.to.sigma_ve() - m.from.sigma_ve());  // x' = ratio x + h e
    for (int64_t i = 0; i < v.rows; ++i)
      for (int64_t j = 0; j < v.cols; ++j) w[i][j] = ratio * v[i][j] + h * e[i][j];
    State ahead = tile.x;
    ahead.real[0] = w;
    tile.denoiser.eval(ahead, {&m.to, true}, second);
    for (int64_t i = 0; i < v.rows; ++i)
      for (int64_t j = 0; j < v.cols; ++j) v[i][j] = ratio * v[i][j] + 0.5 * h * (e[i][j] + e2[i][j]);
  }
};

}  // namespace

const RuleEntry heun{
    {"heun",
     "Heun's second-order method for the probability-flow ODE in sigma / alpha; deterministic without churn",
     "Karras et al. 2022, arXiv:2206.00364",
     {{"s_churn", number(0), 0.0, "noise added before each step: sigma grows by min(s_churn / steps, sqrt(2) - 1) of itself; 0: none"},
      {"s_min", number(0), 0.0, "no noise is added below this sigma / alpha"},
      {"s_max", number(0), Value(), "no noise is added above this sigma / alpha; unset: no bound"},
      {"s_noise", number(0), 1.0, "factor on the added noise's standard deviation"}}},
    [](const Value& o) -> std::unique_ptr<StepRule> { return std::make_unique<Heun>(o); }};

}  // namespace dm
