#include "sample/likelihood.h"

#include <algorithm>
#include <atomic>

#include "core/math.h"

namespace dm {

namespace {

// A schedule seen in u = x / alpha: alpha = 1, sigma = s + shift. The flow du/ds knows no origin of s: with shift 1 the clean level is one
// as any other, also to a rule whose steps are in log(sigma).
struct Scaled : Schedule {
  const Schedule& of;
  double shift;
  Scaled(const Schedule& s, double by) : of(s), shift(by) {}
  Level scaled(const Level& l) const { return {l.t, l.index, 1, l.sigma_ve() + shift}; }
  Level original(const Level& l) const { return of.at_sigma_ve(std::max(0.0, l.sigma - shift)); }
  Level at(double t) const override { return scaled(of.at(t)); }
  Level at_sigma_ve(double s) const override { return scaled(of.at_sigma_ve(std::max(0.0, s - shift))); }
  double f(double) const override { return 0; }
  double g2(double t) const override { return of.g2(t) / std::pow(of.at(t).alpha, 2); }  // d s^2 / dt
  double t_lo() const override { return of.t_lo(); }
  double reference_sd(const Level& l) const override { return of.reference_sd(original(l)) / original(l).alpha; }
  int table() const override { return of.table(); }
};

// The prediction at (u, c_1 .. c_K), c_k the log-determinant as probe k sees it: that of x = alpha u, and alpha tr(d epshat/dx) for c.
struct Augmented : Denoiser {
  const Likelihood& of;
  const Scaled& flow;
  mutable std::atomic<int64_t> asked = 0;  // rows
  Augmented(const Likelihood& l, const Scaled& f) : of(l), flow(f) {}

  int traces() const { return of.probes.law == Probes::Law::exact ? 1 : of.probes.n; }
  int dim() const override { return of.denoiser.dim() + traces(); }
  double rounding() const override { return of.denoiser.rounding(); }
  void check(const Level& l) const override { of.denoiser.check(flow.original(l)); }

  void eval(const State& state, Times times, Pred& out) const override {
    const Rows rows = state.rows;
    const int64_t n = rows.n, d = of.denoiser.dim();
    const bool exact = of.probes.law == Probes::Law::exact;
    asked += n;
    const Mat<double> u = state.x();
    Matrix<double> x(n, d), v(n, d), dx0(n, d), deps(n, d);
    std::vector<Level> levels;
    for (int64_t i = 0; i < n; ++i) {
      levels.push_back(flow.original(times[i]));
      for (int64_t j = 0; j < d; ++j) x[i][j] = levels.back().alpha * u[i][j];
    }
    State inner = state;
    inner.real[0] = x;
    Pred pred{{out.x0.p, n, d, out.x0.ld}, {out.eps.p, n, d, out.eps.ld}}, tangent{dx0, deps};
    const auto replay = of.denoiser.replay(inner, {levels.data(), false}, pred);
    for (int64_t i = 0; i < n; ++i) std::fill_n(out.eps[i] + d, traces(), 0.0);
    for (int k = 0; k < of.probes.count(int(d)); ++k) {
      of.probes.draw(of.stream, rows, k, v);
      replay->jvp(v, tangent);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < d; ++j) out.eps[i][d + (exact ? 0 : k)] += levels[std::size_t(i)].alpha * v[i][j] * deps[i][j];
    }
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < d; ++j) out.x0[i][j] -= flow.shift * out.eps[i][j];  // x0 = u - (s + shift) eps
      for (int64_t c = d; c < d + traces(); ++c) out.x0[i][c] = u[i][c] - times[i].sigma * out.eps[i][c];
    }
  }
};

}  // namespace

LogDensities Likelihood::run(Rows rows, Mat<const double> x, Progress& progress) const {
  const Level from = plan.front().from, to = plan.back().to;
  const Scaled flow(schedule, from.clean() ? 1 : 0);
  const Augmented augmented(*this, flow);
  Plan moves;
  for (const Move& m : plan) moves.push_back({flow.scaled(m.from), flow.scaled(m.to)});
  rule.refine(flow, moves);

  const int64_t n = x.rows, d = x.cols, K = augmented.traces();
  Matrix<double> end(n, d + K);  // (u, c) at the last level
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) end[i][j] = x[i][j] / from.alpha;
  const PhiloxNoise none(stream);  // a flow draws nothing
  const Sampler sampler{flow, augmented, rule, rule, moves, none, [](Rows, Mat<double>) {}, nullptr, given};
  sampler.run(rows, end, progress);

  Matrix<double> last(n, d);  // the states at the last level
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < d; ++j) last[i][j] = to.alpha * end[i][j];
  std::vector<double> log_prior(static_cast<std::size_t>(n));
  const auto reference = [&, sd = schedule.reference_sd(to)](Mat<const double> z, Mat<const double>, double* out) {
    for (int64_t i = 0; i < n; ++i) {
      double square = 0;
      for (int64_t j = 0; j < d; ++j) square += std::pow(z[i][j] / sd, 2);
      out[i] = -0.5 * square - 0.5 * double(d) * log_d(2 * M_PI * sd * sd);
    }
  };
  prior ? prior(last, given, log_prior.data()) : reference(last, given, log_prior.data());

  const double rescale = double(d) * log_d(to.alpha / from.alpha);
  LogDensities out{.repeats = int(K)};
  for (int64_t i = 0; i < n; ++i) {
    double mean = 0, variance = 0;
    for (int64_t k = 0; k < K; ++k) mean += end[i][d + k] / double(K);
    for (int64_t k = 0; k < K; ++k) variance += std::pow(end[i][d + k] - mean, 2) / double(std::max<int64_t>(K - 1, 1));
    out.log_p.push_back(log_prior[std::size_t(i)] + mean + rescale);
    if (K > 1) out.variance.push_back(variance);
  }
  out.evaluations = n ? double(augmented.asked) / double(n) : 0;
  return out;
}

}  // namespace dm
