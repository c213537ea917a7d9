#include "ot/points.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/value.h"

namespace dm {
namespace {

constexpr double largest = 1e150;  // of a coordinate, and one over it the smallest: sums of squares stay finite and positive

void check(const std::string& what, const char* which, const Points& p) {
  const std::string set = what + ": the " + which + " set ";
  if (p.n() < 1 || p.d() < 1) throw Error(set + "is empty; at least one row and one column are needed.", Exit::data);
  for (int64_t i = 0; i < p.n(); ++i)
    for (int64_t j = 0; j < p.d(); ++j)
      if (!std::isfinite(p.x[i][j]))
        throw Error(set + "has a value that is not finite at row " + std::to_string(i) + ", column " + std::to_string(j) + ".", Exit::data);
  double top = 0;
  for (int64_t i = 0; i < p.n(); ++i)
    for (int64_t j = 0; j < p.d(); ++j) top = std::max(top, std::abs(p.x[i][j]));
  if (top > largest || (top > 0 && top < 1 / largest))
    throw Error(set + "has numbers up to " + to_json(top) + ", whose squares " + (top > 1 ? "overflow" : "vanish") + "; rescale both sets.",
                Exit::data);
  if (!p.w) return;
  double sum = 0;
  for (int64_t i = 0; i < p.n(); ++i) {
    if (!std::isfinite(p.w[i]) || p.w[i] < 0)
      throw Error(set + "has weight " + std::to_string(p.w[i]) + " at row " + std::to_string(i) + "; weights are finite and not negative.",
                  Exit::data);
    sum += p.w[i];
  }
  if (!(sum > 0) || !std::isfinite(sum))
    throw Error(set + "has weights that sum to " + std::to_string(sum) + "; a positive sum is needed.", Exit::data);
}

std::vector<int64_t> scaled(const Points& p, double total) {
  const std::vector<double> w = probabilities(p);
  std::vector<int64_t> mass(w.size());
  int64_t left = int64_t(total);
  for (size_t i = 0; i < w.size(); ++i) left -= mass[i] = std::llround(w[i] * total);
  mass[size_t(std::max_element(mass.begin(), mass.end()) - mass.begin())] += left;
  return mass;
}

}  // namespace

void check_points(std::string_view what, const Points& a, const Points& b) {
  check(std::string(what), "first", a);
  check(std::string(what), "second", b);
  if (a.d() != b.d())
    throw Error(std::string(what) + ": the first set has " + std::to_string(a.d()) + " columns, the second " + std::to_string(b.d()) +
                    "; both must live in the same space.",
                Exit::data);
}

std::vector<double> probabilities(const Points& p) {
  std::vector<double> w(size_t(p.n()), 1.0 / double(p.n()));
  if (!p.w) return w;
  double sum = 0;
  for (int64_t i = 0; i < p.n(); ++i) sum += p.w[i];
  for (int64_t i = 0; i < p.n(); ++i) w[size_t(i)] = p.w[i] / sum;
  return w;
}

Masses whole_masses(const Points& a, const Points& b) {
  if (!a.w && !b.w) {
    const int64_t g = std::gcd(a.n(), b.n());
    return {std::vector<int64_t>(size_t(a.n()), b.n() / g), std::vector<int64_t>(size_t(b.n()), a.n() / g),
            double(a.n()) * double(b.n() / g)};
  }
  const double total = 0x1p60;
  return {scaled(a, total), scaled(b, total), total};
}

}  // namespace dm
