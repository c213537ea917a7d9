#include "sample/sampler.h"

#include <algorithm>
#include <mutex>

namespace dm {

namespace {

// The exact transition of a linear process from one level to a later one.
struct Forward : StepRule {
  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    const Transition t(plan[k].from, plan[k].to);
    out = {.a = t.r, .c = std::sqrt(t.v), .nb = 0};
    return true;
  }
};

void finite(const State& x, std::size_t move, std::size_t moves) {
  const Mat<double> v = x.x();
  for (int64_t i = 0; i < v.rows; ++i)
    for (int64_t j = 0; j < v.cols; ++j)
      if (!std::isfinite(v[i][j]))
        throw Error("row " + std::to_string(x.rows[int(i)]) + " is no longer finite after move " + std::to_string(move + 1) + " of " +
                    std::to_string(moves) + "; take more steps, or the prediction is broken");
}

}  // namespace

void Sampler::check(const Schedule& schedule, const Denoiser& denoiser, const StepRule& rule, const Plan& plan) {
  for (const Move& m : plan)
    if (!m.from.clean()) denoiser.check(m.from);
  rule.check(schedule, denoiser);
}

void Sampler::run(Rows all, Mat<double> x, Progress& progress) const {
  check(schedule, denoiser, rule, plan);
  const Forward forward;
  const StepRule* const makes[] = {&rule, &forward, &corrector};  // by Move::Kind
  const int64_t d = x.cols, total = x.rows;
  int64_t done = 0;
  std::mutex mutex;
  for_tiles(Cut{}, total, [&](Rows part, int64_t) {
    Matrix<double> z(part.n, d), eps(part.n, d), kept[4];
    for (auto& m : kept) m = Matrix<double>(part.n, d);
    Mat<double> x0[4] = {kept[0], kept[1], kept[2], kept[3]};  // x0hat_{t-j}: the newest first
    const Rows rows{all.first + part.first, part.n, all.id ? all.id + part.first : nullptr};
    State state{rows, {x.slice(part.first, part.n)}};
    Matrix<double> told(part.n, given.cols);
    for (int i = 0; i < part.n; ++i) std::copy_n(given[part.first + i], given.cols, told[i]);
    if (given.cols) state.real.push_back(told);
    Tile tile{schedule, denoiser, plan, noise, state};
    const Mat<double> v = state.x();
    start(rows, v);
    if (observe) observe(rows, 0, v);
    for (tile.k = 0; tile.k < plan.size(); ++tile.k) {
      const Move& move = plan[tile.k];
      const StepRule& by = *makes[move.kind];
      Step s;
      if (by.step(schedule, plan, tile.k, s)) {
        if (s.nb) {
          std::rotate(x0, x0 + 3, x0 + 4);
          Pred pred{x0[0], eps};
          denoiser.eval(state, {&move.from, true}, pred);
        }
        const double c = s.c * move.noise;
        if (c != 0) noise.draw(rows, int(tile.k), 0, z);
        for (int64_t i = 0; i < v.rows; ++i)
          for (int64_t j = 0; j < d; ++j) {
            double next = s.a * v[i][j];
            for (int q = 0; q < s.nb; ++q) next += s.b[q] * x0[q][i][j];
            v[i][j] = next + (c != 0 ? c * z[i][j] : 0);
          }
      } else {
        by.advance(tile);
      }
      finite(state, tile.k, plan.size());
      if (observe) observe(rows, int(tile.k) + 1, v);
    }
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(done += part.n, total);
  });
}

}  // namespace dm
