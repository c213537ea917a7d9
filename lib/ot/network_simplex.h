// The network simplex on the complete bipartite graph of two point sets, whose arcs are never stored.
#pragma once
#include <cstdint>
#include <vector>

#include "core/mat.h"

namespace dm {

struct Flow {
  std::vector<int64_t> i, j, mass;  // arcs that carry mass, sorted
  std::vector<double> u, v;         // [n], [m]: u_i + v_j <= c_ij up to rounding, equality where mass flows
  int64_t pivots = 0;
};

// Minimises sum f_ij c_ij over f >= 0 with row sums a and column sums b (all > 0, equal totals), c_ij = |x_i - y_j|^p, p = 1 or 2.
// x is [n, d], y is [m, d].
Flow network_simplex(Mat<const double> x, const std::vector<int64_t>& a, Mat<const double> y, const std::vector<int64_t>& b, int p);

}  // namespace dm
