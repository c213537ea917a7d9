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

}  // namespace dm
