#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "metric/metric.h"
#include "metric/nearest.h"
#include "ot/wasserstein.h"
#include "test.h"

using namespace dm;

namespace {

Matrix<double> gaussian(uint64_t seed, int n, int d, double mean = 0, double sd = 1) {
  Matrix<double> x(n, d);
  normals(Stream(seed) / "metric-test", {0, n}, 0, x);
  for (double& v : x.v) v = mean + sd * v;
  return x;
}

Value measure(const std::string& spec, const Sets& s, uint64_t seed = 1) {
  std::vector<std::string> problems;
  const Value v = resolve(metrics(), spec[0] == '{' ? parse_json(spec, "spec") : Value(spec), "", problems);
  throw_problems(problems);
  return make_metric(v)->evaluate(s, seed);
}
double value(const std::string& spec, const Sets& s) { return measure(spec, s)["value"].number(); }
Sets sets(const Matrix<double>& a, const Matrix<double>& b) { return {{a, nullptr}, {b, nullptr}}; }

}  // namespace

TEST_CASE("metrics: every entry is documented and evaluates with its defaults") {
  const Matrix<double> a = gaussian(1, 50, 2), b = gaussian(2, 60, 2), t = gaussian(3, 40, 2);
  const Points train{t, nullptr};
  Sets s = sets(a, b);
  s.train = &train;
  CHECK(metrics().names() == std::vector<std::string>{"w1", "w2", "sw1", "sw2", "max-sw2", "sinkhorn", "tv", "mmd", "moments",
                                                      "mode-weights", "nn-share", "c2st", "sbc", "nll", "ddim-kl", "path-energy",
                                                      "path-kl"});
  for (const Method* m : metrics().methods) {
    CHECK(m->doc.size() > 20);
    if (m->name.starts_with("path-")) continue;  // of paths: paths.cpp
    const std::string spec = m->name == "mode-weights" ? R"({"type": "mode-weights", "means": [[0, 0], [1, 1]]})" : m->name;
    Sets here = s;
    if (m->name == "sbc") here.reference = {s.reference.x.slice(0, 2), nullptr};  // 25 draws for each of two rows
    LogDensities log_p;
    log_p.log_p.assign(50, -1.5), log_p.used = Value::object();
    if (m->name == "nll" || m->name == "ddim-kl") {
      CHECK_THROWS_AS(measure(spec, here), Error);
      here.log_p = &log_p;
    }
    const Value v = measure(spec, here);
    CHECK(v["value"].number() >= 0);
    CHECK(measure(spec, here) == v);
  }
}

TEST_CASE("wasserstein metrics: a shift is a shift") {
  const Matrix<double> a = gaussian(1, 200, 3);
  Matrix<double> b = a;
  for (int i = 0; i < 200; ++i) b[i][1] += 2;
  CHECK(near(value("w1", sets(a, b)), 2, 1e-12));
  CHECK(near(value("w2", sets(a, b)), 2, 1e-12));
  // theta_1 is uniform on [-1, 1] in three dimensions: E |theta_1| = 1/2, E theta_1^2 = 1/3.
  CHECK(std::abs(value(R"({"type": "sw1", "projections": 20000})", sets(a, b)) - 1) < 0.02);
  CHECK(std::abs(value(R"({"type": "sw2", "projections": 20000})", sets(a, b)) - 2 / std::sqrt(3)) < 0.02);
  const Value v = measure(R"({"type": "max-sw2", "projections": 20000})", sets(a, b), 5);
  CHECK(v["value"].number() <= 2 + 1e-12);
  CHECK(v["value"].number() > 1.99);
  CHECK(v["projections"].integer() == 20000);
  CHECK(v["seed"].integer() == 5);
  CHECK(measure("sw2", sets(a, b), 5)["value"].number() != measure("sw2", sets(a, b), 6)["value"].number());
}

TEST_CASE("sinkhorn: a shift is a shift for every sigma; W2 for small ones, the distance of the means for large") {
  const Matrix<double> a = gaussian(1, 200, 2), c = gaussian(2, 150, 2, 1, .5);
  Matrix<double> b = a;
  double mean = 0;
  for (int i = 0; i < 200; ++i) b[i][1] += 2;
  for (const char* sigma : {"", R"(, "sigma": 0.05)", R"(, "sigma": 3)"})
    CHECK(near(value(R"({"type": "sinkhorn", "tolerance": 1e-9)" + std::string(sigma) + "}", sets(a, b)), 2, 1e-8));
  CHECK(value("sinkhorn", sets(a, a)) < 1e-5);
  for (int k = 0; k < 2; ++k) {
    double gap = 0;
    for (int i = 0; i < 200; ++i) gap += a[i][k] / 200;
    for (int i = 0; i < 150; ++i) gap -= c[i][k] / 150;
    mean += gap * gap;
  }
  CHECK(near(value(R"({"type": "sinkhorn", "sigma": 100})", sets(a, c)), std::sqrt(mean), 2e-3));
  CHECK(near(value(R"({"type": "sinkhorn", "sigma": 0.03})", sets(a, c)), value("w2", sets(a, c)), 2e-3));
  const Value v = measure("sinkhorn", sets(a, c));  // a quarter of the reference's spread
  CHECK(near(v["sigma"].number(), .125, .02));
  CHECK(v["converged"].boolean());
  CHECK(near(v["divergence"].number(), std::pow(v["value"].number(), 2) / 2, 1e-12));
}

TEST_CASE("tv: counted by hand, outside rows included") {
  Matrix<double> ref(4, 1), x(4, 1);
  ref.v = {0, 1, 2, 4},
  x.v = {0.5, 0.9, 3, 9};  // four bins of width 1: reference 1 1 1 0+1 (4 belongs to the last), samples 2 0 0 1, one above
  const Value v = measure(R"({"type": "tv", "bins": 4})", sets(x, ref));
  CHECK(near(v["value"].number(), 0.5 * (0.25 + 0.25 + 0.25 + 0 + 0.25), 1e-15));
  CHECK(v["bins"].items()[0].integer() == 4);
  CHECK(value("tv", sets(ref, ref)) == 0);
  Sets part = sets(x, ref);
  Matrix<double> wider(2, 1);
  wider.v = {0, 8};
  const Points scale{wider, nullptr};
  part.scale = &scale;
  CHECK(measure(R"({"type": "tv", "bins": 4})", part)["high"].numbers()[0] == 8);
  Matrix<double> far(4, 1, 100.0);
  CHECK(value("tv", sets(far, ref)) == 1);
  // N(0,1) against N(1,1): TV = 2 Phi(1/2) - 1 = .38292
  const Matrix<double> p = gaussian(1, 200000, 1), q = gaussian(2, 200000, 1, 1);
  CHECK(std::abs(value("tv", sets(p, q)) - 0.38292) < 0.01);
  // Scott's rule in two dimensions: 3.49 s n^(-1/4)
  const Matrix<double> r = gaussian(3, 10000, 2);
  const Value w = measure("tv", sets(r, r));
  const double range = w["high"].items()[0].number() - w["low"].items()[0].number();
  CHECK(std::abs(range / double(w["bins"].items()[0].integer()) - 0.349) < 0.03);
  const Matrix<double> wide = gaussian(4, 50, 200);
  CHECK_THROWS_AS(value("tv", sets(wide, wide)), Error);
}

TEST_CASE("mmd: closed form for Gaussians, unbiased, weighted rows are repeated rows") {
  // k with h: E k(x, y) for x - y ~ N(m, v) is sqrt(h^2 / (h^2 + v)) exp(-m^2 / (2 (h^2 + v))).
  const Matrix<double> a = gaussian(1, 4000, 1), b = gaussian(2, 4000, 1, 1);
  const auto k = [](double m) { return std::sqrt(1 / 3.0) * std::exp(-m * m / 6); };
  const Value v = measure(R"({"type": "mmd", "bandwidth": 1})", sets(a, b));
  CHECK(std::abs(v["mmd2"].number() - (2 * k(0) - 2 * k(1))) < 0.01);
  CHECK(near(v["value"].number(), std::sqrt(v["mmd2"].number()), 1e-14));
  double mean = 0;
  for (uint64_t seed = 0; seed < 200; ++seed)
    mean +=
        measure(R"({"type": "mmd", "bandwidth": 1})", sets(gaussian(1000 + seed, 20, 1), gaussian(2000 + seed, 20, 1)))["mmd2"].number() /
        200;
  CHECK(std::abs(mean) < 0.004);  // the biased estimate would give 2 (1 - 3^-1/2) / 20 = .042
  // the median distance of N(0,1) rows is .6745 sqrt(2)
  CHECK(std::abs(measure("mmd", sets(a, a))["bandwidth"].number() - 0.954) < 0.08);
  Matrix<double> two(2, 1), three(3, 1), other = gaussian(5, 30, 1);
  two.v = {0, 1}, three.v = {0, 1, 0.3};
  const double w[] = {2, 2, 0};
  const Sets plain{{two, nullptr}, {other, nullptr}}, weighted{{three, w}, {other, nullptr}};
  CHECK(near(value("mmd", weighted), value("mmd", plain), 1e-14));
  CHECK(measure("mmd", sets(Matrix<double>(1, 1), other))["value"].is_null());
}

TEST_CASE("moments: differences and their scale") {
  Matrix<double> a(4, 2), b(4, 2);
  b.v = {1, 0, -1, 0, 0, 1, 0, -1};  // mean 0, covariance 2/3 I (unbiased)
  a.v = b.v;
  for (int i = 0; i < 4; ++i) a[i][0] += 1;
  const Value v = measure("moments", sets(a, b));
  CHECK(near(v["mean_error"].number(), 1 / std::sqrt(4 / 3.0), 1e-14));
  CHECK(std::abs(v["covariance_error"].number()) < 1e-14);
  CHECK(near(v["covariance_reference"].matrix()[1][1], 2 / 3.0, 1e-14));
  // {1, -1, 0, 0}: E x^4 / v^2 = (1/2) / (1/4). {3, -1, -1, -1}: v = 3, E x^3 = 6, E x^4 = 21.
  CHECK(near(v["kurtosis"].numbers()[1], 2, 1e-14));
  CHECK(std::abs(v["skewness"].numbers()[1]) < 1e-14);
  Matrix<double> c(4, 2);
  c.v = {3, 0, -1, 1, -1, 2, -1, 3};
  const Value u = measure("moments", sets(c, b));
  CHECK(near(u["skewness"].numbers()[0], 6 / std::sqrt(27.0), 1e-14));
  CHECK(near(u["kurtosis"].numbers()[0], 21 / 9.0, 1e-14));
  CHECK(near(u["kurtosis_reference"].numbers()[0], 2, 1e-14));
  for (double& x : a.v) x *= 2;
  CHECK(near(measure("moments", sets(a, b))["covariance_error"].number(), 3, 1e-14));
  CHECK(measure("moments", sets(a, Matrix<double>(3, 2)))["value"].is_null());
}

TEST_CASE("mode-weights: shares, rows out of mode, variance within") {
  Matrix<double> x(8, 1);
  x.v = {-0.5, 0.5, 0, 0, 10, 10, 10, 5.1};
  const Value v = measure(R"({"type": "mode-weights", "means": [[0], [10]], "weights": [3, 1], "radius": 2})", sets(x, x));
  CHECK(near(v["value"].number(), 0.25, 1e-15));
  CHECK(v["shares"].numbers() == std::vector<double>{0.5, 0.5});
  CHECK(v["out_of_mode"].number() == 0.125);
  CHECK(near(v["variances"].items()[0].number(), 0.125, 1e-15));
  CHECK(v["variances"].items()[1].number() == 0);
  CHECK(measure(R"({"type": "mode-weights", "means": [[0], [10]]})", sets(x, x))["radius"].number() == 5);
  CHECK_THROWS_AS(measure(R"({"type": "mode-weights", "means": [[0], [10]], "weights": [1]})", sets(x, x)), Error);
  CHECK_THROWS_AS(measure(R"({"type": "mode-weights", "means": [[0, 1]]})", sets(x, x)), Error);
}

TEST_CASE("nearest: equals brute force, ties go to the lowest row") {
  for (const int d : {1, 2, 5}) {
    Matrix<double> x = gaussian(uint64_t(d), 700, d), q = gaussian(10 + uint64_t(d), 200, d, 0.2, 1.5);
    for (int i = 0; i < 700; i += 7)
      for (int k = 0; k < d; ++k) x[i][k] = std::round(x[i][k]), q[i % 200][k] = std::round(q[i % 200][k]);
    const Nearest tree(x);
    for (int i = 0; i < 200; ++i) {
      int64_t best = -1;
      double least = INFINITY;
      for (int64_t j = 0; j < 700; ++j) {
        double s = 0;
        for (int k = 0; k < d; ++k) s += (q[i][k] - x[j][k]) * (q[i][k] - x[j][k]);
        if (s < least) least = s, best = j;
      }
      const auto found = tree(q[i]);
      REQUIRE(found.row == best);
      REQUIRE(found.squared == least);
    }
  }
}

TEST_CASE("nn-share: a memoriser is caught, an honest sampler is not, ties count half") {
  const Matrix<double> train = gaussian(1, 800, 2), test = gaussian(2, 1000, 2);
  const Points rows{train, nullptr};
  Matrix<double> memorised(2000, 2);
  for (int i = 0; i < 2000; ++i)
    for (int k = 0; k < 2; ++k) memorised[i][k] = train[i % 800][k] + 1e-4 * k;
  Sets s = sets(memorised, test);
  s.train = &rows;
  const Value v = measure("nn-share", s);
  CHECK(v["value"].number() > 0.99);
  CHECK(v["z"].number() > 15);
  CHECK(v["rows_each"].integer() == 800);
  // Honest samples: z has mean 0 and variance 1 although 5000 samples share 2 x 200 neighbours (a binomial standard error of .007
  // would be five times too small).
  double sum = 0, squares = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Matrix<double> t = gaussian(100 + seed, 200, 2), h = gaussian(300 + seed, 200, 2), x = gaussian(500 + seed, 5000, 2);
    const Points p{t, nullptr};
    Sets honest = sets(x, h);
    honest.train = &p;
    const double z = measure("nn-share", honest)["z"].number();
    sum += z, squares += z * z;
  }
  CHECK(std::abs(sum / 100) < 0.4);
  CHECK(std::abs(squares / 100 - 1) < 0.5);
  Sets same = sets(test, train);
  same.train = &rows;
  CHECK(measure("nn-share", same)["value"].number() == Approx(0.5));
  CHECK(measure("nn-share", same)["ties"].number() == Approx(1));
}

TEST_CASE("metrics: the same bits for any number of threads") {
  const Matrix<double> a = gaussian(1, 700, 2), b = gaussian(2, 900, 2);
  for (const std::string name : {"sw2", "sinkhorn", "mmd", "moments", "tv"}) {
    set_threads(1);
    const Value one = measure(name, sets(a, b));
    for (const int n : {2, 5}) {
      set_threads(n);
      CHECK(measure(name, sets(a, b)) == one);
    }
  }
  set_threads(2);
}

TEST_CASE("c2st: equal laws give 1/2, Gaussians a distance apart the accuracy of the best classifier") {
  const int n = 2000;
  const Matrix<double> a = gaussian(1, n, 2, 3, 2);
  const double se = 0.5 / std::sqrt(2.0 * n);
  const Value same = measure("c2st", sets(a, gaussian(2, n, 2, 3, 2)));
  CHECK(std::abs(same["value"].number() - 0.5) < 4 * se);
  CHECK(near(same["se"].number(), se, 1e-15));
  Matrix<double> b = gaussian(3, n, 2, 3, 2);
  for (int i = 0; i < n; ++i) b[i][0] += 4;  // two standard deviations: the best accuracy is Phi(1) = .8413
  const double apart = value("c2st", sets(b, a));
  CHECK(std::abs(apart - 0.8413) < 0.015);
  Matrix<double> c = gaussian(4, n, 2, 3, 2);  // the same margins, correlated: linear classifiers are blind, the accuracy is known
  for (int i = 0; i < n; ++i) c[i][1] = 3 + 0.8 * (c[i][0] - 3) + 0.6 * (c[i][1] - 3);
  // the best accuracy is .6929: the mean share on its own side of log p = log q (4e6 draws of each, error 2e-4)
  CHECK(std::abs(value("c2st", sets(c, a)) - 0.6929) < 0.02);
  CHECK_THROWS_AS(measure("c2st", sets(gaussian(1, 3, 2), gaussian(2, 3, 2))), Error);
}

TEST_CASE("sbc: right posteriors have uniform ranks; a shifted or a narrow one has not") {
  const int K = 1000, L = 50;
  const Matrix<double> theta = gaussian(1, K, 2);
  const auto draws = [&](double mean, double sd) { return gaussian(2, K * L, 2, mean, sd); };
  const Value good = measure("sbc", sets(draws(0, 1), theta));
  CHECK(good["p"].number() > 0.01);
  CHECK(good["value"].number() < 2);
  CHECK(good["draws"].integer() == L);
  const Value shifted = measure("sbc", sets(draws(0.3, 1), theta)), narrow = measure("sbc", sets(draws(0, 0.7), theta));
  CHECK(shifted["p"].number() < 1e-6);
  CHECK(narrow["p"].number() < 1e-6);
  const std::vector<double> h = narrow["histograms"].items()[0].numbers();  // a narrow posterior: the ends are full
  CHECK(h.front() + h.back() > 4.0 * K / 20);
  CHECK(near(std::accumulate(h.begin(), h.end(), 0.0), K, 0));
  // ties: the rank is drawn among them, so that constant draws of a constant are calibrated
  CHECK(measure("sbc", sets(Matrix<double>(K * L, 1), Matrix<double>(K, 1)))["p"].number() > 0.01);
  // by hand: one row, ranks 0 .. 3 in two bins; theta = 2 among {0, 1, 5}: rank 2, second bin: chi^2 = 2 (1/2)^2 / (1/2) = 1
  Matrix<double> one(1, 1), three(3, 1);
  one.v = {2}, three.v = {0, 1, 5};
  CHECK(near(value(R"({"type": "sbc", "bins": 2})", sets(three, one)), 1, 1e-15));
  CHECK_THROWS_AS(measure("sbc", sets(draws(0, 1), gaussian(1, 999, 2))), Error);
}
