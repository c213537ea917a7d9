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
