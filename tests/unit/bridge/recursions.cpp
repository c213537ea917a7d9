// The exact iterates of IPF and IMF between Gaussians: their tables, rates, and the closed form as their fixed point.
#include "bridge/recursions.h"

using namespace bridges_test;

TEST_CASE("the iterates of IPF between Gaussians", "[recursions]") {
  const Gaussian p0{{-.1}, matrix(1, 1, {1})}, p1{{.1}, matrix(1, 1, {1})};
  // after half-steps 1 .. 6: c, V0, V1, m0, m1
  const double table[][5] = {{.5, .75, 1, 0, .1},           {.66667, 1, 1.11111, -.1, .03333}, {.6, .96, 1, -.06, .1},
                             {.625, 1, 1.01562, -.1, .075}, {.61538, .99408, 1, -.08462, .1},  {.61905, 1, 1.00227, -.1, .09048}};
  Joint j = started(p0, *reference("\"brownian\"", 1));
  for (int n = 0; n < 6; ++n) {
    j = n % 2 ? fitted0(j, p0) : fitted1(j, p1);
    const double found[] = {j.C[0][0], j.p0.cov[0][0], j.p1.cov[0][0], j.p0.mean[0], j.p1.mean[0]};
    for (int k = 0; k < 5; ++k) CHECK(near(found[k], table[n][k], 1e-5));
  }
  // per half-step the mean's error falls by c*, the covariance's by c*^2
  for (const double sigma : {1., .1}) {
    j = started(p0, *reference("\"brownian\"", sigma));
    const double c = scalar(0, 1, 0, 1, sigma).cross()[0][0];
    double mean[2], cov[2];
    for (int n = 0; n < (sigma == 1 ? 14 : 1200); ++n) {
      j = n % 2 ? fitted0(j, p0) : fitted1(j, p1);
      mean[n % 2] = std::abs(n % 2 ? j.p1.mean[0] - .1 : j.p0.mean[0] + .1), cov[n % 2] = std::abs(j.C[0][0] - c);
    }
    CHECK(near(mean[1] / mean[0], c, 1e-3));
    CHECK(near(cov[1] / cov[0], c * c, 1e-3));
  }
  // in more dimensions, with means: the closed form, for every reference
  for (const char* kind : kinds) {
    const GaussianBridge g = correlated(kind, 1);
    j = started(g.marginal(0), *g.schedule(Direction::backward));
    for (int n = 0; n < 200; ++n) j = n % 2 ? fitted0(j, g.marginal(0)) : fitted1(j, g.marginal(1));
    for (std::size_t i = 0; i < 9; ++i) CHECK(near(j.C.v[i], g.cross().v[i], 1e-9));
    for (std::size_t i = 0; i < 3; ++i) CHECK(near(j.p1.mean[i], g.marginal(1).mean[i], 1e-9));
  }
}

TEST_CASE("the iterates of IMF between Gaussians", "[recursions]") {
  const Matrix<double> one = matrix(1, 1, {1});
  const std::pair<double, std::vector<double>> table[] = {
      {1, {.54629, .61114, .61739, .61797, .61803}}, {.5, {.83351, .88095, .88272}}, {2, {.21856, .23480, .23598}}};
  for (const auto& [sigma, iterates] : table) {
    Matrix<double> C(1, 1);
    for (const double c : iterates) {
      C = projected(one, one, C, sigma);
      CHECK(near(C[0][0], c, 1e-5));
    }
  }
  // Covariances that do not commute: the rotation dies slowly when sigma is small.
  const Matrix<double> s0 = matrix(2, 2, {1, 0, 0, .25}), s1 = matrix(2, 2, {.625, .375, .375, .625});
  struct Slow {
    double sigma, rate;
    std::vector<double> errors;  // |C_n - C|, the first iterates
  };
  const Slow cases[] = {{2, .11, {}}, {1, .40, {}}, {.5, .77, {.15, .099, .076, .058, .045}}, {.2, .96, {.18, .17, .17, .16, .15}}};
  for (const auto& [sigma, rate, errors] : cases) {
    const GaussianBridge g({{0, 0}, s0}, {{0, 0}, s1}, reference("\"brownian\"", sigma));
    Matrix<double> C(2, 2);
    double error = 0, before = 0;
    for (int n = 0; n < 7; ++n) {
      C = projected(s0, s1, C, sigma, 100);
      before = error, error = 0;
      for (std::size_t i = 0; i < 4; ++i) error += std::pow(C.v[i] - g.cross().v[i], 2);
      if (std::size_t(n) < errors.size()) CHECK(near(std::sqrt(error), errors[std::size_t(n)], sigma == .2 ? .005 : .0005));
    }
    CHECK(near(std::sqrt(error / before), rate, .006));
    // the bridge itself is the fixed point
    C = projected(s0, s1, g.cross(), sigma);
    for (std::size_t i = 0; i < 4; ++i) CHECK(near(C.v[i], g.cross().v[i], 1e-8));
  }
}
