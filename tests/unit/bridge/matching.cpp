// Bridge matching on exact pairs: what is regressed is the conditional expectation of the closed form, under every reference and output.
#include "bridge/coupling.h"
#include "bridge/fixtures.h"
#include "bridge/head.h"

using namespace bridges_test;

namespace {

Value head_options(const std::string& json) {
  std::vector<Option> o = EndHead::options();
  for (auto& b : BridgeMatching::options()) o.push_back(b);
  std::vector<std::string> problems;
  Value v = resolve(o, parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

// Rows [x0, x1] of the static bridge: x0 ~ p0, x1 = E[x1 | x0] + noise.
Matrix<double> plan_rows(const GaussianBridge& g, int64_t n, Stream stream) {
  const double v0 = g.marginal(0).cov[0][0], v1 = g.marginal(1).cov[0][0], c = g.cross()[0][0];
  Matrix<double> z(n, 2), rows(n, 2);
  normals(stream, {0, int(n)}, 0, z);
  for (int64_t i = 0; i < n; ++i) {
    rows[i][0] = g.marginal(0).mean[0] + std::sqrt(v0) * z[i][0];
    rows[i][1] = g.marginal(1).mean[0] + c / std::sqrt(v0) * z[i][0] + std::sqrt(v1 - c * c / v0) * z[i][1];
  }
  return rows;
}

}  // namespace

TEST_CASE("pinned states, targets and drifts of a bridge agree", "[matching]") {
  const int n = 200000;
  for (const char* kind : {"\"brownian\"", R"({"type": "ou", "rate": 0.7})", R"({"type": "vp", "beta_min": 0.2, "beta_max": 3})"}) {
    const GaussianBridge g = scalar(.4, 1.3, -.2, .7, .8, kind);
    for (const Direction way : {Direction::backward, Direction::forward})
      for (const char* predict : {"scaled", "endpoint", "drift"}) {
        const Value o = head_options(std::string(R"({"network": {"type": "mlp", "width": 4}, "predict": ")") + predict + "\"}");
        const EndHead head(o, 1, Stream(1), 0, g, way);
        const BridgeMatching matching(head, o);
        Matrix<double> ends = plan_rows(g, n, Stream(3)), x(n, 1);
        Query q;
        q.x = {{0, n}, {x}};
        q.at.resize(std::size_t(n)), q.weight.resize(std::size_t(n)), q.target = Matrix<float>(n, 1);
        matching.fill(Stream(5), {{0, n}, {ends}}, head, q);
        // In each tenth of [0, 1]: the end read off the target, less its exact expectation, is orthogonal to 1 and to x.
        double sum[10] = {}, against[10] = {}, square[10] = {}, count[10] = {};
        for (int i = 0; i < n; ++i) {
          const Level& l = q.at[std::size_t(i)];
          const double t = to_go(way, l.t);
          const Canonical k = head.canonical(l);
          const GaussianBridge::Affine exact = g.end(way, t);
          const double at = x[i][0] - g.marginal(t).mean[0];
          const double rest = k.k0 * x[i][0] + k.k1 * double(q.target[i][0]) - exact.offset[0] - exact.K[0][0] * x[i][0];
          const int bin = std::min(9, int(t * 10));
          sum[bin] += rest, against[bin] += rest * at, square[bin] += rest * rest, count[bin] += 1;
        }
        for (int b = 0; b < 10; ++b) {
          const double sd = std::sqrt(square[b] / count[b]), error = sd / std::sqrt(count[b]);
          CHECK(std::abs(sum[b] / count[b]) < 4 * error);
          CHECK(std::abs(against[b] / count[b]) < 4 * error * 1.2);
        }
      }
  }
}

TEST_CASE("scaled targets have unit size at every time for independent ends of unit variance", "[matching]") {
  const int n = 100000;
  const GaussianBridge g = scalar(0, 1, 0, 1, .6);
  const Value o = head_options(R"({"network": {"type": "mlp", "width": 4}})");
  for (const Direction way : {Direction::backward, Direction::forward}) {
    const EndHead head(o, 1, Stream(1), 0, g, way);
    const BridgeMatching matching(head, o);
    Matrix<double> ends(n, 2), x(n, 1);
    normals(Stream(7), {0, n}, 0, ends);
    Query q;
    q.x = {{0, n}, {x}};
    q.at.resize(std::size_t(n)), q.weight.resize(std::size_t(n)), q.target = Matrix<float>(n, 1);
    matching.fill(Stream(9), {{0, n}, {ends}}, head, q);
    double square[4] = {}, count[4] = {};
    for (int i = 0; i < n; ++i) {
      const int bin = std::min(3, int(q.at[std::size_t(i)].t * 4));
      square[bin] += std::pow(double(q.target[i][0]), 2), count[bin] += 1;
      REQUIRE(q.weight[std::size_t(i)] == 1);
    }
    for (int b = 0; b < 4; ++b) CHECK(near(square[b] / count[b], 1, .03));
  }
}

TEST_CASE("couplings: matched batches are permutations, every row once an epoch", "[coupling]") {
  const int n = 96, batch = 32;
  Matrix<double> a(n, 1), b(n, 1);
  for (int i = 0; i < n; ++i) a[i][0] = (i * 37) % n, b[i][0] = 1000 + (i * 41) % n;
  const Side p0 = Side::rows(a, {}), p1 = Side::rows(b, {});
  const auto matched = minibatch_ot(p0, p1, batch, Stream(1)), loose = independent(p0, p1, batch, Stream(1));
  std::set<double> seen[2];
  for (int64_t step = 0; step < 3; ++step) {
    matched->prepare(step);
    Matrix<double> pairs(batch, 2), same(batch, 2);
    State s{{0, batch}, {pairs}}, l{{0, batch}, {same}};
    matched->draw(step, s.rows, s);
    loose->draw(step, l.rows, l);
    for (int i = 0; i < batch; ++i) {
      seen[0].insert(pairs[i][0]), seen[1].insert(pairs[i][1]);
      CHECK(pairs[i][0] == same[i][0]);
      for (int j = 0; j < i; ++j) REQUIRE((pairs[i][0] < pairs[j][0]) == (pairs[i][1] < pairs[j][1]));  // on the line: monotone
    }
  }
  CHECK(seen[0].size() == std::size_t(n));
  CHECK(seen[1].size() == std::size_t(n));
}

TEST_CASE("couplings: the reference takes x0 to its end", "[coupling]") {
  const int n = 40000;
  Matrix<double> a(n, 1), pairs(n, 2);
  for (int i = 0; i < n; ++i) a[i][0] = i % 2 ? 1 : -2;
  for (const char* kind : kinds) {
    const auto schedule = reference(kind, .6);
    const Level end = schedule->at(1);
    State s{{0, n}, {pairs}};
    from_reference(Side::rows(a, {}), Side::rows(a, {}), *schedule, n, Stream(5))->draw(3, s.rows, s);
    double mean[2] = {}, square[2] = {};
    for (int i = 0; i < n; ++i) {
      const int k = pairs[i][0] > 0;
      const double z = (pairs[i][1] - end.alpha * pairs[i][0]) / end.sigma;
      mean[k] += z / (n / 2), square[k] += z * z / (n / 2);
    }
    for (const int k : {0, 1}) {
      CHECK(std::abs(mean[k]) < 4 / std::sqrt(n / 2.));
      CHECK(std::abs(square[k] - 1) < 4 * std::sqrt(4. / n));  // variance of z^2: 2
    }
  }
}

TEST_CASE("simulated pairs keep the row that they start from, and follow the law of the bridge", "[coupling]") {
  const GaussianBridge g = scalar(0, 1, 0, 1, 1);
  const int n = 20000;
  Matrix<double> a(n, 1), b(n, 1);
  normals(Stream(2) / "a", {0, n}, 0, a);
  normals(Stream(2) / "b", {0, n}, 0, b);
  for (const Direction way : {Direction::forward, Direction::backward}) {
    const auto pairs = [&](int64_t step, int64_t stride) {
      const auto source = simulated(
          Side::rows(a, {}), Side::rows(b, {}),
          {g, way, affine::built<std::unique_ptr<StepRule>>(samplers(), "\"euler-maruyama\""), 50, Final::noise, n, stride}, n, Stream(4));
      source->prepare(step);
      Matrix<double> rows(n, 2);
      State s{{0, n}, {rows}};
      source->draw(step, s.rows, s);
      return rows;
    };
    const Matrix<double> rows = pairs(0, 1);
    const int from = way == Direction::forward ? 0 : 1;
    std::set<double> starts, data(from ? b.v.begin() : a.v.begin(), from ? b.v.end() : a.v.end());
    double cross = 0, square = 0;
    for (int i = 0; i < n; ++i)
      starts.insert(rows[i][from]), cross += rows[i][0] * rows[i][1] / n, square += std::pow(rows[i][1 - from], 2) / n;
    CHECK(starts == data);
    CHECK(near(cross, .618, .025));
    CHECK(near(square, 1.006, .035));
    CHECK(pairs(0, 7).v == rows.v);  // a pure function of the refresh
    CHECK_FALSE(pairs(7, 7).v == rows.v);
    CHECK(pairs(7, 7).v == pairs(7, 7).v);
  }
}

TEST_CASE("entropic pairs have the covariance of the static bridge, and every row once an epoch", "[coupling]") {
  const int n = 1500;
  Matrix<double> a(n, 1), b(n, 1);
  for (int i = 0; i < n; ++i) {  // quantiles of N(0, 1)
    double lo = -9, hi = 9;
    for (int k = 0; k < 60; ++k) (std::erfc(-(lo + hi) / 2 / M_SQRT2) / 2 < (i + .5) / n ? lo : hi) = (lo + hi) / 2;
    a[i][0] = b[i][0] = lo;
  }
  for (const double sigma : {.5, 1.}) {
    const auto source = entropic(Side::rows(a, {}), Side::rows(b, {}), sigma, n, Stream(6));
    double cross = 0;
    for (int64_t step = 0; step < 20; ++step) {
      Matrix<double> pairs(n, 2);
      State s{{0, n}, {pairs}};
      source->prepare(step);
      source->draw(step, s.rows, s);
      std::set<double> seen;
      for (int i = 0; i < n; ++i) seen.insert(pairs[i][0]), cross += pairs[i][0] * pairs[i][1] / (20 * n);
      REQUIRE(seen.size() == std::size_t(n));
    }
    CHECK(near(cross, scalar(0, 1, 0, 1, sigma).cross()[0][0], .015));
    // in smaller batches, too; and partners are the same whether the sums of the plan's rows are kept (in float) or found again
    const auto whole = entropic(Side::rows(a, {}), Side::rows(b, {}), sigma, n / 3, Stream(6)),
               again = entropic(Side::rows(a, {}), Side::rows(b, {}), sigma, n / 3, Stream(6), 0);
    whole->prepare(0), again->prepare(0);
    std::set<double> seen;
    int other = 0;
    for (int64_t step = 0; step < 3; ++step) {
      Matrix<double> kept(n / 3, 2), found(n / 3, 2);
      State s{{0, n / 3}, {kept}}, t{{0, n / 3}, {found}};
      whole->draw(step, s.rows, s), again->draw(step, t.rows, t);
      for (int i = 0; i < n / 3; ++i) seen.insert(kept[i][0]), other += kept[i][1] != found[i][1];
    }
    CHECK(seen.size() == std::size_t(n));
    CHECK(other < 5);
  }
}
