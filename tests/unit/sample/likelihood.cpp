// Log-densities by the probability flow: closed forms, exact and estimated traces, normalisation, bits.
#include "sample/likelihood.h"

#include "affine.h"

using namespace dm;
using namespace affine;

namespace {

const std::string tight = R"({"type":"rk45","rtol":1e-10,"atol":1e-10})";

GaussianMixture gauss(std::vector<double> mean, std::vector<double> cov) {
  const int64_t d = int64_t(mean.size());
  Matrix<double> m(1, d), c(d, d);
  m.v = std::move(mean), c.v = std::move(cov);
  return GaussianMixture({1}, m, {c});
}

Matrix<double> table(int64_t cols, std::vector<double> v) {
  Matrix<double> m(int64_t(v.size()) / cols, cols);
  m.v = std::move(v);
  return m;
}

LogDensities likelihood(const Denoiser& denoiser, const std::string& process, const Matrix<double>& x, Probes probes = {Probes::Law::exact},
                        const std::string& rule = tight, int steps = 8, const std::string& grid = "\"karras\"", int64_t first = 0) {
  const auto p = built<std::unique_ptr<Process>>(processes(), process);
  const auto r = built<std::unique_ptr<StepRule>>(samplers(), rule);
  const Plan plan = backwards(make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), grid), steps, Final::none));
  Progress silent;
  return Likelihood{*p->linear(), denoiser, *r, plan, probes, Stream(7) / "test"}.run({first, int(x.rows)}, x, silent);
}

// Data N(m, s2 I) at the levels 0 and T have variance v = alpha^2 s2 + sigma^2; the flow is x_T - alpha_T m = r (x - alpha_0 m) with
// r = sqrt(v_T / v_0), whatever the process.
double closed_form(const std::string& process, double m, double s2, const double* x, int d) {
  const auto p = built<std::unique_ptr<Process>>(processes(), process);
  const Schedule& s = *p->linear();
  const Level a = s.at(s.t_lo()), b = s.at(1);
  const double r = std::sqrt((b.alpha * b.alpha * s2 + b.sigma * b.sigma) / (a.alpha * a.alpha * s2 + a.sigma * a.sigma));
  const double S2 = std::pow(s.reference_sd(b), 2);
  double log_p = d * std::log(r) - 0.5 * d * std::log(2 * M_PI * S2);
  for (int j = 0; j < d; ++j) log_p -= std::pow(b.alpha * m + (x[j] - a.alpha * m) * r, 2) / (2 * S2);
  return log_p;
}

}  // namespace

TEST_CASE("likelihood: the closed form on a Gaussian, with the mismatch of reference and first level") {
  const Matrix<double> x = table(2, {0, 0, .5, -.3, 2, 1.2, -1, .7});
  const GaussianMixture data = gauss({.8, .8}, {.25, 0, 0, .25});
  for (const std::string process : {R"({"type":"ve","sigma_min":0.002,"sigma_max":50})", R"({"type":"ve","sigma_min":0.1,"sigma_max":3})",
                                    R"({"type":"vp"})", R"({"type":"vp","beta_max":4})", R"({"type":"vp","schedule":"cosine"})",
                                    R"({"type":"sub-vp"})", R"({"type":"ou"})", R"({"type":"ou","rate":0.5,"horizon":2})"}) {
    INFO(process);
    const LogDensities exact = likelihood(data, process, x);
    // A Jacobian that is a multiple of I has no variance under +-1.
    const LogDensities probed = likelihood(data, process, x, {Probes::Law::rademacher, 3});
    for (int i = 0; i < 4; ++i) {
      CHECK(near(exact.log_p[std::size_t(i)], closed_form(process, .8, .25, x[i], 2), 1e-7));
      CHECK(near(probed.log_p[std::size_t(i)], exact.log_p[std::size_t(i)], 1e-8));
      CHECK(probed.variance[std::size_t(i)] < 1e-20);
    }
    CHECK(exact.variance.empty());
    CHECK(exact.evaluations > 10);
  }
}

// log p is a - b x^2, so its mean over N(0, .25) is its value at x = .5.
TEST_CASE("likelihood: mean bits a dimension of N(0, .25), start sigma .002") {
  const auto bits = [](const char* top) {
    return -likelihood(normal(0, .25), R"({"type":"ve","sigma_min":0.002,"sigma_max":)" + std::string(top) + "}", table(1, {.5})).log_p[0] /
           M_LN2;
  };
  CHECK(std::abs(bits("50") - 1.04709559) < 6e-9);
  CHECK(std::abs(bits("10") - 1.04709781) < 6e-9);
}

// Every rule that follows the flow carries the log-determinant with its own order.
TEST_CASE("likelihood: on a grid, each rule with its order") {
  const std::string ve = R"({"type":"ve","sigma_min":0.002,"sigma_max":50})", vp20 = R"({"type":"vp"})";
  const Matrix<double> x = table(2, {.5, -.3});
  const GaussianMixture data = gauss({.8, .8}, {.25, 0, 0, .25});
  for (const std::string& process : {ve, vp20}) {
    const double truth = closed_form(process, .8, .25, x[0], 2);
    const auto error = [&](const char* rule, int steps) {
      return std::abs(likelihood(data, process, x, {Probes::Law::exact}, rule, steps).log_p[0] - truth);
    };
    for (const auto& [rule, order] : std::vector<std::pair<const char*, double>>{{"\"ddim\"", 1}, {"\"heun\"", 2}, {"\"dpmpp-2m\"", 2}}) {
      INFO(process << " " << rule);
      CHECK(std::abs(std::log2(error(rule, 320) / error(rule, 640)) - order) < .1);
    }
    CHECK(error("\"heun\"", 320) < 2e-3);
  }
  // A table of levels has the same flow between its own ends; its steps are the error here.
  const std::string chain = R"({"type":"ddpm"})";
  CHECK(std::abs(likelihood(data, chain, x, {Probes::Law::exact}, "\"heun\"", 999, "\"uniform\"").log_p[0] -
                 closed_form(chain, .8, .25, x[0], 2)) < 2e-3);
  CHECK_THROWS_WITH(likelihood(data, chain, x, {Probes::Law::exact}, tight, 99, "\"uniform\""), Catch::Contains("rk45"));
}

// Constant Jacobians: probe k of a row gives tr M + v^T (M - diag M) v with M = log(dx_T/dx) = log((C + sigma_T^2) / (C + sigma_0^2)) / 2,
// which in two dimensions is tr M +- 2 M_12.
TEST_CASE("likelihood: probes have the mean and variance of their law, and the spread falls as 1 / sqrt(probes)") {
  const std::string process = R"({"type":"ve","sigma_min":0.01,"sigma_max":10})";
  const double a = 1, b = .6;  // C = [[a, b], [b, a]], eigenvalues a +- b
  const GaussianMixture data = gauss({0, 0}, {a, b, b, a});
  const auto half_log = [](double c) { return .5 * std::log((c + 100) / (c + 1e-4)); };
  const double off = (half_log(a + b) - half_log(a - b)) / 2;
  const int n = 400;
  Matrix<double> x(n, 2);
  data.draw(Stream(3) / "rows", {0, n}, x);
  const std::string rule = R"({"type":"rk45","rtol":1e-6,"atol":1e-6})";
  const std::vector<double> exact = likelihood(data, process, x, {Probes::Law::exact}, rule).log_p;
  for (int i = 0; i < n; ++i) {
    const double u = (x[i][0] + x[i][1]) / M_SQRT2, w = (x[i][0] - x[i][1]) / M_SQRT2, hi = half_log(a + b), lo = half_log(a - b);
    const double square = std::pow(u * std::exp(hi), 2) + std::pow(w * std::exp(lo), 2);
    CHECK(near(exact[std::size_t(i)], hi + lo - std::log(2 * M_PI * 100) - square / 200, 1e-4));
  }
  double spread[2];
  int at = 0;
  for (const int K : {4, 36}) {
    const LogDensities l = likelihood(data, process, x, {Probes::Law::rademacher, K}, rule);
    double mean = 0, square = 0, variance = 0;
    for (std::size_t i = 0; i < std::size_t(n); ++i) {
      const double e = l.log_p[i] - exact[i];
      mean += e / n, square += e * e / n, variance += l.variance[i] / n;
      CHECK(std::abs(e) < 2 * std::abs(off) + 1e-4);
    }
    const double one = 4 * off * off;                                 // variance of one probe, which takes two values
    CHECK(std::abs(mean) < 4 * std::sqrt(one / K / n));               // unbiased
    CHECK(std::abs(square / (one / K) - 1) < 4 * std::sqrt(2. / n));  // kurtosis at most 3: sd of the square at most sqrt(2)
    CHECK(std::abs(variance / one - 1) < 4 * std::sqrt(2. / (K - 1.) / n) + 1e-3);
    spread[at++] = std::sqrt(square);
  }
  CHECK(std::abs(spread[0] / spread[1] - 3) < 4 * 3 * std::sqrt(1. / n));
  // one fixed probe of one row: exactly one of the two values
  const double e = likelihood(data, process, x, {Probes::Law::rademacher, 1}, tight).log_p[5] -
                   likelihood(data, process, x, {Probes::Law::exact}, tight).log_p[5];
  CHECK(near(std::abs(e), 2 * std::abs(off), 1e-7));
}

TEST_CASE("likelihood: a mixture integrates to one, and to itself where the reference is right") {
  Matrix<double> means = table(2, {-1.25, .05, .75, .55, -.25, -1.15}), wide = table(2, {.2, .05, .05, .1}),
                 round = table(2, {.15, 0, 0, .15});
  const GaussianMixture data({1, 2, 1}, means, {wide, round, wide});
  const double h = .2, side = 6;
  Matrix<double> x(int64_t(std::pow(2 * side / h + 1, 2)), 2);
  const int64_t m = int64_t(2 * side / h + 1);
  for (int64_t i = 0; i < m * m; ++i) x[i][0] = double(i / m) * h - side, x[i][1] = double(i % m) * h - side;
  // The reference N(0, 1) is far from the data noised by 1: another law, which is one all the same.
  const auto wrong = likelihood(data, R"({"type":"ve","sigma_min":0.05,"sigma_max":1})", x, {Probes::Law::exact},
                                R"({"type":"rk45","rtol":1e-7,"atol":1e-7})")
                         .log_p;
  double total = 0, apart = 0;
  std::vector<double> own(std::size_t(m * m));
  data.logp(x, {0, -1, 1, .05}, own.data());
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    total += h * h * std::exp(wrong[i]);
    apart += h * h * std::abs(std::exp(wrong[i]) - std::exp(own[i]));
  }
  CHECK(std::abs(total - 1) < 1e-6);
  CHECK(apart > .05);
  // sigma 1000 forgets the data: their mean is 0, a variance of 1e-6 relative to the reference's is all that is left
  Matrix<double> few(12, 2);
  data.draw(Stream(5) / "few", {0, 12}, few);
  own.resize(12);
  data.logp(few, {0, -1, 1, .05}, own.data());
  const auto right = likelihood(data, R"({"type":"ve","sigma_min":0.05,"sigma_max":1000})", few).log_p;
  for (std::size_t i = 0; i < 12; ++i) CHECK(near(right[i], own[i], 1e-5));
}

TEST_CASE("likelihood: a row's bits depend on its id and content alone") {
  Matrix<double> means = table(2, {-1, 0, 1, .5}), cov = table(2, {.2, .05, .05, .1});
  const GaussianMixture data({1, 2}, means, {cov, cov});
  const int n = 150;
  Matrix<double> x(n, 2), part(20, 2);
  data.draw(Stream(3) / "rows", {0, n}, x);
  for (int i = 0; i < 20; ++i) std::copy_n(x[i + 90], 2, part[i]);
  const std::string rule = R"({"type":"rk45","rtol":1e-4,"atol":1e-4})";
  const Probes probes{Probes::Law::rademacher, 2};
  const int before = threads();
  set_threads(1);
  const auto whole = likelihood(data, vp, x, probes, rule);
  set_threads(3);
  const auto again = likelihood(data, vp, x, probes, rule), some = likelihood(data, vp, part, probes, rule, 8, "\"karras\"", 90);
  set_threads(before);
  CHECK(whole.log_p == again.log_p);
  CHECK(whole.variance == again.variance);
  for (std::size_t i = 0; i < 20; ++i) CHECK(some.log_p[i] == whole.log_p[i + 90]);
  // another id, another probe
  const auto moved = likelihood(data, vp, part, probes, rule, 8, "\"karras\"", 0);
  CHECK(moved.log_p != some.log_p);
}
