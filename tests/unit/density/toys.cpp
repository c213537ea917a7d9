#include "density/toys.h"

#include <cmath>
#include <functional>

#include "test.h"

using namespace dm;

namespace {

std::unique_ptr<Law> toy_of(const Value& given) {
  std::vector<std::string> problems;
  const Value v = resolve(toys(), given, "", problems);
  throw_problems(problems);
  return make<std::unique_ptr<Law>>(toys(), v);
}

Matrix<double> toy_rows(const Value& given, int n, uint64_t seed = 7) {
  const auto law = toy_of(given);
  Matrix<double> x(n, law->dim());
  law->draw(Stream(seed) / "toys", {0, n, nullptr}, x);
  return x;
}

// Mean of f over the rows lies within 4 standard errors of `expected`.
void toy_mean(const Matrix<double>& x, double expected, const std::function<double(const double*)>& f) {
  double s = 0, q = 0;
  for (int64_t i = 0; i < x.rows; ++i) s += f(x[i]), q += f(x[i]) * f(x[i]);
  const double m = s / double(x.rows), se = std::sqrt(std::max(q / double(x.rows) - m * m, 0.0) / double(x.rows));
  INFO("mean " << m << " +- " << se << ", expected " << expected);
  CHECK(std::abs(m - expected) <= 4 * se + 1e-9);
}

// E x, E x^2 of both coordinates and E x y: closed forms of b, taken through x = scale (b + noise z) + shift.
void toy_moments(const Value& given, double mx, double my, double vx, double vy, double cxy) {
  const std::string name = given.is_text() ? given.text() : given["type"].text();
  INFO(name);
  const Matrix<double> x = toy_rows(given, 40000);
  toy_mean(x, mx, [](const double* r) { return r[0]; });
  toy_mean(x, my, [](const double* r) { return r[1]; });
  toy_mean(x, vx, [&](const double* r) { return (r[0] - mx) * (r[0] - mx); });
  toy_mean(x, vy, [&](const double* r) { return (r[1] - my) * (r[1] - my); });
  toy_mean(x, cxy, [&](const double* r) { return (r[0] - mx) * (r[1] - my); });
}

const double inv_pi = 1 / M_PI;

}  // namespace

TEST_CASE("moments of the toy sets agree with their closed forms") {
  const double n2 = 0.05 * 0.05, my = 9.0 / 16 - inv_pi;
  // cov(moons) = E(cos a - 1/2)(sin a - 1/4) = -1/pi + 1/8 for either half
  toy_moments("moons", 0.5, 0.25, 0.75 + n2, my + n2, 0.125 - inv_pi);
  toy_moments("moons-tcfm", 0, -0.5, 4 * (0.75 + n2), 4 * (my + n2), 4 * (0.125 - inv_pi));
  toy_moments("8gaussians", 0, 0, 12.5 + std::sqrt(0.1), 12.5 + std::sqrt(0.1), 0);
  toy_moments("8gaussians-dsb", 0, 0, 9 * 8.25, 9 * 8.25, 0);
  toy_moments("8gaussians-tcfm", 0, 0, 13.5, 13.5, 0);
  toy_moments("circles", 0, 0, 0.3125 + n2, 0.3125 + n2, 0);
  toy_moments("circles-dsb", 0, 0, 31.25, 31.25, 0);
  toy_moments("circles-tcfm", 0, 0, 12.25 * (0.3125 + n2), 12.25 * (0.3125 + n2), 0);
  // E sin t sign(t)(cos t - 1) over [0, T], T = 3 pi / 2: [sin^2 t / 2 + cos t]_0^T / T = (1/2 - 1) / T
  const double vz = 1.5 + 4 * inv_pi / 3, c = -inv_pi / 3;
  toy_moments("scurve", 0, 0, 0.5 + n2, vz + n2, c);
  toy_moments("scurve-tcfm", 0, 0, 2.25 * (0.5 + n2), 2.25 * (vz + n2), 2.25 * c);
  toy_moments("checkerboard", 0, 0, 4.0 / 3, 4.0 / 3, 0.25);
  toy_moments("checkerboard-dsb", 0, 0, 56.25 * 4 / 3, 56.25 * 4 / 3, 56.25 * 0.25);
  // arms are spread evenly, so both coordinates have half of E |f|^2
  const double pin = (1 + 0.09 + 0.01) / 2;
  toy_moments("pinwheel", 0, 0, pin, pin, 0);
  toy_moments("pinwheel-dsb", 0, 0, 56.25 * pin, 56.25 * pin, 0);
  toy_moments("mixture-dsb", 0, 0, 50, 1, 0);
}

TEST_CASE("the -dsb forms of curves have mean 0 and pooled standard deviation 7") {
  for (const char* name : {"moons-dsb", "scurve-dsb", "swissroll-dsb"}) {
    INFO(name);
    const Matrix<double> x = toy_rows(name, 40000);
    toy_mean(x, 0, [](const double* r) { return (r[0] + r[1]) / 2; });
    toy_mean(x, 49, [](const double* r) { return (r[0] * r[0] + r[1] * r[1]) / 2; });
  }
}

TEST_CASE("the spiral has radius equal to angle") {
  const Matrix<double> x = toy_rows(Value(Value::Object{{"type", "swissroll"}, {"noise", 0}, {"scale", 1}}), 2000);
  for (int64_t i = 0; i < x.rows; ++i) {
    const double t = std::hypot(x[i][0], x[i][1]);
    REQUIRE(t >= 1.5 * M_PI - 1e-9);
    REQUIRE(t <= 4.5 * M_PI + 1e-9);
    REQUIRE(std::abs(x[i][0] - t * std::cos(t)) < 1e-9);
    REQUIRE(std::abs(x[i][1] - t * std::sin(t)) < 1e-9);
  }
  toy_mean(x, 3 * M_PI, [](const double* r) { return std::hypot(r[0], r[1]); });
}

TEST_CASE("the checkerboard fills the squares with even column plus row") {
  const Matrix<double> x = toy_rows("checkerboard", 4000);
  int count[4][4] = {};
  for (int64_t i = 0; i < x.rows; ++i) {
    const int a = int(std::floor(x[i][0])), b = int(std::floor(x[i][1]));
    REQUIRE((a >= -2 && a < 2 && b >= -2 && b < 2));
    REQUIRE((a + b) % 2 == 0);
    ++count[a + 2][b + 2];
  }
  for (int a = 0; a < 4; ++a)
    for (int b = a % 2; b < 4; b += 2) CHECK(std::abs(count[a][b] - 500) < 4 * std::sqrt(500.0 * 7 / 8));
}

TEST_CASE("ninemodes has the weights and the variance of the tutorial") {
  const Matrix<double> x = toy_rows("ninemodes", 40000);
  const double w[9] = {.15359, .07693, .04615, .21145, .17287, .04578, .08232, .06020, .15072};
  for (int k = 0; k < 9; ++k) {
    const double cx = 10.0 * (k % 3 - 1), cy = 10.0 * (k / 3 - 1);
    const auto inside = [=](const double* r) { return double(std::abs(r[0] - cx) < 5 && std::abs(r[1] - cy) < 5); };
    toy_mean(x, w[k], inside);
  }
  // At the tutorial's largest noise: mean (-2.05, .17), variances 165 and 157, in closed form from the weights.
  double sum = 0, m[2] = {}, v[2] = {.1 + 100, .1 + 100};
  const double raw[9] = {.6439377, .3225157, .1934937, .8864933, .7247435, .1919301, .3451309, .2523831, .6319014};
  for (const double r : raw) sum += r;
  for (int k = 0; k < 9; ++k) {
    CHECK(std::abs(raw[k] / sum - w[k]) < 5e-6);
    const double c[2] = {10.0 * (k % 3 - 1), 10.0 * (k / 3 - 1)};
    for (int j = 0; j < 2; ++j) m[j] += raw[k] / sum * c[j], v[j] += raw[k] / sum * c[j] * c[j];
  }
  for (int j = 0; j < 2; ++j) {
    v[j] -= m[j] * m[j];
    CHECK(std::abs(m[j] - (j ? .17 : -2.05)) < .005);
    CHECK(std::abs(v[j] - (j ? 157 : 165)) < .5);
    toy_mean(x, m[j], [j](const double* r) { return r[j]; });
    toy_mean(x, v[j] - 100 + m[j] * m[j], [j](const double* r) { return r[j] * r[j]; });
  }
  toy_mean(x, 0.1, [](const double* r) { return std::pow(r[0] - 10 * std::round(r[0] / 10), 2); });
}

TEST_CASE("gaussian takes mean and covariance, and refuses what is none") {
  const auto with = [](const char* covariance) {
    return parse_json(std::string("{\"type\": \"gaussian\", \"mean\": [1, -2], \"covariance\": ") + covariance + "}", "test");
  };
  toy_moments(with("[[2, 0.6], [0.6, 0.5]]"), 1, -2, 2, 0.5, 0.6);
  CHECK(toy_of(parse_json(R"({"type": "gaussian", "dim": 5})", "test"))->dim() == 5);
  CHECK(toy_of("gaussian")->dim() == 2);
  for (const char* bad : {"[[1, 2], [2, 1]]", "[[1, 0.5], [0.4, 1]]", "[[1]]"}) CHECK_THROWS_AS(toy_of(with(bad)), Error);
  CHECK_THROWS_AS(toy_of(parse_json(R"({"type": "gaussian", "dim": 3, "mean": [0, 0]})", "test")), Error);
}

TEST_CASE("a toy row depends on stream and row alone") {
  for (const auto& name : toys().names()) {
    INFO(name);
    const auto law = toy_of(name);
    const int d = law->dim();
    Matrix<double> all(300, d), some(3, d), other(300, d);
    law->draw(Stream(1), {0, 300, nullptr}, all);
    const int64_t id[3] = {299, 0, 64};
    law->draw(Stream(1), {0, 3, id}, some);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < d; ++j) CHECK(some[i][j] == all[id[i]][j]);
    law->draw(Stream(2), {0, 300, nullptr}, other);
    CHECK(other.v != all.v);
  }
}

TEST_CASE("components are drawn, and balanced names the other form") {
  const auto outer = [](const Matrix<double>& x, int64_t i) { return std::hypot(x[i][0], x[i][1]) > 0.75; };
  const Matrix<double> drawn = toy_rows("circles", 1000),
                       fixed = toy_rows(Value(Value::Object{{"type", "circles"}, {"balanced", true}}), 1000);
  int same = 0;
  for (int64_t i = 0; i < 1000; ++i) {
    CHECK(outer(fixed, i) == (i % 2 == 0));
    same += outer(drawn, i) == (i % 2 == 0);
  }
  CHECK(std::abs(same - 500) < 70);
}

TEST_CASE("simulators: moments of theta and of y given theta") {
  const auto row = [](const char* name, int64_t columns) {
    const Matrix<double> x = toy_rows(name, 40000);
    CHECK(x.cols == columns);
    return x;
  };
  const double root = std::sqrt(2);
  const Matrix<double> moons = row("two_moons", 4);  // y without its shift is r (cos a, sin a) + (.25, 0)
  toy_mean(moons, 1 / 3., [](const double* r) { return r[0] * r[0]; });
  toy_mean(moons, 0.25 + 0.1 * 2 * inv_pi, [&](const double* r) { return r[2] + std::abs(r[0] + r[1]) / root; });
  toy_mean(moons, 0.01 + 1e-4, [&](const double* r) {
    return std::pow(r[2] + std::abs(r[0] + r[1]) / root - 0.25, 2) + std::pow(r[3] - (r[1] - r[0]) / root, 2);
  });
  const Matrix<double> linear = row("gaussian_linear", 20);
  toy_mean(linear, 0.1, [](const double* r) { return r[7] * r[7]; });
  toy_mean(linear, 0.1, [](const double* r) { return (r[17] - r[7]) * (r[17] - r[7]); });
  toy_mean(linear, 0, [](const double* r) { return (r[17] - r[7]) * r[7]; });
  const Matrix<double> mixture = row("gaussian_mixture", 4);  // one component for both coordinates
  toy_mean(mixture, 100 / 3., [](const double* r) { return r[1] * r[1]; });
  toy_mean(mixture, 0.505, [](const double* r) { return (r[3] - r[1]) * (r[3] - r[1]); });
  toy_mean(mixture, 0.5 * (1 + 1e-4), [](const double* r) { return std::pow((r[2] - r[0]) * (r[3] - r[1]), 2); });
  const Matrix<double> slcp = row("slcp", 13);
  for (const int k : {5, 7, 9, 11}) {  // standardised residuals: variance 1, correlation tanh theta_5
    const auto u = [k](const double* r) { return (r[k] - r[0]) / (r[2] * r[2]); };
    const auto v = [k](const double* r) { return (r[k + 1] - r[1]) / (r[3] * r[3]); };
    toy_mean(slcp, 1, [&](const double* r) { return u(r) * u(r); });
    toy_mean(slcp, 1, [&](const double* r) { return v(r) * v(r); });
    toy_mean(slcp, 0, [&](const double* r) { return u(r) * v(r) - std::tanh(r[4]); });
    toy_mean(slcp, 0, [&](const double* r) { return u(r) * v(r) * std::tanh(r[4]) - std::tanh(r[4]) * std::tanh(r[4]); });
  }
}

TEST_CASE("conditional sets: moments of x given y") {
  const auto set = [](const char* name, int variant, int64_t columns) {
    const Matrix<double> x = toy_rows(Value(Value::Object{{"type", name}, {"variant", variant}}), 40000);
    CHECK(x.cols == columns);
    return x;
  };
  for (const int k : {1, 2, 3}) {
    const Matrix<double> x = set("cdsb_1d", k, 2);
    toy_mean(x, 3, [](const double* r) { return r[1] * r[1]; });
    if (k == 1) {  // E = x - tanh y is exponential: P(E > .3) = 1 / e
      toy_mean(x, .3, [](const double* r) { return r[0] - std::tanh(r[1]); });
      toy_mean(x, std::exp(-1), [](const double* r) { return r[0] - std::tanh(r[1]) > .3; });
    } else if (k == 2) {
      toy_mean(x, .05, [](const double* r) { return std::pow(std::atanh(r[0]) - r[1], 2); });
    } else {
      toy_mean(x, .3, [](const double* r) { return r[0] / std::tanh(r[1]); });
      toy_mean(x, std::exp(-2), [](const double* r) { return r[0] / std::tanh(r[1]) > .6; });
    }
  }
  const auto mean1 = [](const double* r) { return r[1] * r[1] + std::exp(r[2] + r[3] / 3); };
  const Matrix<double> a = set("cdsb_5d", 1, 6), b = set("cdsb_5d", 2, 6), c = set("cdsb_5d", 3, 6), e = set("cdsb_5d", 4, 6);
  toy_mean(a, 1, [&](const double* r) { return std::pow(r[0] - mean1(r) - std::sin(r[4] + r[5]), 2); });
  toy_mean(a, 0, [&](const double* r) { return (r[0] - mean1(r) - std::sin(r[4] + r[5])) * std::sin(r[4]); });
  const auto residual = [&](const double* r) { return (r[0] - mean1(r) - r[4] + r[5]) / (.5 + r[2] * r[2] / 2 + r[5] * r[5] / 2); };
  toy_mean(b, 1, [&](const double* r) { return residual(r) * residual(r); });
  toy_mean(b, 0, [&](const double* r) { return residual(r) * r[5]; });
  const auto log_factor = [](const double* r) {
    return 2 * std::log(std::abs(r[0] / (5 + r[1] * r[1] / 3 + r[2] * r[2] + r[3] * r[3] + r[4] + r[5])));
  };
  toy_mean(c, 0, log_factor);
  toy_mean(c, 5, [&](const double* r) { return log_factor(r) * log_factor(r); });
  toy_mean(c, 16 + 6 * 4 + 3, [&](const double* r) { return std::pow(log_factor(r), 4); });
  toy_mean(e, 1 + 1. / 16, [](const double* r) { return r[0] * r[0]; });
  toy_mean(e, 0, [](const double* r) { return r[0] * r[1]; });
  toy_mean(e, .25 + 3. / 256, [](const double* r) { return std::pow(r[0] * r[0] - r[1] * r[1], 2); });
  const Matrix<double> square = set("cdsb_1d_rev", 1, 2), plain = set("cdsb_1d_rev", 2, 2);
  toy_mean(square, .25, [](const double* r) { return std::pow(r[1] - 1 - r[0] * r[0], 2); });
  toy_mean(plain, 0, [](const double* r) { return (r[0] - r[1] / 1.25) * r[1]; });
  toy_mean(plain, .2, [](const double* r) { return std::pow(r[0] - r[1] / 1.25, 2); });
}

// Quadrature in the plane of the posterior that the oxygen demand has at the observation of the papers, and the same moments by draws.
TEST_CASE("the posterior of the biochemical oxygen demand") {
  const double y[] = {.18, .32, .42, .49, .54};
  const auto cdf = [](double v) { return .5 * std::erfc(-v * M_SQRT1_2); };
  const auto mean = [&](const double* x, int j) { return (.4 + .8 * cdf(x[0])) * (1 - std::exp(-(.01 + .3 * cdf(x[1])) * j)); };
  double sum[2][5] = {};  // of x^k
  for (int i = -160; i <= 160; ++i)
    for (int k = -160; k <= 160; ++k) {
      const double x[2] = {i * .04, k * .04};
      double q = x[0] * x[0] + x[1] * x[1];
      for (int j = 1; j <= 5; ++j) q += std::pow(y[j - 1] - mean(x, j), 2) / 1e-3;
      for (int c = 0; c < 2; ++c)
        for (int p = 0; p < 5; ++p) sum[c][p] += std::exp(-.5 * q) * std::pow(x[c], p);
    }
  const double golden[2][4] = {{.0436, .1693, 2.012, 9.061}, {.9265, .3995, .6415, 3.400}};
  const Matrix<double> draws = toy_rows("bod_posterior", 20000);
  for (int c = 0; c < 2; ++c) {
    double m[5];
    for (int p = 0; p < 5; ++p) m[p] = sum[c][p] / sum[c][0];
    const double mu = m[1], v = m[2] - mu * mu, third = m[3] - 3 * mu * m[2] + 2 * mu * mu * mu,
                 fourth = m[4] - 4 * mu * m[3] + 6 * mu * mu * m[2] - 3 * mu * mu * mu * mu;
    const double found[] = {mu, v, third / std::pow(v, 1.5), fourth / (v * v)};
    for (int k = 0; k < 4; ++k) CHECK(near(found[k], golden[c][k], k < 2 ? 6e-5 : 6e-4));
    toy_mean(draws, mu, [c](const double* r) { return r[c]; });
    toy_mean(draws, v, [&](const double* r) { return (r[c] - mu) * (r[c] - mu); });
    toy_mean(draws, third, [&](const double* r) { return std::pow(r[c] - mu, 3); });
    toy_mean(draws, fourth, [&](const double* r) { return std::pow(r[c] - mu, 4); });
  }
  const Matrix<double> pairs = toy_rows("bod", 40000);
  CHECK(pairs.cols == 7);
  for (int j = 1; j <= 5; ++j) {
    toy_mean(pairs, 0, [&](const double* r) { return r[1 + j] - mean(r, j); });
    toy_mean(pairs, 1e-3, [&](const double* r) { return std::pow(r[1 + j] - mean(r, j), 2); });
  }
  CHECK_THROWS_AS(toy_of(parse_json(R"({"type": "bod_posterior", "y": [5, 4, 3, 2, 1]})", "test")), Error);
  CHECK_THROWS_AS(toy_of(parse_json(R"({"type": "bod_posterior", "y": [1, 2]})", "test")), Error);
}
