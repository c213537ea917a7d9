// Maximum mean discrepancy with k(x, y) = exp(-|x - y|^2 / (2 h^2)) and the unbiased estimate (Gretton et al. 2012, eq. 3):
//   MMD^2 = mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_{i, j} k(x_i, y_j).
// It may be negative between sets of one law; "value" is sqrt(max(MMD^2, 0)). h is the median distance between reference rows (not pooled
// ones: values for different samples then share one kernel).
#include <algorithm>
#include <cmath>

#include "core/math.h"
#include "core/parallel.h"
#include "core/random.h"
#include "metric/entries.h"

namespace dm {
namespace {

double squared(const double* x, const double* y, int64_t d) {
  double s = 0;
  for (int64_t k = 0; k < d; ++k) s += (x[k] - y[k]) * (x[k] - y[k]);
  return s;
}

// All rows, or `limit` of them by keyed permutation.
struct Subset {
  Matrix<double> xt;  // [d, n]
  Matrix<double> x;   // [n, d]
  std::vector<double> w;
  Subset(const Points& p, int64_t limit, Stream stream) {
    const int64_t n = std::min(limit, p.n());
    const Permutation order(stream, uint64_t(p.n()));
    x = Matrix<double>(n, p.d()), xt = Matrix<double>(p.d(), n);
    const std::vector<double> all = probabilities(p);
    double sum = 0;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t row = n == p.n() ? i : int64_t(order[uint64_t(i)]);
      std::copy(p.x[row], p.x[row] + p.d(), x[i]);
      for (int64_t k = 0; k < p.d(); ++k) xt[k][i] = p.x[row][k];
      w.push_back(all[size_t(row)]), sum += w.back();
    }
    for (double& v : w) v /= sum;
  }
};

// sum_ij w_i w'_j k(x_i, y_j); `distinct`: the same set, i != j, normalised to weight one.
double mean_kernel(const Subset& a, const Subset& b, double h, bool distinct) {
  const int64_t d = a.x.cols, m = b.x.rows;
  const double scale = -0.5 / (h * h);
  double sum = 0;
  ordered_sum<double>(
      {}, a.x.rows,
      [&](Rows rows, double* lane) {
        constexpr int64_t run = 256;
        double r[run];
        for (int q = 0; q < rows.n; ++q) {
          const int64_t i = rows[q];
          double row = 0;
          for (int64_t first = 0; first < m; first += run) {
            const int64_t n = std::min(run, m - first);
            std::fill(r, r + n, 0.0);
            for (int64_t k = 0; k < d; ++k) {
              const double x = a.x[i][k];
              const double* y = b.xt[k] + first;
              for (int64_t j = 0; j < n; ++j) r[j] += (x - y[j]) * (x - y[j]);
            }
            for (int64_t j = 0; j < n; ++j) r[j] = b.w[size_t(first + j)] * exp_d(scale * r[j]);
            for (int64_t j = 0; j < n; ++j) row += r[j];
          }
          lane[0] += a.w[size_t(i)] * (distinct ? row - a.w[size_t(i)] : row);  // k(x, x) = 1
        }
      },
      &sum, 1);
  if (!distinct) return sum;
  double squares = 0;
  for (const double w : a.w) squares += w * w;
  return sum / (1 - squares);
}

struct Mmd : Metric {
  explicit Mmd(const Value& o) : rows(o["rows"].integer()), bandwidth(o["bandwidth"].is_null() ? 0 : o["bandwidth"].number()) {}

  // Median over pairs of up to 1000 reference rows; the mean where the median is 0, 1 where all rows are equal.
  double median(const Points& p, Stream stream) const {
    const Subset s(p, 1000, stream);
    std::vector<double> r;
    r.reserve(size_t(s.x.rows) * size_t(s.x.rows) / 2);
    for (int64_t i = 0; i < s.x.rows; ++i)
      for (int64_t j = 0; j < i; ++j) r.push_back(std::sqrt(squared(s.x[i], s.x[j], s.x.cols)));
    if (r.empty()) return 1;
    std::nth_element(r.begin(), r.begin() + int64_t(r.size() / 2), r.end());
    if (r[r.size() / 2] > 0) return r[r.size() / 2];
    double mean = 0;
    for (const double v : r) mean += v / double(r.size());
    return mean > 0 ? mean : 1;
  }

  double memory(int64_t n, int64_t m, int64_t d) const override { return Metric::memory(n, m, d) + 4e6; }  // the pairs of the median

  Value evaluate(const Sets& s, uint64_t seed) const override {
    check_points("mmd", s.samples, s.reference);
    const Stream stream = Stream(seed) / "metric" / "mmd";
    const double h = bandwidth > 0 ? bandwidth : median(s.scale ? *s.scale : s.reference, stream / "median");
    const Subset a(s.samples, rows, stream / "samples"), b(s.reference, rows, stream / "reference");
    Value v = Value::object();
    v.set("value", nullptr);
    v.set("bandwidth", h);
    v.set("rows", Value(Value::Array{a.x.rows, b.x.rows}));
    v.set("seed", int64_t(seed));
    const auto heavy = [](const Subset& q) { return std::count_if(q.w.begin(), q.w.end(), [](double w) { return w > 0; }); };
    if (heavy(a) < 2 || heavy(b) < 2) {
      v.set("reason", "the unbiased estimate needs two rows with weight in each set");
      return v;
    }
    const double mmd2 = mean_kernel(a, a, h, true) + mean_kernel(b, b, h, true) - 2 * mean_kernel(a, b, h, false);
    v.set("value", std::sqrt(std::max(mmd2, 0.0)));
    v.set("mmd2", mmd2);
    return v;
  }
  int64_t rows;
  double bandwidth;
};

}  // namespace

const MetricEntry& mmd_metric() {
  static const MetricEntry e{
      {"mmd",
       "maximum mean discrepancy, Gaussian kernel, unbiased; value = sqrt(max(mmd2, 0))",
       "Gretton et al. 2012",
       {{"bandwidth", number(0).above(), nullptr, "h in exp(-r^2 / (2 h^2)), in data units; unset: median distance between reference rows"},
        {"rows", integer(2, 1e7), 20000, "at most this many rows of each set, drawn at random (the cost grows with their square)"}}},
      [](const Value& o) { return std::make_unique<Mmd>(o); }};
  return e;
}

}  // namespace dm
