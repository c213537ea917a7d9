// What a trajectory cache holds, against the exact moments of its chain: states, targets of the regression and time labels; and the law
// of cdsb-c.
#include "bridge/trajectories.h"

#include <map>

#include "bridge/fixtures.h"
#include "bridge/regressed.h"
#include "core/parallel.h"

using namespace bridges_test;

namespace trajectories_test {

// The reference unsteered, either way: pinned at the end that it drifts to, its drift is -f x.
struct Unsteered : Bridge {
  struct End : EndDenoiser {
    const Unsteered& bridge;
    End(const Unsteered& b, Direction way) : EndDenoiser(way), bridge(b) {}
    int dim() const override { return 1; }
    void end(Mat<const double> x, const double* t, Mat<double> out) const override {
      for (int64_t i = 0; i < x.rows; ++i) out[i][0] = x[i][0] / bridge.schedule(direction)->at(to_go(direction, t[i])).alpha;
    }
  };
  End back{*this, Direction::backward}, forth{*this, Direction::forward};
  using Bridge::Bridge;
  int dim() const override { return 1; }
  const Denoiser& ends(Direction way) const override { return way == Direction::forward ? forth : back; }
};

struct Group {
  double n = 0, xx = 0, xe = 0;
};

}  // namespace trajectories_test
using namespace trajectories_test;

// x_{k+1} = a x_k + g sqrt(h) z with a = 1 - f h, V_{k+1} = a^2 V_k + g^2 h, E[x_k | x_{k+1}] = a V_k / V_{k+1} x_{k+1}: at each label u
// the second moment of x and the slope of the regression of the end on x, within 4.5 standard errors. At N = 8 a label that is off by one
// is seen in both.
TEST_CASE("a trajectory cache holds the chain, its reversal's means and the times at which the sampler asks", "[dsb]") {
  const int M = 40000, N = 8;
  const double h = 1.0 / N;
  Matrix<double> x(M, 1);
  normals(Stream(3), {0, M}, 0, x);
  double m = 0, v = 0;
  for (const double e : x.v) m += e / M;
  for (const double e : x.v) v += (e - m) * (e - m) / M;
  for (double& e : x.v) e = (e - m) / std::sqrt(v);
  const Side side = Side::rows(x, {});
  for (const char* kind : {"\"brownian\"", R"({"type": "ou", "rate": 1})"})
    for (const Direction way : {Direction::forward, Direction::backward})
      for (const bool mean_match : {true, false}) {
        const Unsteered bridge(reference(kind, 1));
        const Schedule &own = *bridge.schedule(way), &trained = *bridge.schedule(opposite(way));
        const auto source = trajectories(side, side, {bridge.sde(way), way, trained, N, M, 1, mean_match}, N * M, Stream(4));
        source->prepare(0);
        Matrix<double> rows(N * M, 3);
        State all{{0, N * M}, {rows}};
        source->draw(0, all.rows, all);
        std::map<double, Group> groups;
        for (int i = 0; i < N * M; ++i) {
          Group& g = groups[rows[i][2]];
          g.n += 1, g.xx += rows[i][0] * rows[i][0], g.xe += rows[i][0] * rows[i][1];
        }
        REQUIRE(groups.size() == std::size_t(N));
        const Plan asked = make_plan(trained, *affine::built<std::unique_ptr<Grid>>(grids(), "\"even\""), N, Final::noise);
        double V = 1;
        int k = 0;
        for (const auto& [u, g] : groups) {  // ascending: k = 0, 1, ...
          const double f = own.f(1 - k * h), g2 = own.g2(1 - k * h), a = 1 - f * h, next = a * a * V + g2 * h;
          const double back = a * V / next, slope = mean_match ? 1 + a * (back - 1) : back;
          const PinnedDrift drift(trained, trained.at((k + 1) * h));
          CAPTURE(kind, way == Direction::forward, mean_match, k);
          CHECK(near(u, asked[std::size_t(N - 1 - k)].from.t, 1e-12));
          CHECK(g.n == M);
          CHECK(std::abs(g.xx / M - next) < 4.5 * next * std::sqrt(2.0 / M));
          const double noise = std::sqrt(g2 / h) / drift.end;
          CHECK(std::abs(g.xe / g.xx - ((slope - 1) / h - drift.x) / drift.end) < 4.5 * noise / std::sqrt(next * M));
          V = next, ++k;
        }
      }
}

TEST_CASE("the second law of cdsb-c is the regression of the first set on its condition", "[dsb]") {
  const int n = 20000;
  Matrix<double> x(n, 2), given(n, 3), z(n, 4);
  normals(Stream(5), {0, n}, 0, z);
  for (int i = 0; i < n; ++i) {
    given[i][0] = z[i][0], given[i][1] = z[i][1], given[i][2] = 1;
    x[i][0] = 1 + 2 * z[i][0] - z[i][1] + .3 * z[i][2];
    x[i][1] = z[i][0] * z[i][1] + .3 * z[i][3];
  }
  std::vector<std::string> problems;
  Regressed law(2, 3, resolve(features(), parse_json(R"({"type": "polynomial", "degree": 2})", "test"), "", problems));
  law.fit(x, given, {}, 1e-6, Stream(6));
  CHECK(near(law.deviation(), .3, .005));  // 3.3 standard errors of .3 / sqrt(4 n)
  const double y[] = {.5, -2, 1};
  double m[2];
  law.mean(y, m);
  CHECK(near(m[0], 4, .03));
  CHECK(near(m[1], -1, .03));
  Matrix<double> at(1000, 3), drawn(1000, 2), half(500, 2);
  for (int i = 0; i < 1000; ++i) std::copy_n(y, 3, at[i]);
  law.draw(Stream(7), {0, 1000}, at, drawn);
  double mean = 0, square = 0;
  for (int i = 0; i < 1000; ++i) mean += drawn[i][0] / 1000, square += std::pow(drawn[i][0] - m[0], 2) / 1000;
  CHECK(std::abs(mean - m[0]) < 4.5 * .3 / std::sqrt(1000.));
  CHECK(std::abs(square / .09 - 1) < 4.5 * std::sqrt(2. / 1000));
  law.draw(Stream(7), {500, 500}, at.view().slice(0, 500), half);
  for (int i = 0; i < 500; ++i) CHECK(half[i][1] == drawn[500 + i][1]);
  // weights: a row of weight two is a row twice
  Matrix<double> twice_x(n + 1, 2), twice_given(n + 1, 3);
  for (int i = 0; i <= n; ++i) std::copy_n(x[i % n], 2, twice_x[i]), std::copy_n(given[i % n], 3, twice_given[i]);
  std::vector<double> weights(static_cast<std::size_t>(n), 1.0);
  weights[0] = 2;
  Regressed heavy(2, 3, parse_json(R"({"type": "linear"})", "test")), twice(2, 3, parse_json(R"({"type": "linear"})", "test"));
  heavy.fit(x, given, weights, 1e-6, Stream(6));
  twice.fit(twice_x, twice_given, {}, 1e-6, Stream(6));
  double a[2], b[2];
  heavy.mean(y, a), twice.mean(y, b);
  CHECK(near(a[0], b[0], 1e-12));
  CHECK(near(heavy.deviation(), twice.deviation(), 1e-12));
}
