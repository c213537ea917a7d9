#include "ot/gibbs.h"

#include <algorithm>
#include <cmath>

#include "core/math.h"
#include "core/parallel.h"

namespace dm {
namespace {

constexpr double nothing = -1e300;  // log 0, finite: differences of two are no NaN

std::vector<double> log_weights(const std::vector<double>& q, const std::vector<double>& g, double eps) {
  std::vector<double> h(q.size());
  for (size_t j = 0; j < h.size(); ++j) h[j] = q[j] > 0 ? log_d(std::max(q[j], 1e-300)) + g[j] / eps : nothing;
  return h;
}

}  // namespace

Gibbs::Gibbs(Mat<const double> y, std::vector<double> h) : yt_(y.cols, y.rows), h_(std::move(h)) {
  for (double& v : h_) v = std::max(v, nothing);
  for (int64_t j = 0; j < y.rows; ++j)
    for (int64_t k = 0; k < y.cols; ++k) yt_[k][j] = y[j][k];
}

Gibbs::Gibbs(Mat<const double> y, const std::vector<double>& q, const std::vector<double>& g, double eps)
    : Gibbs(y, log_weights(q, g, eps)) {}

double Gibbs::weights(const double* x, double v, double* w) const {
  const int64_t m = size();
  std::fill(w, w + m, 0.0);
  for (int64_t k = 0; k < dim(); ++k) {
    const double* y = yt_[k];
    for (int64_t j = 0; j < m; ++j) w[j] = std::fma(x[k] - y[j], x[k] - y[j], w[j]);
  }
  if (v > 0) {
    const double scale = -0.5 / v;
    for (int64_t j = 0; j < m; ++j) w[j] = std::fma(scale, w[j], h_[size_t(j)]);
  } else {
    double nearest = HUGE_VAL;
    for (int64_t j = 0; j < m; ++j)
      if (h_[size_t(j)] > nothing) nearest = std::min(nearest, w[j]);
    for (int64_t j = 0; j < m; ++j) w[j] = w[j] == nearest ? h_[size_t(j)] : nothing;
  }
  const double top = *std::max_element(w, w + m);
  for (int64_t j = 0; j < m; ++j) w[j] = w[j] - top < -700 ? 0 : exp_d(w[j] - top);
  double sum = 0;
  for (int64_t j = 0; j < m; ++j) sum += w[j];
  for (int64_t j = 0; j < m; ++j) w[j] /= sum;
  return top + log_d(sum);
}

void Gibbs::mean(const double* x, double v, double* out) const {
  static thread_local std::vector<double> w;
  w.resize(size_t(size()));
  weights(x, v, w.data());
  for (int64_t k = 0; k < dim(); ++k) {
    out[k] = 0;
    for (int64_t j = 0; j < size(); ++j) out[k] = std::fma(w[size_t(j)], yt_[k][j], out[k]);
  }
}

int64_t Gibbs::draw(const double* x, double v, double u) const {
  static thread_local std::vector<double> w;
  w.resize(size_t(size()));
  weights(x, v, w.data());
  double sum = 0;
  int64_t last = 0;
  for (int64_t j = 0; j < size(); ++j) {
    if (w[size_t(j)] <= 0) continue;
    sum += w[size_t(j)], last = j;
    if (u < sum) return j;
  }
  return last;  // the sum of the weights is one but for rounding
}

std::vector<double> Gibbs::log_sums(Mat<const double> x, double v) const {
  std::vector<double> out(static_cast<size_t>(x.rows));
  for_tiles({}, x.rows, [&](Rows rows, int64_t) {
    std::vector<double> w(static_cast<size_t>(size()));
    for (int t = 0; t < rows.n; ++t) out[size_t(rows[t])] = weights(x[rows[t]], v, w.data());
  });
  return out;
}

Matrix<double> Gibbs::means(Mat<const double> x, double v) const {
  Matrix<double> out(x.rows, dim());
  for_tiles({}, x.rows, [&](Rows rows, int64_t) {
    for (int t = 0; t < rows.n; ++t) mean(x[rows[t]], v, out[rows[t]]);
  });
  return out;
}

}  // namespace dm
