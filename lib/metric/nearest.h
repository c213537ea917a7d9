// Exact nearest neighbours by a k-d tree (Friedman, Bentley & Finkel 1977).
#pragma once
#include <cstdint>
#include <vector>

#include "core/mat.h"

namespace dm {

class Nearest {
 public:
  explicit Nearest(Mat<const double> x);  // [n, d], n >= 1; copied
  struct Found {
    int64_t row = -1;
    double squared = 0;  // distance^2, summed over the columns in order
  };
  // The nearest row to q [d]; the lowest row number among equally near ones.
  Found operator()(const double* q) const;

 private:
  static constexpr int64_t leaf = 16;
  struct Node {
    int64_t axis = 0;
    double cut = 0;
  };
  void build(Mat<const double> x, int64_t lo, int64_t hi, size_t node);
  void search(const double* q, int64_t lo, int64_t hi, size_t node, Found&) const;

  int64_t d_;
  std::vector<int64_t> row_;  // row numbers in the order of the leaves
  std::vector<double> x_;     // [n, d] in that order
  std::vector<Node> nodes_;   // node k has children 2k+1 and 2k+2; a node's range is halved
};

}  // namespace dm
