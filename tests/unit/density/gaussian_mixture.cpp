#include "density/gaussian_mixture.h"

#include "test.h"

using namespace dm;

static std::unique_ptr<Density> density(const std::string& json) {
  std::vector<std::string> problems;
  const Value v = resolve(densities(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return make<std::unique_ptr<Density>>(densities(), v);
}

static const char* two =
    R"({"type":"gaussian_mixture","weights":[1,3],"means":[[0,1],[2,-1]],"covariances":[[[1,0.5],[0.5,2]],[0.3,0.1]]})";

TEST_CASE("gaussian mixture: the prediction is Tweedie's formula on log p") {
  const auto p = density(two);
  for (const auto& [alpha, sigma] : {std::pair{1., .5}, {.6, .8}, {.1, 2.}}) {
    const Level l{.5, -1, alpha, sigma};
    Matrix<double> x(1, 2), x0(1, 2), eps(1, 2);
    x[0][0] = .4, x[0][1] = -.3;
    Pred out{x0, eps};
    State s{{0, 1}, {x}};
    p->eval(s, {&l, true}, out);
    for (int j = 0; j < 2; ++j) {
      const double h = 1e-5, keep = x[0][j];
      double up, down;
      x[0][j] = keep + h, p->logp(x, l, &up);
      x[0][j] = keep - h, p->logp(x, l, &down);
      x[0][j] = keep;
      CHECK(near(eps[0][j], -sigma * (up - down) / (2 * h), 1e-8));
      CHECK(near(alpha * x0[0][j] + sigma * eps[0][j], keep, 1e-12));
    }
  }
}

TEST_CASE("gaussian mixture: density integrates to one, draws have its moments") {
  const auto p = density(two);
  const Level l{0, -1, 1, .3};
  double mass = 0;
  const double h = .05;
  Matrix<double> x(1, 2);
  for (double a = -7; a < 8; a += h)
    for (double b = -8; b < 8; b += h) {
      x[0][0] = a, x[0][1] = b;
      double lp;
      p->logp(x, l, &lp);
      mass += std::exp(lp) * h * h;
    }
  CHECK(std::abs(mass - 1) < 1e-6);
  const int n = 100000;
  Matrix<double> y(n, 2);
  p->draw(Stream(1) / "draw", {0, n}, y);
  double m[2] = {}, c = 0;
  for (int i = 0; i < n; ++i) m[0] += y[i][0] / n, m[1] += y[i][1] / n;
  for (int i = 0; i < n; ++i) c += (y[i][0] - 1.5) * (y[i][1] + .5) / n;
  CHECK(std::abs(m[0] - 1.5) < 4 * std::sqrt((.25 * 1 + .75 * .3 + .75) / n));
  CHECK(std::abs(m[1] + .5) < 4 * std::sqrt((.25 * 2 + .75 * .1 + .75) / n));
  CHECK(std::abs(c - (.25 * .5 - .75)) < .02);  // E[cov] + cov of the means
}

TEST_CASE("gaussian mixture: bad specs are sentences") {
  for (const std::string bad :
       {R"({"type":"gaussian_mixture","means":[[0,1]],"weights":[1,2]})", R"({"type":"gaussian_mixture","means":[]})",
        R"({"type":"gaussian_mixture","means":[[0,0]],"covariances":[[[1,2],[0,1]]]})",
        R"({"type":"gaussian_mixture","means":[[0,0]],"covariances":[[[1,2],[2,1]]]})", R"({"type":"gaussian","mean":[]})"})
    CHECK_THROWS_AS(density(bad), Error);
}

TEST_CASE("the posterior of a noised mixture obeys Bayes") {
  Matrix<double> means(2, 2), c1(2, 2), c2(2, 2);
  means.v = {-1, .5, 1, 0}, c1.v = {.5, .2, .2, .4}, c2.v = {.3, -.1, -.1, .9};
  const GaussianMixture p({.3, .7}, means, {c1, c2});
  const Level clean, at{.5, -1, .8, .6};
  Matrix<double> x(1, 2), x0(1, 2);
  x.v = {.4, -.7};
  const GaussianMixture posterior = p.posterior(x[0], at);
  double evidence, prior, after;
  p.logp(x, at, &evidence);
  for (const double a : {-1., .3, 2.}) {
    x0.v = {a, .5 - a};
    p.logp(x0, clean, &prior);
    posterior.logp(x0, clean, &after);
    double q = 0;
    for (int j = 0; j < 2; ++j) q += std::pow(x.v[std::size_t(j)] - .8 * x0.v[std::size_t(j)], 2);
    CHECK(std::abs(prior - q / (2 * .36) - std::log(2 * M_PI * .36) - evidence - after) < 1e-12);
  }
}
