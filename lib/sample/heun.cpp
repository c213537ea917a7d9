#include "sample/registry.h"

namespace dm {

namespace {

// Heun's method for the probability flow in u = x / alpha, s = sigma / alpha, where it is du/ds = epshat (Karras et al. 2022, Algorithm 1):
//   u' = u + (s' - s) e(u, s);  u <- u + (s' - s) (e(u, s) + e(u', s')) / 2;  into the clean level Euler alone, which is x0hat.
struct Heun : StepRule {
  void advance(const Denoiser& denoiser, State& x, const Move& m, Scratch& scratch) const override {
    const Mat<double> v = x.x(), e = scratch.pred.eps;
    denoiser.eval(x, {&m.from, true}, scratch.pred);
    if (m.to.clean()) {
      for (int64_t i = 0; i < v.rows; ++i) std::copy_n(scratch.pred.x0[i], v.cols, v[i]);
      return;
    }
    const double ratio = m.to.alpha / m.from.alpha, h = m.to.alpha * (m.to.sigma_ve() - m.from.sigma_ve());  // x' = ratio x + h e
    const Mat<double> w = scratch.state.x();
    for (int64_t i = 0; i < v.rows; ++i)
      for (int64_t j = 0; j < v.cols; ++j) w[i][j] = ratio * v[i][j] + h * e[i][j];
    scratch.state.rows = x.rows;
    denoiser.eval(scratch.state, {&m.to, true}, scratch.second);
    const Mat<double> e2 = scratch.second.eps;
    for (int64_t i = 0; i < v.rows; ++i)
      for (int64_t j = 0; j < v.cols; ++j) v[i][j] = ratio * v[i][j] + 0.5 * h * (e[i][j] + e2[i][j]);
  }
  int evaluations(const Move& m) const override { return m.to.clean() ? 1 : 2; }
};

}  // namespace

const RuleEntry heun{{"heun",
                      "Heun's second-order method for the probability-flow ODE in sigma / alpha; deterministic",
                      "Karras et al. 2022, arXiv:2206.00364",
                      {}},
                     [](const Value&) -> std::unique_ptr<StepRule> { return std::make_unique<Heun>(); }};

}  // namespace dm
