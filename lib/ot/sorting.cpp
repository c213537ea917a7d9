#include "ot/sorting.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ot/wasserstein.h"

namespace dm {
namespace {

double power(double x, double p) { return p == 1 ? std::abs(x) : p == 2 ? x * x : std::pow(std::abs(x), p); }

// The order in which the points are met; where all masses are equal the values themselves are sorted and the order does not matter.
std::vector<int64_t> sort_line(Line& l) {
  std::vector<int64_t> order(l.x.size());
  std::iota(order.begin(), order.end(), 0);
  if (l.equal) {
    std::sort(l.x.begin(), l.x.end());
    return order;
  }
  std::sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
    const double a = l.x[size_t(i)], b = l.x[size_t(j)];
    return a < b || (a == b && i < j);
  });
  return order;
}

}  // namespace

double sorted_transport(Line& a, Line& b, double total, double p) {
  const std::vector<int64_t> s = sort_line(a), t = sort_line(b);
  double sum = 0;
  size_t i = 0, j = 0;
  int64_t left_a = (*a.mass)[size_t(s[0])], left_b = (*b.mass)[size_t(t[0])];
  for (;;) {
    const int64_t mass = std::min(left_a, left_b);
    if (mass > 0) sum += double(mass) * power(a.x[size_t(s[i])] - b.x[size_t(t[j])], p);
    left_a -= mass, left_b -= mass;
    if (left_a == 0) {
      if (++i == s.size()) break;
      left_a = (*a.mass)[size_t(s[i])];
    } else {
      if (++j == t.size()) break;
      left_b = (*b.mass)[size_t(t[j])];
    }
  }
  return sum / total;
}

double wasserstein_1d(const Points& a, const Points& b, double p) {
  check_points("1-D Wasserstein distance", a, b);
  const Masses m = whole_masses(a, b);
  Line x{std::vector<double>(size_t(a.n())), &m.a, !a.w && !b.w}, y{std::vector<double>(size_t(b.n())), &m.b, x.equal};
  for (int64_t i = 0; i < a.n(); ++i) x.x[size_t(i)] = a.x[i][0];
  for (int64_t j = 0; j < b.n(); ++j) y.x[size_t(j)] = b.x[j][0];
  return std::pow(sorted_transport(x, y, m.total, p), 1 / p);
}

}  // namespace dm
