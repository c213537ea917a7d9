#include "sample/ddim_kl.h"

#include <algorithm>
#include <mutex>

#include "core/math.h"

namespace dm {

namespace {

// KL(N(alpha x0, sigma^2 I) || N(0, S^2 I)) at the first level.
double prior(const Schedule& schedule, const Level& l, const double* x0, int64_t d) {
  const double S = schedule.reference_sd(l), ratio = std::pow(l.sigma / S, 2);
  double square = 0;
  for (int64_t j = 0; j < d; ++j) square += std::pow(l.alpha * x0[j] / S, 2);
  return 0.5 * square + 0.5 * double(d) * (ratio - 1 - log_d(ratio));
}

}  // namespace

LogDensities DdimKl::run(Rows all, Mat<const double> x0, Progress& progress) const {
  const int64_t n = x0.rows, d = x0.cols;
  const std::size_t T = plan.size();
  std::vector<double> gamma;  // of the moves; the last is the decoder's, 1 / eta_0
  for (std::size_t k = 0; k < T; ++k) {
    denoiser.check(plan[k].from);
    Step s;
    rule.step(schedule, plan, k, s);
    gamma.push_back(k + 1 < T ? s.b[0] / s.c : 1 / eta_0);
  }

  const std::vector<double> zeros(static_cast<std::size_t>(n));
  LogDensities out{.log_p = zeros, .repeats = draws, .terms = {{"prior", zeros}, {"transitions", zeros}, {"decoder", zeros}}};
  if (draws > 1) out.variance = zeros;
  int64_t done = 0;
  std::mutex mutex;
  for_tiles(Cut{}, n, [&](Rows part, int64_t) {
    const Rows rows{all.first + part.first, part.n, all.id ? all.id + part.first : nullptr};
    Matrix<double> x(part.n, d), z(part.n, d), x0hat(part.n, d), epshat(part.n, d), told(part.n, given.cols);
    for (int i = 0; i < part.n; ++i) std::copy_n(given[part.first + i], given.cols, told[i]);
    State state{rows, {x}};
    if (given.cols) state.real.push_back(told);
    Matrix<double> path(part.n, draws), last(part.n, draws);  // the transitions and the decoder of each draw
    for (int m = 0; m < draws; ++m)
      for (std::size_t k = 0; k < T; ++k) {
        const Level& l = plan[k].from;
        noise.draw(rows, int(k), m, z);
        for (int64_t i = 0; i < part.n; ++i)
          for (int64_t j = 0; j < d; ++j) x[i][j] = l.alpha * x0[part.first + i][j] + l.sigma * z[i][j];
        Pred pred{x0hat, epshat};
        denoiser.eval(state, {&l, true}, pred);
        for (int64_t i = 0; i < part.n; ++i) {
          double square = 0;
          for (int64_t j = 0; j < d; ++j) square += std::pow(gamma[k] * (x0hat[i][j] - x0[part.first + i][j]), 2);
          (k + 1 < T ? path : last)[i][m] += 0.5 * square;
        }
      }
    for (int64_t i = 0; i < part.n; ++i) {
      const auto row = std::size_t(part.first + i);
      const auto mean = [&](const double* v) {
        double sum = 0;
        for (int m = 0; m < draws; ++m) sum += v[m];
        return sum / draws;
      };
      const double terms[] = {prior(schedule, plan.front().from, x0[part.first + i], d), mean(path[i]),
                              mean(last[i]) + 0.5 * double(d) * log_d(2 * M_PI * eta_0 * eta_0)};
      for (std::size_t q = 0; q < 3; ++q) out.terms[q].second[row] = terms[q], out.log_p[row] -= terms[q];
      const double both = mean(path[i]) + mean(last[i]);
      for (int m = 0; draws > 1 && m < draws; ++m) out.variance[row] += std::pow(path[i][m] + last[i][m] - both, 2) / (draws - 1);
    }
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(done += part.n, n);
  });
  out.evaluations = double(T) * draws;
  return out;
}

}  // namespace dm
