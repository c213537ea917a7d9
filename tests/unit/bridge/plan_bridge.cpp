// The bridge of a static plan: against the closed form of Gaussians (on grids so fine that their sums are integrals), and by its own laws.
#include "bridge/plan_bridge.h"

#include "bridge/fixtures.h"
#include "bridge/ipf.h"

using namespace bridges_test;

namespace {

const PlanBridge& of(const IpfSolution& s) { return dynamic_cast<const PlanBridge&>(*s.bridge); }

// N(mean, sd^2) as a weighted grid over seven standard deviations.
struct Line {
  Matrix<double> x;
  std::vector<double> w;
  Line(double mean, double sd, int n = 161) : x(n, 1), w(std::size_t(n)) {
    for (int i = 0; i < n; ++i) {
      const double z = -7 + 14. * i / (n - 1);
      x[i][0] = mean + sd * z, w[std::size_t(i)] = std::exp(-z * z / 2);
    }
  }
  Points points() const { return {x, w.data()}; }
};

IpfSolution solved(const Points& a, const Points& b, std::shared_ptr<const Schedule> reference, const std::string& method) {
  std::vector<std::string> problems;
  const Value v = resolve(ipf_methods(), parse_json(method, "test"), "", problems);
  throw_problems(problems);
  Progress silent;
  return make<std::unique_ptr<IpfMethod>>(ipf_methods(), v)->solve({a, b, std::move(reference), nullptr}, silent);
}

double end_at(const Bridge& b, Direction way, double t, double x) {
  Matrix<double> state(1, 1), x0(1, 1), eps(1, 1);
  state[0][0] = x;
  const Level at = b.schedule(way)->at(to_go(way, t));
  Pred out{x0, eps};
  b.ends(way).eval(State{{0, 1}, {state}}, {&at, true}, out);
  return x0[0][0];
}

const char* const precise = R"({"type": "sinkhorn", "tolerance": 1e-12})";

}  // namespace

TEST_CASE("between Gaussians on fine grids the plan's bridge is the closed form", "[plan]") {
  for (const char* kind : {"\"brownian\"", R"({"type": "ou", "rate": 0.7})", R"({"type": "vp", "beta_min": 0.2, "beta_max": 3})"}) {
    const auto process = reference(kind, .8);
    const GaussianBridge exact = scalar(.3, .64, -.5, 1.44, .8, kind);
    const IpfSolution s = solved(Line(.3, .8).points(), Line(-.5, 1.2).points(), process, precise);
    CHECK(s.report["status"].text() == "converged");
    for (const Direction way : {Direction::forward, Direction::backward})
      for (const double t : {.15, .5, .85})
        for (const double x : {-1., .2, 1.5}) {
          CAPTURE(kind, t, x, way == Direction::forward);
          CHECK(near(end_at(*s.bridge, way, t, x), end_at(exact, way, t, x), 1e-8));
        }
  }
}

TEST_CASE("at its ends the bridge is the plan: barycentric maps, nearest points, one point on either side", "[plan]") {
  const Line a(0, 1, 23), b(1, .5, 31);
  const IpfSolution s = solved(a.points(), b.points(), reference("\"brownian\"", 1), precise);
  const PlanBridge& bridge = of(s);
  const Matrix<double> map = barycentric_map(bridge.plan());
  for (int i = 0; i < 23; ++i) CHECK(near(end_at(bridge, Direction::forward, 0, a.x[i][0]), map[i][0], 1e-10));
  // backward from t = 1 by Bayes: sum_i P_ij x_i / sum_i P_ij
  std::vector<double> row(31), sum(31), mean(31);
  for (int64_t i = 0; i < 23; ++i) {
    bridge.plan().row(i, row.data());
    for (std::size_t j = 0; j < 31; ++j) sum[j] += row[j], mean[j] += row[j] * a.x[i][0];
  }
  for (std::size_t j = 0; j < 31; ++j) CHECK(near(end_at(bridge, Direction::backward, 1, b.x[int64_t(j)][0]), mean[j] / sum[j], 1e-10));
  // where nothing is left to go the end is the nearest point
  CHECK(end_at(bridge, Direction::forward, 1, b.x[7][0] + .01) == b.x[7][0]);
  CHECK(end_at(bridge, Direction::backward, 0, a.x[7][0] + .01) == a.x[7][0]);
  // far outside: finite, on the side where it is
  CHECK(near(end_at(bridge, Direction::forward, .999, 1e4), b.x[30][0], 1e-9));

  const Line one(2, 1, 2);
  Matrix<double> point(1, 1);
  point[0][0] = 2;
  const IpfSolution p = solved({point, nullptr}, b.points(), reference("\"brownian\"", .3), precise);
  for (const double t : {.1, .9}) CHECK(end_at(*p.bridge, Direction::backward, t, -5) == 2);
}

TEST_CASE("rows at a time between have the moments of the plan and its pinned reference", "[plan]") {
  const int n = 4000;
  Matrix<double> x(n, 2), y(900, 2);
  normals(Stream(1) / "x", {0, n}, 0, x), normals(Stream(1) / "y", {0, 900}, 0, y);
  for (int j = 0; j < 900; ++j) y[j][0] = 2 + .5 * y[j][0];
  for (const char* kind : {"\"brownian\"", R"({"type": "ou", "rate": 0.7})"}) {
    const auto process = reference(kind, .7);
    const IpfSolution s = solved({x, nullptr}, {y, nullptr}, process, "\"sinkhorn\"");
    const Matrix<double> map = barycentric_map(of(s).plan()), first = of(s).first();
    for (std::size_t k = 0; k < x.v.size(); ++k) CHECK(near(first.v[k], x.v[k], 1e-14));
    CHECK(of(s).marginal(0, Stream(2)).v == first.v);
    for (const double t : {.3, .8, 1.}) {
      const Matrix<double> mid = of(s).marginal(t, Stream(2));
      const Pinned at(*process, t);
      double off = 0, square = 0, spread = 0;  // of the first coordinate about its mean given x0
      for (int i = 0; i < n; ++i) {
        const double d = mid[i][0] - at.a * x[i][0] - at.b * map[i][0];
        off += d, square += d * d;
        // Var(X_t | x0) = b^2 Var(X1 | x0) + s^2
        std::vector<double> w(900);
        double here = 0;
        of(s).plan().second_from_first().weights(of(s).plan().x[i], of(s).plan().eps, w.data());
        if (i % 20 == 0)
          for (int j = 0; j < 900; ++j) here += w[std::size_t(j)] * std::pow(y[j][0] - map[i][0], 2);
        if (i % 20 == 0) spread += at.b * at.b * here + at.s * at.s;
      }
      spread /= n / 20;
      CAPTURE(kind, t, off / n, square / n, spread);
      CHECK(std::abs(off / n) < 4 * std::sqrt(spread / n));
      CHECK(std::abs(square / n / spread - 1) < 4 * std::sqrt(2. / n) + .03);  // the spread is a mean over 200 rows
    }
  }
}

TEST_CASE("the sets of a plan as laws, and the default sigma", "[plan]") {
  Matrix<double> x(3, 1), y(2, 1);
  x.v = {1, 2, 3}, y.v = {0, 4};
  const std::vector<double> w{1, 0, 3};
  const IpfSolution s = solved({x, w.data()}, {y, nullptr}, reference("\"brownian\"", 1), "\"sinkhorn\"");
  Matrix<double> rows(8000, 1);
  of(s).law(0).draw(Stream(1), {0, 8000}, rows);
  int ones = 0;
  for (const double v : rows.v) {
    REQUIRE((v == 1 || v == 3));
    ones += v == 1;
  }
  CHECK(std::abs(ones - 2000) < 4 * std::sqrt(8000 * .25 * .75));
  for (const Direction way : {Direction::backward, Direction::forward}) {  // who goes forward starts in the first set
    of(s).start(way)->draw(Stream(1), {0, 8000}, rows);
    for (const double v : rows.v) REQUIRE((way == Direction::forward ? v == 1 || v == 3 : v == 0 || v == 4));
  }
  // variances .75 and 4 about the sets' own means, three rows and two
  CHECK(near(default_sigma({x, w.data()}, {y, nullptr}), std::sqrt((3 * .75 + 2 * 4) / 5) / 2, 1e-14));
  Matrix<double> point(1, 1);
  CHECK_THROWS_AS(default_sigma({point, nullptr}, {point, nullptr}), Error);
}
