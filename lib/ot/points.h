// A weighted point set: what the transport problems and the metrics compare.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/mat.h"

namespace dm {

// n points of R^d and their weights. Only the ratios of the weights matter; null: all equal.
struct Points {
  Mat<const double> x;        // [n, d]
  const double* w = nullptr;  // [n]
  int64_t n() const { return x.rows; }
  int64_t d() const { return x.cols; }
};

// Throws dm::Error (Exit::data) where a set is empty, has a coordinate or weight that is not finite, a negative weight or none above
// zero, or where the two have different numbers of columns. `what` is the task that the sentence starts with.
void check_points(std::string_view what, const Points& a, const Points& b);

// Weights that sum to one (in row order).
std::vector<double> probabilities(const Points&);

// Masses of a and of b as whole numbers with the same total, so that flows are exact and ties are ties: m / g and n / g, g = gcd(n, m),
// where both sets are unweighted, otherwise weights scaled to a total of 2^60, rounded, the rest on the heaviest point.
struct Masses {
  std::vector<int64_t> a, b;
  double total = 0;
};
Masses whole_masses(const Points& a, const Points& b);

}  // namespace dm
