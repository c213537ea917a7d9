#pragma once
#include <utility>
#include <vector>

#include "core/mat.h"

// n rows of these numbers.
inline dm::Matrix<double> table(int64_t n, std::vector<double> v) {
  dm::Matrix<double> m(n, int64_t(v.size()) / n);
  m.v = std::move(v);
  return m;
}
