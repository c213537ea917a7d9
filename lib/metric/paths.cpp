// Metrics of the ways that rows were moved by a transport: their energy, and their laws on the way.
#include <cmath>

#include "bridge/gaussian.h"
#include "core/linalg.h"
#include "metric/entries.h"

namespace dm {
namespace {

struct PathEnergy : Metric {
  Value evaluate(const Sets& s, uint64_t) const override {
    if (!s.ways || !s.ways->energy)
      throw Error(
          "the samples carry no energy of their paths (/energy); dm-sample stores it where it moves rows by a transport of dm-dsbm or "
          "dm-ipf with a sampler whose every move is a step of its grid (not rk45 or the singlestep solvers)",
          Exit::data);
    const int64_t n = s.ways->n;
    double mean = 0, square = 0;
    for (int64_t i = 0; i < n; ++i) mean += s.ways->energy[i] / double(n);
    for (int64_t i = 0; i < n; ++i) square += std::pow(s.ways->energy[i] - mean, 2) / double(n);
    return Value::Object{{"value", mean}, {"se", std::sqrt(square / double(n))}, {"paths", n}};
  }
  bool has_floor() const override { return false; }
  bool needs_reference() const override { return false; }
};

// KL(N(m, S) || N(mu, C)) of what is fitted to the rows at each stored time against the marginal of a bridge between Gaussians.
struct PathKl : Metric {
  std::unique_ptr<Transport> transport;
  bool full;
  explicit PathKl(const Value& o) : transport(make<std::unique_ptr<Transport>>(bridges(), o["bridge"])), full(o["fit"].text() == "full") {}

  static double diagonal(Mat<const double> x, const Gaussian& exact) {
    double kl = 0;
    for (int64_t j = 0; j < x.cols; ++j) {
      double m = 0, v = 0;
      for (int64_t i = 0; i < x.rows; ++i) m += x[i][j] / double(x.rows);
      for (int64_t i = 0; i < x.rows; ++i) v += std::pow(x[i][j] - m, 2) / double(x.rows);
      const double c = exact.cov[j][j], e = m - exact.mean[std::size_t(j)];
      kl += 0.5 * (v / c - 1 - std::log(v / c) + e * e / c);
    }
    return kl;
  }
  // (tr(C^-1 S) - d - log det S / det C + (m - mu)^T C^-1 (m - mu)) / 2
  static double whole(Mat<const double> x, const Gaussian& exact) {
    const int64_t d = x.cols;
    Matrix<double> m(d, 1), S(d, d);  // of x - mu
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < d; ++j) m[j][0] += (x[i][j] - exact.mean[std::size_t(j)]) / double(x.rows);
    std::vector<double> e(static_cast<std::size_t>(d));
    for (int64_t i = 0; i < x.rows; ++i) {
      for (int64_t j = 0; j < d; ++j) e[std::size_t(j)] = x[i][j] - exact.mean[std::size_t(j)] - m[j][0];
      for (int64_t j = 0; j < d; ++j)
        for (int64_t k = 0; k < d; ++k) S[j][k] += e[std::size_t(j)] * e[std::size_t(k)] / double(x.rows);
    }
    const Matrix<double> L = cholesky(exact.cov), root = cholesky(S);
    Matrix<double> ratio = S, shift = m;
    solve(L, ratio), solve(L, shift);
    double kl = -double(d);
    for (int64_t j = 0; j < d; ++j) kl += ratio[j][j] + m[j][0] * shift[j][0] - 2 * std::log(root[j][j] / L[j][j]);
    return 0.5 * kl;
  }

  Value evaluate(const Sets& s, uint64_t) const override {
    const auto* bridge = dynamic_cast<const GaussianBridge*>(transport.get());
    if (!bridge) throw Error("path-kl compares with a bridge of the type gaussian", Exit::spec);
    if (!s.ways || !s.ways->x) throw Error("the samples carry no paths with their times; draw them with dm-sample --path", Exit::data);
    const auto [points, n, d, x, t, energy] = *s.ways;
    if (d != bridge->dim())
      throw Error("the samples have " + std::to_string(d) + " columns, the bridge " + std::to_string(bridge->dim()), Exit::data);
    Value kl = Value::array(), times = Value::array();
    double sum = 0;
    for (int64_t k = 0; k < points; ++k) {
      const Mat<const double> rows{x + k * n * d, n, d, d};
      const Gaussian exact = bridge->marginal(t[k]);
      const double v = full ? whole(rows, exact) : diagonal(rows, exact);
      sum += v / double(points);
      kl.items().emplace_back(v);
      times.items().emplace_back(t[k]);
    }
    const double cells = full ? double(d) + double(d) * double(d + 1) / 2 : 2 * double(d);
    return Value::Object{{"value", sum}, {"fit", full ? "full" : "diagonal"}, {"perfect", cells / double(2 * n)}, {"at", kl}, {"t", times}};
  }
  bool has_floor() const override { return false; }
  const char* no_floor() const override { return "what n rows of a perfect model have in the mean is `perfect`"; }
  bool needs_reference() const override { return false; }
};

}  // namespace

const MetricEntry& path_energy_metric() {
  static const MetricEntry e{
      {"path-energy",
       "mean over the rows of the integral of |v|^2 dt along their paths, v the drift that moved them, or the velocity where "
       "a flow did; as dm-sample stored it (/energy), a left Riemann sum over its steps. No reference is needed",
       "Shi et al. 2023, arXiv:2303.16852, table 2",
       {}},
      [](const Value&) { return std::make_unique<PathEnergy>(); }};
  return e;
}

const MetricEntry& path_kl_metric() {
  static const MetricEntry e{
      {"path-kl",
       "KL of Gaussians fitted to the rows at each time of their paths (dm-sample --path) against the exact marginal of a bridge "
       "between Gaussians, mean over the times. No reference is needed",
       "Shi et al. 2023, arXiv:2303.16852, table 3",
       {{"bridge", method(bridges), Value(), "the bridge: {\"type\": \"gaussian\", \"mean0\": ..}", true},
        {"fit", choice({"diagonal", "full"}), "diagonal", "each coordinate on its own, summed, or the whole covariance"}}},
      [](const Value& o) { return std::make_unique<PathKl>(o); }};
  return e;
}

}  // namespace dm
