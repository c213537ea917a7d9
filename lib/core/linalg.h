// The decompositions of set-up work. All of them live in linalg.cpp, the only file that sees Eigen; none is used inside a sampling or
// training loop.
#pragma once
#include <vector>

#include "core/mat.h"

namespace dm {

// a = V diag(values) V^T for symmetric a [d, d]; values ascending, the columns of V orthonormal.
struct Eigh {
  std::vector<double> values;
  Matrix<double> V;
};
Eigh eigh(Mat<const double> a);

// Lower-triangular L with a = L L^T; throws dm::Error (Exit::data) where a is not positive definite.
Matrix<double> cholesky(Mat<const double> a);

// b = (L L^T)^-1 b for lower-triangular L [n, n] and b [n, m]; each entry one ordered sum.
void solve(const Matrix<double>& L, Mat<double> b);

// a b, each entry one ordered sum.
Matrix<double> times(const Matrix<double>& a, const Matrix<double>& b);

// V diag(g(values)) V^T for symmetric a: the function g of a.
template <class G>
Matrix<double> spectral(Mat<const double> a, G g) {
  const Eigh e = eigh(a);
  Matrix<double> out(a.rows, a.rows);
  for (int64_t k = 0; k < a.rows; ++k) {
    const double v = g(e.values[std::size_t(k)]);
    for (int64_t i = 0; i < a.rows; ++i)
      for (int64_t j = 0; j < a.rows; ++j) out[i][j] += e.V[i][k] * v * e.V[j][k];
  }
  return out;
}

}  // namespace dm
