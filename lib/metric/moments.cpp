// Means and covariances. value = max(|m_a - m_b| / sqrt(tr S_b), |S_a - S_b|_F / |S_b|_F), b the reference.
#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "metric/entries.h"

namespace dm {
namespace {

struct Moments {
  std::vector<double> mean;                // [d]
  Matrix<double> covariance;               // [d, d], unbiased: sum_i w_i (x - m)(x - m)^T / (1 - sum_i w_i^2)
  std::vector<double> skewness, kurtosis;  // [d]: E z^3 and E z^4 of z = (x - m) / sd, with sd^2 = sum_i w_i (x - m)^2
  explicit Moments(const Points& p) : mean(size_t(p.d())), covariance(p.d(), p.d()) {
    const std::vector<double> w = probabilities(p);
    const int64_t d = p.d();
    ordered_sum<double>(
        {}, p.n(),
        [&](Rows rows, double* lane) {
          for (int q = 0; q < rows.n; ++q)
            for (int64_t k = 0; k < d; ++k) lane[k] += w[size_t(rows[q])] * p.x[rows[q]][k];
        },
        mean.data(), d);
    ordered_sum<double>(
        {}, p.n(),
        [&](Rows rows, double* lane) {
          for (int q = 0; q < rows.n; ++q) {
            const double* x = p.x[rows[q]];
            for (int64_t k = 0; k < d; ++k) {
              const double e = w[size_t(rows[q])] * (x[k] - mean[size_t(k)]);
              for (int64_t l = 0; l < d; ++l) lane[k * d + l] += e * (x[l] - mean[size_t(l)]);
            }
          }
        },
        covariance.v.data(), d * d);
    shape(p, w);
    double squares = 0;
    for (const double v : w) squares += v * v;
    if (squares < 1)
      for (double& v : covariance.v) v /= 1 - squares;
  }

 private:
  // From the covariance while it is still that of the weights as they are.
  void shape(const Points& p, const std::vector<double>& w) {
    const int64_t d = p.d();
    std::vector<double> powers(size_t(2 * d));
    ordered_sum<double>(
        {}, p.n(),
        [&](Rows rows, double* lane) {
          for (int q = 0; q < rows.n; ++q)
            for (int64_t k = 0; k < d; ++k) {
              const double e = p.x[rows[q]][k] - mean[size_t(k)], cube = w[size_t(rows[q])] * e * e * e;
              lane[2 * k] += cube, lane[2 * k + 1] += cube * e;
            }
        },
        powers.data(), 2 * d);
    for (int64_t k = 0; k < d; ++k) {
      const double v = covariance[k][k];
      skewness.push_back(v > 0 ? powers[size_t(2 * k)] / std::pow(v, 1.5) : 0);
      kurtosis.push_back(v > 0 ? powers[size_t(2 * k + 1)] / (v * v) : 0);
    }
  }
};

double norm(const std::vector<double>& v) {
  double s = 0;
  for (const double x : v) s += x * x;
  return std::sqrt(s);
}
std::vector<double> minus(std::vector<double> a, const std::vector<double>& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}
Value nested(const Matrix<double>& m) {
  Value rows = Value::array();
  for (int64_t i = 0; i < m.rows; ++i) rows.items().emplace_back(Value::numbers(std::vector<double>(m[i], m[i] + m.cols)));
  return rows;
}

struct MomentsMetric : Metric {
  Value evaluate(const Sets& s, uint64_t) const override {
    check_points("moments", s.samples, s.reference);
    const Moments a(s.samples), b(s.reference);
    double trace = 0;
    for (int64_t k = 0; k < b.covariance.rows; ++k) trace += b.covariance[k][k];
    Value v = Value::object();
    v.set("value", nullptr);
    if (trace > 0) {
      const double mean_error = norm(minus(a.mean, b.mean)) / std::sqrt(trace);
      const double covariance_error = norm(minus(a.covariance.v, b.covariance.v)) / norm(b.covariance.v);
      v.set("value", std::max(mean_error, covariance_error));
      v.set("mean_error", mean_error);
      v.set("covariance_error", covariance_error);
    } else {
      v.set("reason", "the reference has no variance");
    }
    if (a.mean.size() > 16) return v;  // the tables themselves only where they can be read
    v.set("mean", Value::numbers(a.mean));
    v.set("mean_reference", Value::numbers(b.mean));
    v.set("covariance", nested(a.covariance));
    v.set("covariance_reference", nested(b.covariance));
    v.set("skewness", Value::numbers(a.skewness));
    v.set("skewness_reference", Value::numbers(b.skewness));
    v.set("kurtosis", Value::numbers(a.kurtosis));
    v.set("kurtosis_reference", Value::numbers(b.kurtosis));
    return v;
  }
};

}  // namespace

const MetricEntry& moments_metric() {
  static const MetricEntry e{{"moments",
                              "mean and covariance: the larger of |m - m'| / sqrt(tr S') and |S - S'| / |S'| (Frobenius); and skewness and "
                              "kurtosis of each column",
                              "",
                              {}},
                             [](const Value&) { return std::make_unique<MomentsMetric>(); }};
  return e;
}

}  // namespace dm
