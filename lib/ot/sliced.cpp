#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "ot/sorting.h"
#include "ot/wasserstein.h"

namespace dm {
namespace {

std::vector<double> project(Mat<const double> x, const double* direction) {
  std::vector<double> v(size_t(x.rows), 0.0);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t k = 0; k < x.cols; ++k) v[size_t(i)] += direction[k] * x[i][k];
  return v;
}

}  // namespace

Sliced sliced_wasserstein(const Points& a, const Points& b, double p, int projections, Stream stream) {
  check_points("sliced Wasserstein distance", a, b);
  if (projections < 1)
    throw Error("sliced Wasserstein distance: " + std::to_string(projections) + " projections; at least 1 is needed.", Exit::spec);
  const Masses m = whole_masses(a, b);
  std::vector<double> wp(size_t(projections), 0.0);  // W_p^p of each projection
  parallel(projections, [&](int64_t l) {
    Matrix<double> theta(1, a.d());
    normals(stream, {l, 1}, 0, theta);
    double norm = 0;
    for (const double t : theta.v) norm += t * t;
    for (double& t : theta.v) t /= std::sqrt(norm);
    Line x{project(a.x, theta.v.data()), &m.a, !a.w && !b.w}, y{project(b.x, theta.v.data()), &m.b, x.equal};
    wp[size_t(l)] = sorted_transport(x, y, m.total, p);
  });
  double sum = 0;
  for (const double w : wp) sum += w;
  return {std::pow(sum / projections, 1 / p), std::pow(*std::max_element(wp.begin(), wp.end()), 1 / p)};
}

}  // namespace dm
