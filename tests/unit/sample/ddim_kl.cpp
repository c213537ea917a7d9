// The variational bound of DDIM's chain: closed forms, the divergence of the joint Gaussians, the sampler's own numbers, bits.
#include "sample/ddim_kl.h"

#include "affine.h"
#include "core/parallel.h"

using namespace dm;
using namespace affine;

namespace {

struct Gauss {
  double m, s2;
};

// Draw 0 is +1, draw 1 is -1: in one dimension the mean over both is the expectation of every quadratic form in z.
struct Signs : Noise {
  void draw(Rows, int, int draw, Mat<double> z) const override {
    for (int64_t i = 0; i < z.rows; ++i)
      for (int64_t j = 0; j < z.cols; ++j) z[i][j] = draw ? -1 : 1;
  }
};

struct Bound {
  std::unique_ptr<Process> process;
  std::unique_ptr<StepRule> rule;
  Plan plan;
  double eta, eta_0;
  Bound(const std::string& p, double e, double decoder, int steps, const std::string& grid = "\"karras\"")
      : process(built<std::unique_ptr<Process>>(processes(), p)),
        rule(built<std::unique_ptr<StepRule>>(samplers(), ddim_eta(e))),
        plan(make_plan(*process->linear(), *built<std::unique_ptr<Grid>>(grids(), grid), steps, Final::step)),
        eta(e),
        eta_0(decoder) {}
  const Schedule& schedule() const { return *process->linear(); }
  LogDensities run(const Denoiser& denoiser, Mat<const double> x0, int draws, const Noise& noise, int64_t first = 0) const {
    Progress silent;
    return DdimKl{schedule(), denoiser, *rule, plan, eta_0, draws, noise}.run({first, int(x0.rows)}, x0, silent);
  }
  // The expectation over data N(m, s2), exactly: rows m +- sqrt(s2) are to the data what the signs are to the noise.
  struct Exact {
    double value, prior, transitions, decoder;
  };
  Exact exact(Gauss data, Gauss model) const {
    Matrix<double> x(2, 1);
    x[0][0] = data.m - std::sqrt(data.s2), x[1][0] = data.m + std::sqrt(data.s2);
    const LogDensities l = run(normal(model.m, model.s2), x, 2, Signs());
    const auto mean = [&](std::size_t q) { return (l.terms[q].second[0] + l.terms[q].second[1]) / 2; };
    return {-(l.log_p[0] + l.log_p[1]) / 2, mean(0), mean(1), mean(2)};
  }
};

double entropy(double s2) { return .5 * std::log(2 * M_PI * M_E * s2); }

// KL(q || p) of the joint laws of (x0, u_1 .. u_T), u = x / alpha, from their covariances: data N(m, s2), a model whose x0hat is exact
// for N(model.m, model.s2). The steps are written as in the talk, not as the sampler's numbers.
double joint_kl(const Bound& b, Gauss data, Gauss model) {
  const int T = int(b.plan.size()), n = T + 1;
  std::vector<double> v(std::size_t(n), 0.0);  // of level t
  for (int t = 1; t <= T; ++t) v[std::size_t(t)] = b.plan[std::size_t(T - t)].from.sigma_ve();
  const auto eta = [&](std::size_t t) { return b.eta * v[t] * std::sqrt(1 - v[t] * v[t] / (v[t + 1] * v[t + 1])); };
  // Row t of each: the loadings of u_t on T + 1 standard normal draws, then its mean.
  Matrix<double> q(n, n + 1), p(n, n + 1);
  const Level top = b.plan.front().from;
  q[0][0] = std::sqrt(data.s2), q[0][n] = data.m;
  p[T][T] = b.schedule().reference_sd(top) / top.alpha;
  for (int j = 0; j <= n; ++j) q[T][j] = q[0][j];
  q[T][T] += v[std::size_t(T)];
  for (int t = T; t >= 1; --t) {
    const auto k = std::size_t(t);
    const double e = t > 1 ? eta(k - 1) : b.eta_0, keep = t > 1 ? std::sqrt(v[k - 1] * v[k - 1] - e * e) / v[k] : 0;
    const double slope = model.s2 / (model.s2 + v[k] * v[k]);  // x0hat = model.m + slope (u - model.m)
    for (int j = 0; j <= n; ++j) {
      const double at = (j == n ? model.m * (1 - slope) : 0) + slope * p[t][j];
      p[t - 1][j] = at + keep * (p[t][j] - at);
      if (t > 1) q[t - 1][j] = q[0][j] + keep * (q[t][j] - q[0][j]);
    }
    p[t - 1][t - 1] += e;
    if (t > 1) q[t - 1][t - 1] += e;
  }
  Matrix<double> Q(n, n), P(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      for (int k = 0; k < n; ++k) Q[i][j] += q[i][k] * q[j][k], P[i][j] += p[i][k] * p[j][k];
  // 2 KL = tr(P^-1 Q) + (mean difference)^T P^-1 (..) - n + log det P - log det Q, with P = L L^T
  const Matrix<double> L = cholesky(P), M = cholesky(Q);
  double twice = -n;
  for (int c = 0; c <= n; ++c) {  // columns of M, then the difference of the means
    std::vector<double> y;
    for (int i = 0; i < n; ++i) {
      double r = c < n ? M[i][c] : q[i][n] - p[i][n];
      for (int j = 0; j < i; ++j) r -= L[i][j] * y[std::size_t(j)];
      y.push_back(r / L[i][i]);
      twice += y.back() * y.back();
    }
    if (c < n) twice += 2 * std::log(L[c][c] / M[c][c]);
  }
  return twice / 2;
}

const std::string mild = R"({"type":"ve","sigma_min":0.3,"sigma_max":4})";

}  // namespace

TEST_CASE("ddim-kl: each term in closed form on a Gaussian") {
  const Gauss data{.8, .25};
  for (const double eta : {1., .5, .1})
    for (const int T : {1, 2, 9}) {
      const Bound b(mild, eta, .2, T);
      double transitions = 0;
      const auto mmse = [&](double v) { return data.s2 * v * v / (data.s2 + v * v); };
      for (int k = 0; k + 1 < T; ++k) {
        const double v = b.plan[std::size_t(k)].from.sigma, lower = b.plan[std::size_t(k)].to.sigma;
        const double e = eta * lower * std::sqrt(1 - lower * lower / (v * v));
        const double gamma = (v - std::sqrt(lower * lower - e * e)) / (e * v);
        if (eta == 1) CHECK(near(gamma * gamma, 1 / (lower * lower) - 1 / (v * v), 1e-12));  // the gain in signal to noise
        transitions += .5 * gamma * gamma * mmse(v);
      }
      const auto got = b.exact(data, data);
      CHECK(near(got.prior, (data.m * data.m + data.s2) / (2 * 16), 1e-13));
      CHECK(near(got.transitions, transitions, 1e-12));
      CHECK(near(got.decoder, mmse(b.plan.back().from.sigma) / (2 * .04) + .5 * std::log(2 * M_PI * .04), 1e-12));
      CHECK(near(got.value, got.prior + got.transitions + got.decoder, 1e-14));
    }
}

TEST_CASE("ddim-kl: the divergence of the joint Gaussians plus the entropy, right and wrong models, every process") {
  const Gauss data{.8, .25}, wrong{.3, .6};
  for (const std::string& process : {mild, std::string(R"({"type":"vp","beta_max":3})"), std::string(R"({"type":"sub-vp","beta_max":5})"),
                                     std::string(R"({"type":"ou","horizon":1})")})
    for (const double eta : {1., .6, .2})
      for (const int T : {1, 2, 6}) {
        INFO(process << " eta " << eta << " T " << T);
        const Bound b(process, eta, .25, T, R"({"type":"karras","sigma_min":0.3})");
        for (const Gauss& model : {data, wrong})
          CHECK(std::abs(b.exact(data, model).value - (joint_kl(b, data, model) + entropy(data.s2))) < 1e-10);
      }
  const Bound table(R"({"type":"ddpm"})", .7, .25, 5, "\"uniform\"");
  CHECK(std::abs(table.exact(data, wrong).value - (joint_kl(table, data, wrong) + entropy(data.s2))) < 1e-6);  // levels 1e-2 .. 1e2
}

TEST_CASE("ddim-kl: never below the entropy, which many steps with eta 1 and the exact score come near") {
  const Gauss data{.8, .25};
  double before = HUGE_VAL;
  for (const int T : {50, 200, 800, 3200}) {
    const Bound tight(edm, 1, .002, T), loose(edm, .5, .002, T);
    const double gap = tight.exact(data, data).value - entropy(.25);
    CHECK(gap > 0);
    CHECK(gap < before / 3.5);  // first order in the step
    // gamma^2 exceeds that of eta = 1 by (1 + eta^2)^2 / (4 eta^2) = 1.5625 in small steps
    if (T == 3200) CHECK(std::abs(loose.exact(data, data).transitions / tight.exact(data, data).transitions - 1.5625) < .01);
    before = gap;
  }
  CHECK(before < .04);
  // The decoder's best deviation is near the lowest level.
  for (const double far : {.5, 2.})
    CHECK(Bound(edm, 1, .002 * far, 50).exact(data, data).value > Bound(edm, 1, .002, 50).exact(data, data).value);
}

TEST_CASE("ddim-kl: drawn noise is within its error of the expectation, and its spread is that between the draws") {
  const Gauss data{.8, .25};
  const GaussianMixture law = normal(data.m, data.s2);
  const int n = 3000;
  Matrix<double> x(n, 1);
  law.draw(Stream(5) / "rows", {0, n}, x);
  const Bound b(mild, .7, .3, 12);
  const double truth = b.exact(data, data).value;
  for (const int draws : {1, 4}) {
    const LogDensities l = b.run(law, x, draws, PhiloxNoise(Stream(6) / "z"));
    double mean = 0, square = 0, variance = 0;
    for (const double v : l.log_p) mean -= v / n;
    for (const double v : l.log_p) square += (v + mean) * (v + mean) / n;
    CHECK(std::abs(mean - truth) < 3 * std::sqrt(square / n));
    CHECK(l.evaluations == 12 * draws);
    if (draws == 1) {
      CHECK(l.variance.empty());
      continue;
    }
    // Var over rows of a mean of 4 draws = Var of the row's own expectation + (variance of one draw) / 4
    for (const double v : l.variance) variance += v / n;
    const LogDensities exact = b.run(law, x, 2, Signs());  // no cross terms of +z and -z remain: the row's own expectation
    double own = 0;
    for (std::size_t i = 0; i < std::size_t(n); ++i) own += std::pow(exact.log_p[i] + truth, 2) / n;
    CHECK(std::abs((own + variance / 4) / square - 1) < .1);
  }
}

// At x0 = m the error at level v is slope v z, slope = s2 / (s2 + v^2), and the draws of different levels are independent, so that the
// variances of gamma^2 (slope v z)^2 / 2 add up.
TEST_CASE("ddim-kl: the noises of the levels are independent") {
  const Gauss data{.8, .25};
  const Bound b(mild, 1, .3, 12);
  double truth = 0, common = 0;
  for (std::size_t k = 0; k < 12; ++k) {
    const double v = b.plan[k].from.sigma, lower = b.plan[k].to.sigma, error = data.s2 / (data.s2 + v * v) * v;
    const double one = .5 * (k < 11 ? 1 / (lower * lower) - 1 / (v * v) : 1 / .09) * error * error;
    truth += 2 * one * one, common += std::sqrt(2) * one;
  }
  const int n = 4000;
  const LogDensities l = b.run(normal(data.m, data.s2), Matrix<double>(n, 1, data.m), 2, PhiloxNoise(Stream(8) / "z"));
  double variance = 0, square = 0;
  for (const double v : l.variance) variance += v / n, square += v * v / n;
  const double error = std::sqrt((square - variance * variance) / n);
  CHECK(std::abs(variance - truth) < 3 * error);
  CHECK(common * common - truth > 20 * error);
}

TEST_CASE("ddim-kl: several dimensions add up, and a row's bits depend on its id and content alone") {
  // Independent coordinates: each of a product of Gaussians has its own bound.
  Matrix<double> mean(1, 2), cov(2, 2);
  mean.v = {.8, -.3}, cov.v = {.25, 0, 0, 2};
  const GaussianMixture both({1}, mean, {cov});
  const Bound b(mild, .7, .3, 8);
  Matrix<double> x(2, 2), first(2, 1), second(2, 1);
  x.v = {.5, 1, -1, 2}, first.v = {.5, -1}, second.v = {1, 2};
  const LogDensities joint = b.run(both, x, 2, Signs()), one = b.run(normal(.8, .25), first, 2, Signs()),
                     two = b.run(normal(-.3, 2), second, 2, Signs());
  for (std::size_t i = 0; i < 2; ++i) CHECK(near(joint.log_p[i], one.log_p[i] + two.log_p[i], 1e-13));

  const int n = 150;
  Matrix<double> rows(n, 2), part(20, 2);
  both.draw(Stream(3) / "rows", {0, n}, rows);
  for (int i = 0; i < 20; ++i) std::copy_n(rows[i + 90], 2, part[i]);
  const PhiloxNoise noise(Stream(7) / "z");
  const int before = threads();
  set_threads(1);
  const LogDensities whole = b.run(both, rows, 2, noise);
  set_threads(3);
  const LogDensities again = b.run(both, rows, 2, noise), some = b.run(both, part, 2, noise, 90);
  set_threads(before);
  CHECK(whole.log_p == again.log_p);
  CHECK(whole.variance == again.variance);
  for (std::size_t i = 0; i < 20; ++i) CHECK(some.log_p[i] == whole.log_p[i + 90]);
  CHECK(b.run(both, part, 2, noise, 0).log_p != some.log_p);
}
