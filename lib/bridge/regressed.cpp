#include "bridge/regressed.h"

#include <cmath>

#include "core/linalg.h"
#include "core/math.h"
#include "core/parallel.h"

namespace dm {

Regressed::Regressed(int d, int columns, const Value& features)
    : d_(d), q_(columns - 1), features_(make<std::unique_ptr<Features>, int>(dm::features(), features, q_)) {
  p_ = features_->count();
  centres_.resize(std::size_t(features_->centres() * q_));
  W_.resize(std::size_t(p_ * d_));
}

// (Phi^T P Phi + penalty (I - e_0 e_0^T)) W = Phi^T P x and s^2 = sum_i p_i |x_i - m(y_i)|^2 / d, P the rows' shares.
void Regressed::fit(Mat<const double> x, Mat<const double> given, const std::vector<double>& weights, double penalty, Stream stream) {
  const int64_t n = x.rows;
  const int p = p_, d = d_;
  const Permutation shuffled(stream, uint64_t(n));
  for (int c = 0; c < features_->centres(); ++c)
    std::copy_n(given[int64_t(shuffled[uint64_t(c) % uint64_t(n)])], q_, &centres_[std::size_t(c * q_)]);
  double total = 0;
  for (const double w : weights) total += w;
  const auto share = [&](int64_t i) { return weights.empty() ? 1 / double(n) : weights[std::size_t(i)] / total; };

  Matrix<double> both(p, p + d);  // Phi^T P [Phi, x]
  ordered_sum<double>(
      {}, n,
      [&](Rows r, double* lane) {
        std::vector<double> phi(static_cast<std::size_t>(p + d));
        for (int i = 0; i < r.n; ++i) {
          features_->of(given[r[i]], centres_.data(), phi.data());
          std::copy_n(x[r[i]], d, phi.begin() + p);
          for (int a = 0; a < p; ++a)
            for (int b = 0; b < p + d; ++b) lane[a * (p + d) + b] += share(r[i]) * phi[std::size_t(a)] * phi[std::size_t(b)];
        }
      },
      both[0], int64_t(p) * (p + d));
  Matrix<double> G(p, p), W(p, d);
  for (int a = 0; a < p; ++a) {
    for (int b = 0; b < p; ++b) G[a][b] = both[a][b] + (a == b && a > 0 ? penalty : 0);
    for (int j = 0; j < d; ++j) W[a][j] = both[a][p + j];
  }
  solve(cholesky(G), W);
  W_ = W.v;

  double square = 0;
  ordered_sum<double>(
      {}, n,
      [&](Rows r, double* lane) {
        std::vector<double> m(static_cast<std::size_t>(d));
        for (int i = 0; i < r.n; ++i) {
          mean(given[r[i]], m.data());
          for (int j = 0; j < d; ++j) lane[0] += share(r[i]) * (x[r[i]][j] - m[std::size_t(j)]) * (x[r[i]][j] - m[std::size_t(j)]) / d;
        }
      },
      &square, 1);
  s_ = std::sqrt(square);
  if (!(s_ > 0)) throw Error("the first set is a function of its condition /y: nothing is left to learn of x given y", Exit::data);
}

void Regressed::mean(const double* given, double* out) const {
  std::vector<double> phi(static_cast<std::size_t>(p_));
  features_->of(given, centres_.data(), phi.data());
  for (int j = 0; j < d_; ++j) out[j] = 0;
  for (int a = 0; a < p_; ++a)
    for (int j = 0; j < d_; ++j) out[j] += phi[std::size_t(a)] * W_[std::size_t(a * d_ + j)];
}

void Regressed::draw(Stream stream, Rows rows, Mat<const double> given, Mat<double> x) const {
  Matrix<double> m(1, d_);
  normals(stream, rows, 0, x);
  for (int i = 0; i < rows.n; ++i) {
    mean(given[i], m[0]);
    for (int j = 0; j < d_; ++j) x[i][j] = m[0][j] + s_ * x[i][j];
  }
}

void Regressed::logp(Mat<const double> given, Mat<const double> x, double* out) const {
  Matrix<double> m(1, d_);
  for (int64_t i = 0; i < x.rows; ++i) {
    mean(given[i], m[0]);
    out[i] = -0.5 * d_ * log_d(2 * M_PI * s_ * s_);
    for (int j = 0; j < d_; ++j) out[i] -= 0.5 * std::pow((x[i][j] - m[0][j]) / s_, 2);
  }
}

void Regressed::state(Archive& a) {
  if (!centres_.empty()) a.field("centres", centres_);
  a.field("weights", W_);
  a.field("deviation", s_);
}

}  // namespace dm
