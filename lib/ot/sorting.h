// Optimal transport on the line: sort, then walk both quantile functions at once.
#pragma once
#include <cstdint>
#include <vector>

namespace dm {

// W_p^p between points x with whole-numbered masses a (sum `total`) and y with b (the same sum). Both orders of rows are arbitrary.
struct Line {
  std::vector<double> x;
  const std::vector<int64_t>* mass = nullptr;
  bool equal = false;  // all masses are the same
};
double sorted_transport(Line& a, Line& b, double total, double p);

}  // namespace dm
