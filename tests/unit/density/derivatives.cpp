#include "density/gaussian_mixture.h"
#include "process/divergence.h"
#include "test.h"

using namespace dm;

namespace {

GaussianMixture three() {  // overlapping components, one of them flat
  Matrix<double> means(3, 2), a(2, 2), b(2, 2), c(2, 2);
  means[0][0] = -1, means[0][1] = .5, means[1][0] = 1, means[2][1] = -1;
  a[0][0] = .5, a[0][1] = a[1][0] = .2, a[1][1] = .3;
  b[0][0] = .1, b[1][1] = 1;
  c[0][0] = c[0][1] = c[1][0] = c[1][1] = .25;
  return {{.5, .2, .3}, means, {a, b, c}};
}

GaussianMixture line(std::vector<double> weights, std::vector<double> means, std::vector<double> variances) {
  Matrix<double> m(int64_t(means.size()), 1);
  m.v = means;
  std::vector<Matrix<double>> c;
  for (const double v : variances) c.emplace_back(1, 1, v);
  return {weights, m, c};
}

// d x0hat/dx and d epshat/dx of a law on the line, at x.
std::pair<double, double> slopes(const GaussianMixture& law, double x, const Level& l) {
  Matrix<double> in(1, 1, x), a(1, 1), b(1, 1), v(1, 1, 1.0);
  Pred out{a, b};
  const auto replay = law.replay({{0, 1}, {in}}, {&l, true}, out);
  replay->jvp(v, out);
  return {a[0][0], b[0][0]};
}

}  // namespace

TEST_CASE("mixture: jvp is the derivative of the prediction, vjp its transpose, and alpha dx0 + sigma deps = dx") {
  const GaussianMixture law = three();
  REQUIRE(law.differentiable());
  const int n = 40, d = 2;
  for (const Level& l : {Level{.5, -1, 1, .05}, Level{.5, -1, .9, .4}, Level{.5, -1, .3, .95}, Level{.5, -1, 1, 30}}) {
    INFO("sigma " << l.sigma);
    Matrix<double> x(n, d), v(n, d), w0(n, d), w1(n, d), x0(n, d), eps(n, d), a(n, d), b(n, d), g(n, d);
    law.draw(Stream(1), {0, n}, x);
    normals(Stream(2), {0, n}, 0, v);
    normals(Stream(3), {0, n}, 0, w0);
    normals(Stream(4), {0, n}, 0, w1);
    for (std::size_t i = 0; i < x.v.size(); ++i) x.v[i] = l.alpha * x.v[i] + l.sigma * w0.v[i];
    Pred out{x0, eps}, tangent{a, b};
    const auto replay = law.replay({{0, n}, {x}}, {&l, true}, out);
    law.eval({{0, n}, {x}}, {&l, true}, tangent);
    CHECK(a.v == x0.v);
    CHECK(b.v == eps.v);
    const double h = 1e-4 * l.sigma;
    for (int repeat = 0; repeat < 2; ++repeat) {
      replay->jvp(v, tangent);
      replay->vjp({w0, w1}, g);
    }
    double left = 0, right = 0, size = 0, worst = 0, identity = 0;
    Matrix<double> up = x, down = x, u0(n, d), u1(n, d), d0(n, d), d1(n, d);
    for (std::size_t i = 0; i < x.v.size(); ++i) up.v[i] += h * v.v[i], down.v[i] -= h * v.v[i];
    Pred pu{u0, u1}, pd{d0, d1};
    law.eval({{0, n}, {up}}, {&l, true}, pu);
    law.eval({{0, n}, {down}}, {&l, true}, pd);
    for (std::size_t i = 0; i < x.v.size(); ++i) {
      left += a.v[i] * w0.v[i] + b.v[i] * w1.v[i], right += g.v[i] * v.v[i], size += std::abs(g.v[i] * v.v[i]);
      worst = std::max(worst, std::abs((u0.v[i] - d0.v[i]) / (2 * h) - a.v[i]) / (1 + std::abs(a.v[i])));
      worst = std::max(worst, l.sigma * std::abs((u1.v[i] - d1.v[i]) / (2 * h) - b.v[i]) / (1 + l.sigma * std::abs(b.v[i])));
      identity = std::max(identity, std::abs(l.alpha * a.v[i] + l.sigma * b.v[i] - v.v[i]));
    }
    CHECK(std::abs(left - right) < 1e-12 * size);
    CHECK(worst < 1e-5);
    CHECK(identity < 1e-12);
  }
}

TEST_CASE("mixture: derivatives of two atoms and of two widths keep their digits at every noise level") {
  // atoms +-1: x0hat = tanh(alpha x / sigma^2)
  const auto atoms = line({1, 1}, {-1, 1}, {0, 0});
  for (const double sigma : {.1, .3, 1., 10., 1e3}) {
    const Level l{.5, -1, .7, sigma};
    for (const double u : {0., .3, 1., 3.}) {  // alpha x / sigma^2
      const double expected = l.alpha / (sigma * sigma) / std::pow(std::cosh(u), 2);
      const auto [dx0, deps] = slopes(atoms, u * sigma * sigma / l.alpha, l);
      INFO("sigma " << sigma << ", u " << u);
      const double squares = std::pow(u * sigma / l.alpha, 2);  // log-densities of this size are subtracted
      CHECK(std::abs(dx0 / expected - 1) < 1e-13 + 4e-16 * squares);
      CHECK(std::abs(deps - (1 - l.alpha * expected) / sigma) < 1e-13 * (1 + l.alpha * expected) / sigma);
    }
  }
  // one mean, two variances: log r_1 / r_0 is quadratic in x; the components agree in x0 to sigma^2 at small sigma
  const auto widths = line({1, 1}, {0, 0}, {1, 4});
  for (const double sigma : {1e-6, 1e-3, 1., 1e3}) {
    const Level l{.5, -1, 1, sigma};
    const long double x = 1.5L, s2 = (long double)(sigma)*sigma, S[2] = {1 + s2, 4 + s2};
    long double r[2], total = 0, mean = 0, deps = 0;
    for (int k = 0; k < 2; ++k) total += r[k] = std::exp(-x * x / (2 * S[k])) / std::sqrt(S[k]);
    for (int k = 0; k < 2; ++k) mean += r[k] / total * sigma * x / S[k];
    for (int k = 0; k < 2; ++k) deps += r[k] / total * (sigma / S[k] - std::pow(sigma * x / S[k] - mean, 2) / sigma);
    const auto [a, b] = slopes(widths, double(x), l);
    INFO("sigma " << sigma);
    CHECK(std::abs(b / double(deps) - 1) < 1e-12);
    CHECK(std::abs(a - double(1 - sigma * deps)) < 1e-12);
  }
}

TEST_CASE("mixture: the divergence of the score is the Laplacian of log p") {
  const GaussianMixture law = three();
  const int n = 20, d = 2;
  const Level l{.5, -1, .8, .4};
  Matrix<double> x(n, d), x0(n, d), eps(n, d);
  law.draw(Stream(7), {0, n}, x);
  Pred out{x0, eps};
  std::vector<double> a(n), b(n);
  const auto replay = law.replay({{0, n}, {x}}, {&l, true}, out);
  divergence(*replay, {Probes::Law::exact}, Stream(1), {0, n}, d, a.data(), b.data());
  // the trace of the Hessian of log p by second differences
  const double h = 1e-4;
  for (int i = 0; i < n; ++i) {
    double laplacian = 0, value;
    const auto logp = [&](double dx, double dy) {
      Matrix<double> at(1, d);
      at[0][0] = x[i][0] + dx, at[0][1] = x[i][1] + dy;
      law.logp(at, l, &value);
      return value;
    };
    laplacian = (logp(h, 0) + logp(-h, 0) + logp(0, h) + logp(0, -h) - 4 * logp(0, 0)) / (h * h);
    CHECK(std::abs(score_divergence(l, b[std::size_t(i)]) - laplacian) < 1e-5 * (1 + std::abs(laplacian)));
  }
}
