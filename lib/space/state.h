// The state of a tile of rows: named components, each a block of numbers. Plain R^d is one component of float64 columns; integer
// components and axes of varying length take their place beside `real` when the second space arrives.
#pragma once
#include <vector>

#include "core/mat.h"

namespace dm {

struct State {
  Rows rows;                      // who they are
  std::vector<Mat<double>> real;  // component c: [rows.n, d_c]

  Mat<double> x(int c = 0) const { return real[std::size_t(c)]; }
};

}  // namespace dm
