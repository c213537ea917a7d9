// The closed-form bridge of two Gaussians: the identities that characterise it, golden numbers, and its law under the real sampling loop.
#include "bridge/gaussian.h"

#include "bridge/fixtures.h"

using namespace bridges_test;

namespace {

double off(const Matrix<double>& a, const Matrix<double>& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.v.size(); ++i) worst = std::max(worst, std::abs(a.v[i] - b.v[i]));
  return worst;
}

// The linear part of the drift in the direction of falling u.
Matrix<double> slope(const GaussianBridge& g, Direction way, double t) {
  const Schedule& s = *g.schedule(way);
  const PinnedDrift drift(s, s.at(to_go(way, t)));
  Matrix<double> A = g.end(way, t).K;
  for (double& v : A.v) v *= drift.end;
  for (int64_t i = 0; i < A.rows; ++i) A[i][i] += drift.x;
  return A;
}

}  // namespace

TEST_CASE("the bridge of two Gaussians solves the static problem", "[gaussian]") {
  for (const char* kind : kinds)
    for (const double sigma : {.3, 1., 2.}) {
      const GaussianBridge g = correlated(kind, sigma);
      const int64_t d = 3;
      const Gaussian p0 = g.marginal(0), p1 = g.marginal(1);
      Matrix<double> J(2 * d, 2 * d);
      for (int64_t i = 0; i < d; ++i)
        for (int64_t j = 0; j < d; ++j) {
          J[i][j] = p0.cov[i][j], J[d + i][d + j] = p1.cov[i][j];
          J[i][d + j] = g.cross()[i][j], J[d + i][j] = g.cross()[j][i];
        }
      // The density of the plan over that of the reference is a product: the precision's off-diagonal block is the reference's.
      const Level end = g.schedule(Direction::backward)->at(1);
      const Matrix<double> P = inverse(J);
      for (int64_t i = 0; i < d; ++i)
        for (int64_t j = 0; j < d; ++j) REQUIRE(near(P[i][d + j], i == j ? -end.alpha / (end.sigma * end.sigma) : 0, 1e-9));
    }
}

TEST_CASE("drifts of a Gaussian bridge obey Nelson and Lyapunov", "[gaussian]") {
  for (const char* kind : kinds) {
    const GaussianBridge g = correlated(kind, .8);
    const Schedule& s = *g.schedule(Direction::backward);
    for (const double t : {.1, .5, .83}) {
      const Matrix<double> A = slope(g, Direction::forward, t), B = slope(g, Direction::backward, t), S = g.marginal(t).cov;
      const double g2 = s.g2(t), h = 1e-4;
      // v_f + v_b = g^2 grad log p
      Matrix<double> sum = A, score = inverse(S);
      for (std::size_t i = 0; i < sum.v.size(); ++i) sum.v[i] += B.v[i], score.v[i] *= -g2;
      CHECK(off(sum, score) < 1e-9);
      CHECK(off(A, transposed(A)) < 1e-9);
      // dS/dt = A S + S A^T + g^2 I, and the same back in time
      const Matrix<double> late = g.marginal(t + h).cov, early = g.marginal(t - h).cov, AS = times(A, S), BS = times(B, S);
      for (int64_t i = 0; i < 3; ++i)
        for (int64_t j = 0; j < 3; ++j) {
          const double rate = (late[i][j] - early[i][j]) / (2 * h), noise = i == j ? g2 : 0;
          CHECK(near(rate, AS[i][j] + AS[j][i] + noise, 1e-6));
          CHECK(near(-rate, BS[i][j] + BS[j][i] + noise, 1e-6));
        }
    }
  }
}

TEST_CASE("golden couplings of Gaussians", "[gaussian]") {
  const double golden[][2] = {{1, .618034}, {.5, .882782}, {2, .236068}, {.1, .995012}};
  for (const auto& [sigma, c] : golden) CHECK(near(scalar(0, 1, 0, 1, sigma).cross()[0][0], c, 1e-6));
  CHECK(near(scalar(0, 1, 0, 1, 1, R"({"type": "ou", "rate": 0.5})").cross()[0][0], .6065307, 1e-7));
  const double e = M_SQRT1_2;
  const Matrix<double> s1 = matrix(2, 2, {e * e * 1.25, e * e * .75, e * e * .75, e * e * 1.25});
  const double fixture[][5] = {{2, .15012, .08953, .02238, .03820},
                               {1, .42759, .24140, .06035, .12584},
                               {.5, .65908, .32155, .08039, .25713},
                               {.2, .75331, .33103, .08276, .33952}};
  for (const auto& row : fixture) {
    const GaussianBridge g({{0, 0}, matrix(2, 2, {1, 0, 0, .25})}, {{0, 0}, s1}, reference("\"brownian\"", row[0]));
    for (int k = 0; k < 4; ++k) CHECK(near(g.cross().v[std::size_t(k)], row[k + 1], 1e-5));
  }
  // A stationary Ornstein-Uhlenbeck process is its own bridge.
  const GaussianBridge still = scalar(0, 1, 0, 1, 1, R"({"type": "ou", "rate": 0.5})");
  for (const double t : {.1, .6}) {
    CHECK(near(still.marginal(t).cov[0][0], 1, 1e-12));
    CHECK(near(slope(still, Direction::forward, t)[0][0], -.5, 1e-12));
  }
}

// The law of the end under a rule with the exact drift, by impulses through the sampler: (variance, Cov(start, end)).
static std::pair<double, double> simulated(const GaussianBridge& g, Direction way, int steps, Final end,
                                           const std::string& rule = "euler-maruyama") {
  const double start = g.marginal(way == Direction::forward ? 0 : 1).cov[0][0];
  const Carried to = through(g, way, steps, end, rule);
  return {to.slope[0][0] * to.slope[0][0] * start + to.noise[0][0], to.slope[0][0] * start};
}

TEST_CASE("the exact drift through the sampler: variance to O(1/N), covariance exact for every N", "[gaussian]") {
  const double table[][2] = {{10, 1.03169}, {20, 1.01565}, {50, 1.00621}, {100, 1.00310}, {1000, 1.00031}};
  for (const Direction way : {Direction::forward, Direction::backward}) {
    const GaussianBridge g = scalar(-.1, 1, .1, 1, 1);
    for (const auto& [N, v] : table) {
      const auto [variance, covariance] = simulated(g, way, int(N), Final::noise);
      CHECK(near(variance, v, 1e-5));
      CHECK(near(covariance, .6180339887, 1e-9));  // the drift is a martingale along the path
    }
    CHECK(near(simulated(g, way, 20, Final::step).first, .96565, 1e-5));
  }
  // With a pull the reference's drift is only first order, and both ways converge to the closed form.
  for (const char* kind : kinds) {
    const GaussianBridge g = scalar(0, 1.4, 0, .6, .9, kind);
    for (const Direction way : {Direction::forward, Direction::backward}) {
      const double goal = g.marginal(way == Direction::forward ? 1 : 0).cov[0][0];
      const double e1 = simulated(g, way, 400, Final::noise).first - goal, e2 = simulated(g, way, 800, Final::noise).first - goal;
      CHECK(near(e1 / e2, 2, .05));
      CHECK(near(simulated(g, way, 800, Final::noise).second, g.cross()[0][0], 2e-3));
    }
  }
}

TEST_CASE("Adams-Bashforth through the sampler is of weak order two in variance and covariance", "[gaussian]") {
  for (const char* kind : kinds)
    for (const Direction way : {Direction::forward, Direction::backward}) {
      INFO(kind << (way == Direction::forward ? " forward" : " backward"));
      const GaussianBridge g = scalar(0, 1.4, 0, .6, .9, kind);
      const double goal[] = {g.marginal(way == Direction::forward ? 1 : 0).cov[0][0], g.cross()[0][0]};
      const auto [v1, c1] = simulated(g, way, 200, Final::noise, "adams-bashforth");
      const auto [v2, c2] = simulated(g, way, 400, Final::noise, "adams-bashforth");
      CHECK(near((v1 - goal[0]) / (v2 - goal[0]), 4, .15));
      if (std::abs(c1 - goal[1]) > 1e-9) CHECK(near((c1 - goal[1]) / (c2 - goal[1]), 4, .15));
    }
  // The same recursion written out for the standard example, 20 steps: Euler-Maruyama has 1.01565.
  const GaussianBridge g = scalar(-.1, 1, .1, 1, 1);
  CHECK(near(simulated(g, Direction::forward, 20, Final::noise, "adams-bashforth").first, 1.0024552487, 1e-9));
}

TEST_CASE("the flow of a Gaussian bridge carries one marginal to the other", "[gaussian]") {
  for (const char* kind : kinds) {
    const GaussianBridge g = scalar(.5, 1.4, -.3, .6, .9, kind);
    for (const Direction way : {Direction::forward, Direction::backward}) {
      const Gaussian from = g.marginal(way == Direction::forward ? 0 : 1), to = g.marginal(way == Direction::forward ? 1 : 0);
      const Way go = g.flow(way);
      const auto rule = affine::built<std::unique_ptr<StepRule>>(samplers(), "\"heun\"");
      const Plan plan = make_plan(*go.schedule, *affine::built<std::unique_ptr<Grid>>(grids(), "\"even\""), 400, Final::step);
      Matrix<double> x(2, 1);
      Progress silent;
      const affine::Impulses noise(1);
      Sampler{*go.schedule,
              *go.denoiser,
              *rule,
              *rule,
              plan,
              noise,
              [](Rows r, Mat<double> v) {
                for (int i = 0; i < r.n; ++i) v[i][0] = r[i] == 1;
              }}
          .run({0, 2}, x, silent);
      const double a = x[1][0] - x[0][0];
      CHECK(near(a * a * from.cov[0][0], to.cov[0][0], 2e-3));
      CHECK(near(a * from.mean[0] + x[0][0], to.mean[0], 2e-3));
    }
  }
}
