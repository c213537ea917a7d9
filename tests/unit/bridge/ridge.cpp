// IPF by ridge regression: with linear features and rows whose moments are those of the population it is the exact recursion, up to the
// steps' length; bits; the condition.
#include "bridge/ridge.h"

#include "bridge/recursions.h"
#include "core/parallel.h"
#include "density/toys.h"

using namespace bridges_test;

namespace ridge_test {

// Columns of M rows with mean 0, variance 1 and no correlation whatever: column c is sqrt(2) cos(pi c (i + 1/2) / M).
double orthogonal(int64_t M, int64_t c, int64_t i) { return std::sqrt(2) * std::cos(M_PI * double(c) * (double(i) + .5) / double(M)); }

struct Orthogonal : Noise {
  int64_t M;
  int d;
  Orthogonal(int64_t rows, int dim) : M(rows), d(dim) {}
  void draw(Rows rows, int move, int, Mat<double> z) const override {
    for (int i = 0; i < rows.n; ++i)
      for (int j = 0; j < d; ++j) z[i][j] = orthogonal(M, 1 + d + int64_t(move) * d + j, rows[i]);
  }
};

Value features_of(const std::string& json) {
  std::vector<std::string> problems;
  const Value v = resolve(features(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

Matrix<double> rows_of(const Gaussian& p, int64_t M) {
  const int64_t d = int64_t(p.mean.size());
  const Matrix<double> L = cholesky(p.cov);
  Matrix<double> x(M, d);
  for (int64_t i = 0; i < M; ++i)
    for (int64_t j = 0; j < d; ++j) {
      x[i][j] = p.mean[std::size_t(j)];
      for (int64_t k = 0; k <= j; ++k) x[i][j] += L[j][k] * orthogonal(M, 1 + k, i);
    }
  return x;
}

// The population's IPF with N steps.
std::unique_ptr<RidgeBridge> population(const Gaussian& p0, const Gaussian& p1, int N, int half,
                                        std::shared_ptr<const Schedule> reference) {
  const int d = int(p0.mean.size());
  const int64_t M = 2 + d * (N + 1);
  const Matrix<double> x0 = rows_of(p0, M), x1 = rows_of(p1, M);
  auto out = std::make_unique<RidgeBridge>(d, 0, N, features_of("\"linear\""), std::move(reference));
  Progress silent;
  const RidgeBridge::Set sets[2] = {{x0, {}}, {x1, {}}};
  out->fit(
      sets, {half, 0, {0}}, [&](int) { return std::make_unique<Orthogonal>(M, d); }, Stream(1), silent);
  return out;
}

}  // namespace ridge_test
using namespace ridge_test;

// Means, covariances and Cov(X_0, X_1) of every iterate, either way: first order in the step, and nothing of order zero.
TEST_CASE("ridge on linear features follows the iterates of IPF", "[ridge]") {
  const auto follow = [](const Gaussian& p0, const Gaussian& p1, const char* kind, double tolerance, double most) {
    const int64_t d = int64_t(p0.mean.size());
    Joint exact = started(p0, *reference(kind, 1));
    for (int n = 1; n <= 5; ++n) {
      exact = n % 2 ? fitted1(exact, p1) : fitted0(exact, p0);
      const Direction way = n % 2 ? Direction::backward : Direction::forward;
      const Gaussian &from = n % 2 ? p1 : p0, &to = n % 2 ? exact.p0 : exact.p1;
      std::vector<double> error[2];
      for (const int k : {0, 1}) {
        const int N = k ? 64 : 32;
        const Carried c = through(*population(p0, p1, N, n, reference(kind, 1)), way, N);
        const Matrix<double> cross = times(c.slope, from.cov), spread = times(cross, transposed(c.slope));
        for (int64_t i = 0; i < d; ++i) {
          double mean = c.offset[std::size_t(i)];
          for (int64_t j = 0; j < d; ++j) {
            mean += c.slope[i][j] * from.mean[std::size_t(j)];
            error[k].push_back(spread[i][j] + c.noise[i][j] - to.cov[i][j]);
            error[k].push_back(cross[i][j] - (n % 2 ? exact.C[i][j] : exact.C[j][i]));
          }
          error[k].push_back(mean - to.mean[std::size_t(i)]);
        }
      }
      double first = 0;
      for (std::size_t j = 0; j < error[0].size(); ++j) {
        CAPTURE(kind, n, j, error[0][j], error[1][j]);
        first = std::max(first, std::abs(error[1][j]));
        CHECK(std::abs(2 * error[1][j] - error[0][j]) < tolerance);
      }
      CHECK(first < most);  // .0074 and .0210; a label that is off by one step gives .0111 and .0313
    }
  };
  const Gaussian p0{{-.1}, matrix(1, 1, {1})}, p1{{.3}, matrix(1, 1, {.7})};
  for (const char* kind : {kinds[0], kinds[1]}) follow(p0, p1, kind, 1e-3, .0085);
  const GaussianBridge g = correlated(kinds[0], 1);
  follow(g.marginal(0), g.marginal(1), kinds[0], 8e-3, .024);
}

TEST_CASE("features: how many, and which", "[ridge]") {
  const auto poly = make<std::unique_ptr<Features>, int>(features(), features_of(R"({"type": "polynomial", "degree": 3})"), 3);
  CHECK(poly->count() == 20);
  const double z[] = {2, 3, 5};
  std::vector<double> phi(20);
  poly->of(z, nullptr, phi.data());
  std::sort(phi.begin(), phi.end());
  CHECK(phi == std::vector<double>{1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 18, 20, 25, 27, 30, 45, 50, 75, 125});
  const auto rbf = make<std::unique_ptr<Features>, int>(features(), features_of(R"({"type": "rbf", "centres": 2, "bandwidth": 2})"), 3);
  const double centres[] = {2, 3, 5, 2, 1, 4};
  std::vector<double> bumps(6);
  rbf->of(z, centres, bumps.data());
  const double expected[] = {1, 2, 3, 5, 1, std::exp(-5. / 8)};
  for (std::size_t i = 0; i < 6; ++i) CHECK(near(bumps[i], expected[i], 1e-15));
  CHECK_THROWS_AS((make<std::unique_ptr<Features>, int>(features(), features_of(R"({"type": "polynomial", "degree": 12})"), 30)), Error);
}

// x ~ N(0, 1), y = x + N(0, 1/4): from N(0, 1) and any y back to x given y, which is N(.8 y, .2). The same with bent features; and the
// penalty that is chosen, the bits on any number of threads.
TEST_CASE("between the steps of its chain a ridge's drift is interpolated", "[ridge]") {
  const GaussianBridge g = scalar(-.4, 1, .5, .6, 1);
  const Matrix<double> x = matrix(3, 1, {-1, .2, 1.5});
  for (const char* kind : kinds) {
    const auto b = population(g.marginal(0), g.marginal(1), 8, 2, reference(kind, 1));
    for (const Direction way : {Direction::backward, Direction::forward}) {
      const Matrix<double> at2 = drift_at(*b, way, 2 / 8., x), at3 = drift_at(*b, way, 3 / 8., x), between = drift_at(*b, way, 2.25 / 8, x);
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(near(between.v[i], .75 * at2.v[i] + .25 * at3.v[i], 1e-10));
        CHECK(std::abs(at2.v[i] - at3.v[i]) > 1e-3);
      }
    }
  }
}

TEST_CASE("ridge with a condition draws the posterior", "[ridge]") {
  const int n = 4000, N = 32;
  std::vector<std::string> problems;
  const Value v = resolve(toys(), parse_json(R"({"type": "cdsb_1d_rev", "variant": 2})", "test"), "", problems);
  const auto law = make<std::unique_ptr<Law>>(toys(), v);
  Matrix<double> pairs(n, 2), x(n, 1), y(n, 1), z(n, 1);
  law->draw(Stream(5), {0, n}, pairs);
  normals(Stream(6), {0, n}, 0, z);
  for (int i = 0; i < n; ++i) x[i][0] = pairs[i][0], y[i][0] = pairs[i][1];
  const RidgeBridge::Set sets[2] = {{x, y}, {z, y}};
  for (const char* kind : {"\"linear\"", R"({"type": "polynomial", "degree": 3})", R"({"type": "rbf", "centres": 20})"}) {
    std::vector<double> bits;
    for (const int count : {1, 3}) {
      const int before = threads();
      set_threads(count);
      RidgeBridge b(1, 1, N, features_of(kind), reference("\"brownian\"", 1));
      Progress silent;
      const auto noise = [](int half) { return std::make_unique<PhiloxNoise>(Stream(7) / uint64_t(half)); };
      const auto said = b.fit(sets, {4, 0, {1e-8, 1e-4, 1e-2}}, noise, Stream(8), silent);
      set_threads(before);
      CHECK(said.size() == 4);
      const Way go = b.sde(Direction::backward);
      const auto step = affine::built<std::unique_ptr<StepRule>>(samplers(), "\"euler-maruyama\"");
      const Plan plan = make_plan(*go.schedule, *affine::built<std::unique_ptr<Grid>>(grids(), "\"even\""), N, Final::noise);
      const PhiloxNoise own(Stream(9));
      Matrix<double> out(n, 1), given(n, 1);
      for (int i = 0; i < n; ++i) given[i][0] = i % 2 ? 1.2 : -.7;
      Sampler sampler{*go.schedule, *go.denoiser, *step, *step, plan, own, [](Rows r, Mat<double> s) { normals(Stream(10), r, 0, s); }};
      sampler.given = given;
      sampler.run({0, n}, out, silent);
      for (const int side : {0, 1}) {
        double m = 0, q = 0;
        for (int i = side; i < n; i += 2) m += out[i][0] / (n / 2), q += out[i][0] * out[i][0] / (n / 2);
        CAPTURE(kind, side, m, q - m * m);
        // 4 standard errors of the draws and of the fit on n rows, and the O(1 / N) of the steps
        CHECK(std::abs(m - .8 * (side ? 1.2 : -.7)) < 4 * std::sqrt(.2) * (std::sqrt(2. / n) + std::sqrt(2. / n)));
        CHECK(std::abs(q - m * m - .2) < 4 * .2 * (std::sqrt(4. / n) + std::sqrt(2. / n)) + 1. / N);
      }
      if (bits.empty()) bits = out.v;
      CHECK(bits == out.v);
    }
  }
}

// One step, x1 = x0 + z: the regression of x0 - x1 on cubic polynomials of x1, by its hat matrix. GCV prefers the second of the penalties
// to both of its neighbours.
TEST_CASE("the penalty is what generalised cross-validation prefers", "[ridge]") {
  const int n = 40;
  const std::vector<double> penalties = {1e-3, .3, 30};
  Matrix<double> x0(n, 1), z(n, 1), none(n, 0);
  normals(Stream(21), {0, n}, 0, x0);
  const PhiloxNoise noise(Stream(22));
  noise.draw({0, n}, 0, 0, z);
  double m = 0, v = 0;
  for (int i = 0; i < n; ++i) m += (x0[i][0] + z[i][0]) / n;
  for (int i = 0; i < n; ++i) v += std::pow(x0[i][0] + z[i][0] - m, 2) / n;
  Matrix<double> phi(n, 3);
  std::vector<double> t(n), mean(4), sd(3);
  for (int i = 0; i < n; ++i) {
    t[std::size_t(i)] = -z[i][0];
    for (int k = 0; k < 3; ++k) phi[i][k] = std::pow((x0[i][0] + z[i][0] - m) / std::sqrt(v), k + 1), mean[std::size_t(k)] += phi[i][k] / n;
    mean[3] += t[std::size_t(i)] / n;
  }
  double total = 0;
  for (int i = 0; i < n; ++i) {
    for (int k = 0; k < 3; ++k) phi[i][k] -= mean[std::size_t(k)], sd[std::size_t(k)] += phi[i][k] * phi[i][k] / n;
    t[std::size_t(i)] -= mean[3], total += t[std::size_t(i)] * t[std::size_t(i)];
  }
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < 3; ++k) phi[i][k] /= std::sqrt(sd[std::size_t(k)]);
  std::vector<double> gcv, explained;
  for (const double l : penalties) {
    Matrix<double> G = times(transposed(phi), phi);
    for (int k = 0; k < 3; ++k) G[k][k] += l * n;
    const Matrix<double> H = times(times(phi, inverse(G)), transposed(phi));
    double rss = 0, df = 1;
    for (int i = 0; i < n; ++i) {
      double rest = t[std::size_t(i)];
      for (int k = 0; k < n; ++k) rest -= H[i][k] * t[std::size_t(k)];
      rss += rest * rest, df += H[i][i];
    }
    gcv.push_back(rss / n / std::pow(1 - df / n, 2)), explained.push_back(1 - rss / total);
  }
  REQUIRE((gcv[1] < gcv[0] && gcv[1] < gcv[2]));
  const RidgeBridge::Set sets[2] = {{x0, none}, {x0, none}};
  Progress silent;
  const auto fitted = [&](std::vector<double> penalty) {
    RidgeBridge b(1, 0, 1, features_of("\"polynomial\""), reference("\"brownian\"", 1));
    return b.fit(
        sets, {1, 0, std::move(penalty)}, [&](int) { return std::make_unique<PhiloxNoise>(Stream(22)); }, Stream(1), silent)[0];
  };
  const RidgeBridge::Fitted chosen = fitted(penalties);
  CHECK(chosen.penalty == .3);
  CHECK(near(chosen.explained, explained[1], 1e-12));
  for (const std::size_t k : {0, 2}) CHECK(near(fitted({penalties[k]}).explained, explained[k], 1e-12));
}
