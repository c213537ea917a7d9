#include "core/linalg.h"

#define EIGEN_MPL2_ONLY
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "core/error.h"

namespace dm {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

static Dense dense(Mat<const double> a) {
  return Eigen::Map<const Dense, 0, Eigen::OuterStride<>>(a.p, a.rows, a.cols, Eigen::OuterStride<>(a.ld));
}

static Matrix<double> owned(const Dense& a) {
  Matrix<double> m(a.rows(), a.cols());
  std::copy_n(a.data(), a.size(), m.v.data());
  return m;
}

Eigh eigh(Mat<const double> a) {
  const Eigen::SelfAdjointEigenSolver<Dense> solver(dense(a));
  if (solver.info() != Eigen::Success)
    throw Error("the eigenvalues of a " + std::to_string(a.rows) + " x " + std::to_string(a.cols) + " matrix did not converge");
  const auto& w = solver.eigenvalues();
  return {std::vector<double>(w.data(), w.data() + w.size()), owned(solver.eigenvectors())};
}

Matrix<double> cholesky(Mat<const double> a) {
  const Eigen::LLT<Dense> llt(dense(a));
  if (llt.info() != Eigen::Success) throw Error("a covariance matrix is not positive definite", Exit::data);
  return owned(llt.matrixL());
}

void solve(const Matrix<double>& L, Mat<double> b) {
  const int64_t n = L.rows;
  const auto subtract = [&](int64_t i, int64_t k, double l) {
    for (int64_t j = 0; j < b.cols; ++j) b[i][j] -= l * b[k][j];
  };
  const auto divide = [&](int64_t i) {
    for (int64_t j = 0; j < b.cols; ++j) b[i][j] /= L[i][i];
  };
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < i; ++k) subtract(i, k, L[i][k]);
    divide(i);
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    for (int64_t k = n - 1; k > i; --k) subtract(i, k, L[k][i]);
    divide(i);
  }
}

Matrix<double> times(const Matrix<double>& a, const Matrix<double>& b) {
  Matrix<double> c(a.rows, b.cols);
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t k = 0; k < a.cols; ++k)
      for (int64_t j = 0; j < b.cols; ++j) c[i][j] += a[i][k] * b[k][j];
  return c;
}

}  // namespace dm
