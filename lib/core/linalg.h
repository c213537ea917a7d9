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

}  // namespace dm
