#include "ot/wasserstein.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "clouds.h"
#include "core/error.h"
#include "core/parallel.h"
#include "ot/network_simplex.h"
#include "test.h"

using namespace dm;

namespace {

// The plan has the marginals, costs what it says, and its potentials prove it.
void prove(const Cloud& a, const Cloud& b, int p) {
  const TransportPlan plan = transport(a.points(), b.points(), p);
  const std::vector<double> wa = probabilities(a.points()), wb = probabilities(b.points());
  std::vector<double> row(wa.size()), col(wb.size());
  double cost = 0;
  for (size_t k = 0; k < plan.i.size(); ++k) {
    REQUIRE(plan.mass[k] > 0);
    row[size_t(plan.i[k])] += plan.mass[k], col[size_t(plan.j[k])] += plan.mass[k];
    double s = 0;
    for (int l = 0; l < a.x.cols; ++l) s += std::pow(a.x[plan.i[k]][l] - b.x[plan.j[k]][l], 2);
    cost += plan.mass[k] * (p == 1 ? std::sqrt(s) : s);
  }
  for (size_t i = 0; i < row.size(); ++i) CHECK(std::abs(row[i] - wa[i]) < 1e-15);
  for (size_t j = 0; j < col.size(); ++j) CHECK(std::abs(col[j] - wb[j]) < 1e-15);
  CHECK(plan.i.size() <= row.size() + col.size() - 1);
  CHECK(near(plan.cost, cost, 1e-14));
  double largest_violation = 0, dual = 0;
  for (size_t i = 0; i < wa.size(); ++i) dual += wa[i] * plan.u[i];
  for (size_t j = 0; j < wb.size(); ++j) dual += wb[j] * plan.v[j];
  for (int64_t i = 0; i < a.x.rows; ++i)
    for (int64_t j = 0; j < b.x.rows; ++j) {
      double s = 0;
      for (int l = 0; l < a.x.cols; ++l) s += std::pow(a.x[i][l] - b.x[j][l], 2);
      largest_violation = std::max(largest_violation, plan.u[size_t(i)] + plan.v[size_t(j)] - (p == 1 ? std::sqrt(s) : s));
    }
  CHECK(largest_violation < 1e-12);
  CHECK(near(dual, plan.cost, 1e-12));
  CHECK(std::abs(plan.gap) < 1e-12 * std::max(1.0, plan.cost));
}

}  // namespace

TEST_CASE("transport: plan and potentials prove each other for any sizes and weights") {
  const int sizes[][3] = {{1, 1, 2},   {1, 7, 3},    {7, 1, 1},    {2, 2, 2},    {5, 3, 2},
                          {64, 64, 2}, {100, 37, 2}, {37, 300, 5}, {50, 60, 12}, {128, 128, 1}};
  uint64_t seed = 0;
  for (const auto& s : sizes)
    for (const bool weighted : {false, true})
      for (const int p : {1, 2}) ++seed, prove(cloud(seed, s[0], s[2], weighted), cloud(seed + 1000, s[1], s[2], weighted, .5), p);
}

TEST_CASE("transport: zero weights, duplicates, lattices, one set only weighted") {
  Cloud a = cloud(1, 40, 2, true), b = cloud(2, 30, 2, true);
  for (int i = 0; i < 40; i += 3) a.w[size_t(i)] = 0;
  for (int j = 0; j < 30; j += 2) b.w[size_t(j)] = 0;
  Cloud unweighted = b;
  unweighted.w.clear();
  Cloud grid{Matrix<double>(64, 2), {}}, same{Matrix<double>(50, 2, 1.0), {}}, shifted = grid;
  for (int i = 0; i < 64; ++i) grid.x[i][0] = i / 8, grid.x[i][1] = i % 8;
  shifted.x = grid.x;
  for (double& v : shifted.x.v) v += 2;
  for (const int p : {1, 2}) {
    prove(a, b, p);
    prove(a, unweighted, p);
    prove(grid, shifted, p);
    prove(grid, grid, p);
    prove(same, grid, p);
    prove(same, same, p);
  }
  CHECK(wasserstein(grid.points(), shifted.points(), 1) == Approx(std::sqrt(8.0)).epsilon(1e-14));
  CHECK(wasserstein(grid.points(), shifted.points(), 2) == Approx(std::sqrt(8.0)).epsilon(1e-14));
  CHECK(wasserstein(grid.points(), grid.points(), 2) == 0);
}

TEST_CASE("transport: coordinates and weights over many orders of magnitude") {
  for (const double scale : {1e-150, 1e-9, 1e9, 1e120}) {
    Cloud a = cloud(3, 50, 2, true), b = cloud(4, 70, 2, true, 1);
    const double w1 = wasserstein(a.points(), b.points(), 1), w2 = wasserstein(a.points(), b.points(), 2);
    for (double& v : a.x.v) v *= scale;
    for (double& v : b.x.v) v *= scale;
    for (double& v : a.w) v *= 1e100;  // totals differ: only ratios matter
    CHECK(near(wasserstein(a.points(), b.points(), 1) / scale, w1, 1e-12));
    CHECK(near(wasserstein(a.points(), b.points(), 2) / scale, w2, 1e-12));
  }
  Cloud far = cloud(5, 60, 2), other = cloud(6, 60, 2);
  far.x[0][0] = 1e8;  // one outlier must not drown the rest
  const TransportPlan plan = transport(far.points(), other.points(), 2);
  CHECK(plan.gap <= 1e-12 * plan.cost);
}

TEST_CASE("transport: an optimal assignment by enumeration") {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const Cloud a = cloud(seed, 6, 2), b = cloud(seed + 50, 6, 2);
    std::vector<int> order(6);
    std::iota(order.begin(), order.end(), 0);
    double best = 1e300;
    do {
      double s = 0;
      for (int i = 0; i < 6; ++i) s += std::hypot(a.x[i][0] - b.x[order[size_t(i)]][0], a.x[i][1] - b.x[order[size_t(i)]][1]) / 6;
      best = std::min(best, s);
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(near(wasserstein(a.points(), b.points(), 1), best, 1e-14));
  }
}

TEST_CASE("wasserstein_1d: equals the simplex, any order p") {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    const Cloud a = cloud(seed, 30 + int(seed), 1, seed % 2), b = cloud(seed + 9, 41, 1, seed % 3 == 0, .3);
    CHECK(near(wasserstein_1d(a.points(), b.points(), 1), transport(a.points(), b.points(), 1).cost, 1e-13));
    CHECK(near(wasserstein_1d(a.points(), b.points(), 2), std::sqrt(transport(a.points(), b.points(), 2).cost), 1e-13));
  }
  const double x[] = {0, 1}, y[] = {3, 0, 0}, w[] = {1, 2};  // quantiles 0 | 0 1 | 1 against 0 | 0 | 3, cut at 1/3 and 2/3
  const Points a{{x, 2, 1, 1}, w}, b{{y, 3, 1, 1}, nullptr};
  CHECK(near(wasserstein_1d(a, b, 1), (0 + 1 + 2) / 3.0, 1e-15));
  CHECK(near(wasserstein_1d(a, b, 3), std::cbrt((0 + 1 + 8) / 3.0), 1e-15));
}

TEST_CASE("sliced: the p-mean and the maximum over stated directions") {
  const Cloud a = cloud(1, 80, 3, true), b = cloud(2, 60, 3, false, 1);
  const Stream s = Stream(9) / "projections";
  double sum = 0, largest = 0;
  for (int l = 0; l < 20; ++l) {
    Matrix<double> z(1, 3);
    normals(s, {l, 1}, 0, z);
    const double norm = std::sqrt(z.v[0] * z.v[0] + z.v[1] * z.v[1] + z.v[2] * z.v[2]);
    Cloud pa{Matrix<double>(80, 1), a.w}, pb{Matrix<double>(60, 1), {}};
    for (int i = 0; i < 80; ++i) pa.x[i][0] = (z.v[0] * a.x[i][0] + z.v[1] * a.x[i][1] + z.v[2] * a.x[i][2]) / norm;
    for (int i = 0; i < 60; ++i) pb.x[i][0] = (z.v[0] * b.x[i][0] + z.v[1] * b.x[i][1] + z.v[2] * b.x[i][2]) / norm;
    const double w = wasserstein_1d(pa.points(), pb.points(), 2);
    sum += w * w, largest = std::max(largest, w);
  }
  const Sliced got = sliced_wasserstein(a.points(), b.points(), 2, 20, s);
  CHECK(near(got.mean, std::sqrt(sum / 20), 1e-13));
  CHECK(near(got.max, largest, 1e-13));
}

TEST_CASE("sliced: the same bits for any number of threads, and two threads ran") {
  const Cloud a = cloud(1, 3000, 2), b = cloud(2, 2000, 2);
  set_threads(1);
  const Sliced one = sliced_wasserstein(a.points(), b.points(), 1, 64, Stream(1));
  for (const int n : {2, 5}) {
    set_threads(n);
    const Sliced many = sliced_wasserstein(a.points(), b.points(), 1, 64, Stream(1));
    CHECK(many.mean == one.mean);
    CHECK(many.max == one.max);
    Meeting meeting(2);  // the pool that just ran has two threads
    parallel(n, [&](int64_t) { meeting.pass(); });
    CHECK(meeting.seen() >= 2);
  }
  set_threads(2);
}

TEST_CASE("transport: what is refused, and with which sentence") {
  const Cloud a = cloud(1, 5, 2), b = cloud(2, 5, 3);
  const auto code = [](auto f) {
    try {
      f();
    } catch (const Error& e) {
      return e.code();
    }
    return Exit::ok;
  };
  CHECK(code([&] { wasserstein(a.points(), b.points(), 2); }) == Exit::data);
  Cloud bad = a;
  bad.x[3][1] = NAN;
  CHECK_THROWS_WITH(wasserstein(bad.points(), a.points(), 2), Catch::Contains("row 3, column 1"));
  Cloud negative = a;
  negative.w = {1, 1, -1, 1, 1};
  CHECK_THROWS_WITH(wasserstein(a.points(), negative.points(), 2), Catch::Contains("second") && Catch::Contains("row 2"));
  Cloud zero = a;
  zero.w = {0, 0, 0, 0, 0};
  CHECK(code([&] { wasserstein(zero.points(), a.points(), 1); }) == Exit::data);
  Cloud huge = a;
  huge.x[0][0] = 1e200;
  CHECK_THROWS_WITH(wasserstein(huge.points(), a.points(), 2), Catch::Contains("overflow"));
  Cloud tiny = a;
  for (double& v : tiny.x.v) v *= 1e-200;
  CHECK_THROWS_WITH(wasserstein(a.points(), tiny.points(), 1), Catch::Contains("second") && Catch::Contains("vanish"));
  const Matrix<double> none(0, 2), many(20000, 2);
  CHECK(code([&] { wasserstein({none, nullptr}, a.points(), 2); }) == Exit::data);
  CHECK(code([&] { wasserstein({many, nullptr}, {many, nullptr}, 2); }) == Exit::spec);
  CHECK_THROWS_WITH(wasserstein({many, nullptr}, {many, nullptr}, 2),
                    Catch::Contains("20000 and 20000") && Catch::Contains("400 million") && Catch::Contains("sw2"));
}
