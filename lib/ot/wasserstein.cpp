#include "ot/wasserstein.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "ot/network_simplex.h"

namespace dm {
namespace {

double ground_cost(const double* x, const double* y, int64_t d, int p) {
  double s = 0;
  for (int64_t k = 0; k < d; ++k) s += (x[k] - y[k]) * (x[k] - y[k]);
  return p == 1 ? std::sqrt(s) : s;
}

// The rows that have mass: the simplex wants positive masses, and a row without mass moves nothing.
struct Heavy {
  std::vector<int64_t> row, mass;
  Matrix<double> x;
  Heavy(const Points& p, const std::vector<int64_t>& masses) {
    for (int64_t i = 0; i < p.n(); ++i)
      if (masses[size_t(i)] > 0) row.push_back(i), mass.push_back(masses[size_t(i)]);
    x = Matrix<double>(int64_t(row.size()), p.d());
    for (size_t i = 0; i < row.size(); ++i) std::copy(p.x[row[i]], p.x[row[i]] + p.d(), x[int64_t(i)]);
  }
};

// c-transform: the largest v with u_i + v_j <= |x_i - y_j|^p for all i in x.
std::vector<double> c_transform(Mat<const double> x, const std::vector<double>& u, Mat<const double> y, int p) {
  std::vector<double> v(size_t(y.rows), std::numeric_limits<double>::infinity());
  for_tiles({}, y.rows, [&](Rows rows, int64_t) {
    for (int64_t i = 0; i < x.rows; ++i)
      for (int r = 0; r < rows.n; ++r) {
        double& low = v[size_t(rows[r])];
        low = std::min(low, ground_cost(x[i], y[rows[r]], x.cols, p) - u[size_t(i)]);
      }
  });
  return v;
}

}  // namespace

TransportPlan transport(const Points& a, const Points& b, int p) {
  const std::string what = "exact W" + std::to_string(p);
  check_points(what, a, b);
  if (p != 1 && p != 2) throw Error(what + ": the order is 1 or 2.", Exit::spec);
  if (double(a.n()) * double(b.n()) > max_arcs)
    throw Error(
        what + " between " + std::to_string(a.n()) + " and " + std::to_string(b.n()) + " points has " +
            std::to_string(int64_t(double(a.n()) * double(b.n()) / 1e6)) +
            " million arcs; at most 200 million are solved exactly. Use a sliced distance (sw1, sw2) or a subsample (dm-eval --rows).",
        Exit::spec);
  const Masses m = whole_masses(a, b);
  const Heavy s(a, m.a), t(b, m.b);
  const Flow f = network_simplex(s.x, s.mass, t.x, t.mass, p);

  TransportPlan plan;
  plan.pivots = f.pivots;
  double largest = 0;
  for (size_t k = 0; k < f.i.size(); ++k) {
    const int64_t i = s.row[size_t(f.i[k])], j = t.row[size_t(f.j[k])];
    const double c = ground_cost(a.x[i], b.x[j], a.d(), p), mass = double(f.mass[k]) / m.total;
    plan.i.push_back(i), plan.j.push_back(j), plan.mass.push_back(mass);
    plan.cost += mass * c;
    largest = std::max(largest, c);
  }
  plan.v = c_transform(s.x, f.u, b.x, p);  // feasible by construction, so the dual value is a lower bound whatever the simplex did
  std::vector<double> heavy_v;
  for (const int64_t j : t.row) heavy_v.push_back(plan.v[size_t(j)]);
  plan.u.assign(size_t(a.n()), 0.0);
  if (s.row.size() < size_t(a.n())) plan.u = c_transform(b.x, plan.v, a.x, p);
  for (size_t i = 0; i < s.row.size(); ++i) plan.u[size_t(s.row[i])] = f.u[i], plan.dual += double(s.mass[i]) / m.total * f.u[i];
  for (size_t j = 0; j < t.row.size(); ++j) plan.dual += double(t.mass[j]) / m.total * heavy_v[j];
  plan.gap = plan.cost - plan.dual;
  if (!(plan.gap <= 1e-9 * plan.cost + 1e-11 * largest))
    throw Error(what + ": the plan costs " + std::to_string(plan.cost) + " but the dual bound is " + std::to_string(plan.dual) +
                "; the coordinates span too many orders of magnitude. Rescale them.");
  return plan;
}

double wasserstein(const Points& a, const Points& b, int p) {
  if (a.d() == 1 && b.d() == 1) return wasserstein_1d(a, b, p);
  const double cost = std::max(0.0, transport(a, b, p).cost);
  return p == 1 ? cost : std::sqrt(cost);
}

}  // namespace dm
