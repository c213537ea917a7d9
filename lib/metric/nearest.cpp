#include "metric/nearest.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace dm {

Nearest::Nearest(Mat<const double> x) : d_(x.cols), row_(size_t(x.rows)), x_(size_t(x.rows * x.cols)) {
  std::iota(row_.begin(), row_.end(), 0);
  build(x, 0, x.rows, 0);
  for (int64_t i = 0; i < x.rows; ++i) std::copy(x[row_[size_t(i)]], x[row_[size_t(i)]] + d_, &x_[size_t(i * d_)]);
}

// Cuts the widest axis at the median.
void Nearest::build(Mat<const double> x, int64_t lo, int64_t hi, size_t node) {
  if (hi - lo <= leaf) return;
  Node best;
  double widest = -1;
  for (int64_t k = 0; k < d_; ++k) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (int64_t i = lo; i < hi; ++i) low = std::min(low, x[row_[size_t(i)]][k]), high = std::max(high, x[row_[size_t(i)]][k]);
    if (high - low > widest) widest = high - low, best.axis = k;
  }
  const int64_t mid = (lo + hi) / 2, k = best.axis;
  std::nth_element(row_.begin() + lo, row_.begin() + mid, row_.begin() + hi, [&](int64_t i, int64_t j) { return x[i][k] < x[j][k]; });
  best.cut = x[row_[size_t(mid)]][k];
  if (nodes_.size() <= node) nodes_.resize(node + 1);
  nodes_[node] = best;
  build(x, lo, mid, 2 * node + 1);
  build(x, mid, hi, 2 * node + 2);
}

void Nearest::search(const double* q, int64_t lo, int64_t hi, size_t node, Found& found) const {
  if (hi - lo <= leaf) {
    for (int64_t i = lo; i < hi; ++i) {
      const double* x = &x_[size_t(i * d_)];
      double s = 0;
      for (int64_t k = 0; k < d_; ++k) s += (q[k] - x[k]) * (q[k] - x[k]);
      if (found.row < 0 || s < found.squared || (s == found.squared && row_[size_t(i)] < found.row)) found = {row_[size_t(i)], s};
    }
    return;
  }
  const Node& n = nodes_[node];
  const int64_t mid = (lo + hi) / 2;
  const double side = q[n.axis] - n.cut;
  if (side < 0)
    search(q, lo, mid, 2 * node + 1, found);
  else
    search(q, mid, hi, 2 * node + 2, found);
  if (side * side > found.squared) return;  // the cut itself is farther than the best
  if (side < 0)
    search(q, mid, hi, 2 * node + 2, found);
  else
    search(q, lo, mid, 2 * node + 1, found);
}

Nearest::Found Nearest::operator()(const double* q) const {
  Found found;
  search(q, 0, int64_t(row_.size()), 0, found);
  return found;
}

}  // namespace dm
