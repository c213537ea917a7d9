// Bridges with mixture potentials: the identities that characterise them, by quadrature on a line and pointwise in the plane, and the law
// of the pairs.
#include "bridge/mixture.h"

#include "bridge/fixtures.h"
#include "density/toys.h"

using namespace bridges_test;

namespace mixture_test {

constexpr Level clean;  // alpha 1, sigma 0

using Mixture = std::shared_ptr<const GaussianMixture>;
Mixture mixture(std::vector<double> w, Matrix<double> means, std::vector<Matrix<double>> covs) {
  return std::make_shared<GaussianMixture>(std::move(w), std::move(means), std::move(covs));
}
Mixture line_phi() { return mixture({.7, .3}, matrix(2, 1, {-1, .8}), {matrix(1, 1, {.3}), matrix(1, 1, {.8})}); }
Mixture line_h() {
  return mixture({.2, .5, .3}, matrix(3, 1, {-1.5, .3, 2}), {matrix(1, 1, {.2}), matrix(1, 1, {.05}), matrix(1, 1, {.4})});
}
MixtureBridge line(const char* kind, double sigma = .8) { return {line_phi(), line_h(), reference(kind, sigma)}; }
MixtureBridge plane(const char* kind) {
  return {mixture({.4, .6}, matrix(2, 2, {-1, .5, 1, 0}), {matrix(2, 2, {.5, .2, .2, .4}), matrix(2, 2, {.3, -.1, -.1, .9})}),
          mixture({.5, .5}, matrix(2, 2, {0, 2, 1.5, -1}), {matrix(2, 2, {.2, 0, 0, .7}), matrix(2, 2, {.6, .3, .3, .4})}),
          reference(kind, .9)};
}

double logp(const GaussianMixture& p, const double* x) {
  double out;
  p.logp({x, 1, p.dim(), p.dim()}, clean, &out);
  return out;
}
double density(const GaussianMixture& p, double x) { return std::exp(logp(p, &x)); }
double normal(double x, double m, double v) { return std::exp(-.5 * (x - m) * (x - m) / v) / std::sqrt(2 * M_PI * v); }

constexpr double lo = -9, step = .1;  // the trapezoidal rule on [-9, 9]: exact to rounding for Gaussians this wide
constexpr int points = 181;
template <class F>
double integral(F f) {
  double sum = 0;
  for (int i = 0; i < points; ++i) sum += f(lo + step * i);
  return sum * step;
}

}  // namespace mixture_test
using namespace mixture_test;

TEST_CASE("one component a potential is the Gaussian bridge", "[mixture]") {
  for (const char* kind : kinds) {
    const MixtureBridge b(mixture({1}, matrix(1, 2, {-1, .5}), {matrix(2, 2, {.5, .2, .2, .4})}),
                          mixture({1}, matrix(1, 2, {0, 2}), {matrix(2, 2, {.6, .3, .3, .4})}), reference(kind, .9));
    const auto at = [&](double t) {
      const GaussianMixture m = b.marginal(t);
      return Gaussian{{m.mean(0)[0], m.mean(0)[1]}, m.covariance(0)};
    };
    const GaussianBridge g(at(0), at(1), reference(kind, .9));
    const Matrix<double> x = matrix(3, 2, {0, 0, 1, -2, -.5, 3});
    for (const double t : {.2, .7}) {
      const Gaussian m = at(t), n = g.marginal(t);
      for (std::size_t i = 0; i < 2; ++i) CHECK(near(m.mean[i], n.mean[i], 1e-12));
      for (std::size_t i = 0; i < 4; ++i) CHECK(near(m.cov.v[i], n.cov.v[i], 1e-12));
      for (const Direction way : {Direction::backward, Direction::forward}) {
        const Matrix<double> a = ends_at(b, way, t, x), c = ends_at(g, way, t, x);
        for (std::size_t i = 0; i < a.v.size(); ++i) CHECK(near(a.v[i], c.v[i], 1e-11));
      }
    }
  }
}

TEST_CASE("the marginals of a mixture bridge are those of phi_0 q h_1", "[mixture]") {
  for (const char* kind : kinds) {
    const MixtureBridge b = line(kind);
    const Level end = b.schedule(Direction::backward)->at(1);
    const double v = end.sigma * end.sigma;
    const Mixture phi = line_phi(), h = line_h();
    const auto joint = [&](double x, double y) { return density(*phi, x) * normal(y, end.alpha * x, v) * density(*h, y); };
    const double mass = integral([&](double x) { return integral([&](double y) { return joint(x, y); }); });
    const GaussianMixture p0 = b.marginal(0), p1 = b.marginal(1);
    for (const double x : {-2., -.4, 1.3}) {
      CHECK(near(density(p0, x), integral([&](double y) { return joint(x, y); }) / mass, 1e-10));
      CHECK(near(density(p1, x), integral([&](double y) { return joint(y, x); }) / mass, 1e-10));
      // and the drift's end is the mean of the plan
      const double mean = integral([&](double y) { return y * joint(x, y); }) / integral([&](double y) { return joint(x, y); });
      CHECK(near(ends_at(b, Direction::forward, 0, matrix(1, 1, {x}))[0][0], mean, 1e-10));
      // X_t has the density of X_0 and X_1 pinned by the reference
      const double t = .37;
      const Pinned p(*b.schedule(Direction::backward), t);
      const double now =
          integral([&](double a) { return integral([&](double y) { return joint(a, y) * normal(x, p.a * a + p.b * y, p.s * p.s); }); });
      CHECK(near(density(b.marginal(t), x), now / mass, 1e-10));
    }
  }
}

TEST_CASE("drifts of a mixture bridge obey Nelson, the flow is theirs", "[mixture]") {
  const Matrix<double> x = matrix(3, 2, {.1, -.3, 1, 1.5, -1.2, .4});
  for (const char* kind : kinds) {
    const MixtureBridge b = plane(kind);
    for (const double t : {.15, .5, .9}) {
      const GaussianMixture p = b.marginal(t);
      const Matrix<double> f = drift_at(b, Direction::forward, t, x), back = drift_at(b, Direction::backward, t, x);
      Matrix<double> in = x, x0(3, 2), rate(3, 2);
      const Way flow = b.flow(Direction::forward);
      const Level l = flow.schedule->at(1 - t);
      Pred out{x0, rate};
      const auto replay = flow.denoiser->replay({{0, 3}, {in}}, {&l, true}, out);
      for (int64_t i = 0; i < 3; ++i)
        for (int64_t j = 0; j < 2; ++j) {
          const double h = 1e-5;
          Matrix<double> up = x, down = x;
          up[i][j] += h, down[i][j] -= h;
          const double score = (logp(p, up[i]) - logp(p, down[i])) / (2 * h);
          CHECK(near(f[i][j] + back[i][j], b.schedule(Direction::backward)->g2(t) * score, 1e-8));
          CHECK(near(-rate[i][j], (f[i][j] - back[i][j]) / 2, 1e-12));
          // the derivative of the flow, forwards and transposed
          Matrix<double> e(3, 2), dx0(3, 2), tangent(3, 2), gx(3, 2), zero(3, 2);
          e[i][j] = 1;
          Pred d{dx0, tangent};
          replay->jvp(e, d);
          const Matrix<double> fu = drift_at(b, Direction::forward, t, up), fd = drift_at(b, Direction::forward, t, down),
                               bu = drift_at(b, Direction::backward, t, up), bd = drift_at(b, Direction::backward, t, down);
          for (int64_t k = 0; k < 2; ++k) CHECK(near(-tangent[i][k], (fu[i][k] - fd[i][k] - bu[i][k] + bd[i][k]) / (4 * h), 1e-7));
          replay->vjp({zero, e}, gx);
          CHECK(near(gx[i][1 - j], tangent[i][1 - j], 1e-12));  // a gradient field: the Jacobian is symmetric
        }
    }
  }
}

// KL(P* | Q started at pi_0) = E[log h_1(X_1) - log h_0(X_0)] = 1/2 int E|v_f - f X|^2 / g^2 dt (Girsanov).
TEST_CASE("the energy of a mixture bridge's drift is its divergence from the reference", "[mixture]") {
  for (const char* kind : kinds) {
    const MixtureBridge b = line(kind);
    const Mixture h = line_h();
    const Schedule& s = *b.schedule(Direction::backward);
    const Level end = s.at(1);
    const auto log_h0 = [&](double x) {
      return std::log(integral([&](double y) { return normal(y, end.alpha * x, end.sigma * end.sigma) * density(*h, y); }));
    };
    const GaussianMixture p0 = b.marginal(0), p1 = b.marginal(1);
    const double kl = integral([&](double x) { return density(p1, x) * logp(*h, &x) - density(p0, x) * log_h0(x); });
    Matrix<double> x(points, 1);
    for (int i = 0; i < points; ++i) x[i][0] = lo + step * i;
    // Romberg over t = 1 - (1 - s)^2: the drift varies fastest where the potential stands
    const auto midpoint = [&](int n) {
      double sum = 0;
      for (int k = 0; k < n; ++k) {
        const double rest = 1 - (k + .5) / n, t = 1 - rest * rest;
        const GaussianMixture p = b.marginal(t);
        const Matrix<double> v = drift_at(b, Direction::forward, t, x);
        for (int i = 0; i < points; ++i) sum += 2 * rest * density(p, x[i][0]) * std::pow(v[i][0] - s.f(t) * x[i][0], 2) / (2 * s.g2(t));
      }
      return sum * step / n;
    };
    const double m[3] = {midpoint(20), midpoint(40), midpoint(80)}, r[2] = {(4 * m[1] - m[0]) / 3, (4 * m[2] - m[1]) / 3};
    CHECK(near(kl, (16 * r[1] - r[0]) / 15, 1e-6));
  }
}

TEST_CASE("pairs of a mixture bridge have its plan", "[mixture]") {
  const MixtureBridge b = line("\"brownian\"");
  const auto coupling = b.coupling();
  const int n = 40000;
  Matrix<double> rows(n, 2);
  coupling->draw(Stream(3), {0, n}, rows);
  const Mixture phi = line_phi(), h = line_h();
  const auto joint = [&](double x, double y) { return density(*phi, x) * normal(y, x, .64) * density(*h, y); };
  const auto mean = [&](auto f) { return integral([&](double x) { return integral([&](double y) { return f(x, y) * joint(x, y); }); }); };
  const double mass = mean([](double, double) { return 1; });
  const auto check = [&](auto f) {
    const double m = mean(f) / mass, sd = std::sqrt(mean([&](double x, double y) { return f(x, y) * f(x, y); }) / mass - m * m);
    double sum = 0;
    for (int i = 0; i < n; ++i) sum += f(rows[i][0], rows[i][1]);
    CHECK(std::abs(sum / n - m) < 4 * sd / std::sqrt(n));
  };
  check([](double x, double) { return x; });
  check([](double, double y) { return y; });
  check([](double x, double y) { return x * y; });
  check([](double x, double y) { return y > 1 && x < 0; });
  // Row i alone is row i.
  Matrix<double> one(1, 2);
  coupling->draw(Stream(3), {17, 1}, one);
  CHECK((one[0][0] == rows[17][0] && one[0][1] == rows[17][1]));
}

TEST_CASE("from any law the way forward is known", "[mixture]") {
  const Mixture h = mixture({.5, .5}, matrix(2, 2, {0, 2, 1.5, -1}), {matrix(2, 2, {.2, 0, 0, .7}), matrix(2, 2, {.6, .3, .3, .4})});
  const MixtureBridge b(std::shared_ptr<const Law>(affine::built<std::unique_ptr<Law>>(toys(), "\"moons\"")), h,
                        reference("\"brownian\"", 1));
  CHECK_THROWS_AS(b.ends(Direction::backward), Error);
  CHECK_THROWS_AS(b.flow(Direction::forward), Error);
  const std::shared_ptr<const Law> coupling = b.coupling();
  const int n = 6000;
  Matrix<double> pairs(n, 4), x(n, 2);
  coupling->draw(Stream(1), {0, n}, pairs);
  const Way go = b.sde(Direction::forward);
  const auto step = affine::built<std::unique_ptr<StepRule>>(samplers(), "\"euler-maruyama\"");
  const Plan plan = make_plan(*go.schedule, *affine::built<std::unique_ptr<Grid>>(grids(), "\"even\""), 100, Final::noise);
  const PhiloxNoise noise(Stream(2));
  Progress silent;
  const EndLaw start(coupling, 0);
  Sampler{*go.schedule, *go.denoiser, *step, *step, plan, noise, [&](Rows r, Mat<double> v) { start.draw(Stream(4), r, v); }}.run({0, n}, x, silent);
  for (int64_t j = 0; j < 2; ++j)
    for (const int power : {1, 2}) {
      double m[2] = {}, v[2] = {};
      for (int i = 0; i < n; ++i) {
        const double f[2] = {std::pow(x[i][j], power), std::pow(pairs[i][2 + j], power)};
        for (int k = 0; k < 2; ++k) m[k] += f[k] / n, v[k] += f[k] * f[k] / n;
      }
      // 4 standard errors, and what 100 steps of Euler add to a variance, here less than .02
      CHECK(std::abs(m[0] - m[1]) < 4 * std::sqrt((v[0] - m[0] * m[0] + v[1] - m[1] * m[1]) / n) + (power == 2 ? .02 : 0));
    }
}
