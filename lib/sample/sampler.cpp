#include "sample/sampler.h"

#include <mutex>

namespace dm {

static void finite(const State& x, std::size_t move, std::size_t moves) {
  const Mat<double> v = x.x();
  for (int64_t i = 0; i < v.rows; ++i)
    for (int64_t j = 0; j < v.cols; ++j)
      if (!std::isfinite(v[i][j]))
        throw Error("row " + std::to_string(x.rows[int(i)]) + " is no longer finite after step " + std::to_string(move + 1) + " of " +
                    std::to_string(moves) + "; take more steps, or the prediction is broken");
}

void Sampler::run(int64_t first, Mat<double> x, Progress& progress) const {
  for (const Move& m : plan) denoiser.check(m.from);
  const int64_t d = x.cols, total = x.rows;
  int64_t done = 0;
  std::mutex mutex;
  for_tiles(Cut{}, total, [&](Rows tile, int64_t) {
    Matrix<double> z(tile.n, d), room[5];
    for (auto& m : room) m = Matrix<double>(tile.n, d);
    const Rows rows{first + tile.first, tile.n, nullptr};
    State state{rows, {x.slice(tile.first, tile.n)}};
    Scratch scratch{{room[0], room[1]}, {room[2], room[3]}, {rows, {room[4]}}};
    const Mat<double> v = state.x();
    start(rows, v);
    if (observe) observe(rows, 0, v);
    for (std::size_t k = 0; k < plan.size(); ++k) {
      const Move& move = plan[k];
      Step s;
      if (rule.step(schedule, move, s)) {
        denoiser.eval(state, {&move.from, true}, scratch.pred);
        const Mat<double> x0 = scratch.pred.x0;
        const double c = move.noise ? s.c : 0;
        if (c != 0) noise.draw(rows, int(k), z);
        for (int64_t i = 0; i < v.rows; ++i)
          for (int64_t j = 0; j < d; ++j) v[i][j] = s.a * v[i][j] + s.b * x0[i][j] + (c != 0 ? c * z[i][j] : 0);
      } else {
        rule.advance(denoiser, state, move, scratch);
      }
      finite(state, k, plan.size());
      if (observe) observe(rows, int(k) + 1, v);
    }
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(done += tile.n, total);
  });
}

}  // namespace dm
