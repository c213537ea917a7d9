// The laws that lib/theory computes, held to the sampling loop itself: impulses in place of the noise turn one run of the loop into its
// affine map (Gaussian data), and rows drawn by the loop follow the law (atoms, within stated error).
#include "theory/chain.h"

#include <cmath>

#include "sample/sampler.h"
#include "test.h"
#include "theorems.h"

using namespace dm;

namespace {

struct OneImpulse : Noise {
  void draw(Rows rows, int move, int, Mat<double> z) const override {
    for (int i = 0; i < rows.n; ++i) z[i][0] = rows[i] == 2 + move;
  }
};

void draw(const OuChain& chain, const Noise& noise, const std::function<void(Rows, Mat<double>)>& start, Matrix<double>& x) {
  Progress silent;
  Sampler{chain.schedule(), chain.denoiser(), chain.rule(), chain.rule(), chain.plan(), noise, start}.run({0, int(x.rows)}, x, silent);
}

// Where the loop takes rows that start at 0 and 1 and see no noise, and one row for each of the first `impulses` draws.
Matrix<double> rows_of(const OuChain& chain, int64_t impulses) {
  Matrix<double> x(2 + impulses, 1);
  const auto start = [](Rows r, Mat<double> v) {
    for (int i = 0; i < r.n; ++i) v[i][0] = r[i] == 1;
  };
  draw(chain, OneImpulse(), start, x);
  return x;
}

// Law of the rows that the loop would draw from N(0, 1 / rate).
Gaussian through_the_loop(const OuChain& chain, double rate) {
  const int64_t moves = int64_t(chain.plan().size());
  const Matrix<double> x = rows_of(chain, moves);
  Gaussian g{x[0][0], std::pow(x[1][0] - x[0][0], 2) / rate};
  for (int64_t k = 0; k < moves; ++k) g.var += std::pow(x[2 + k][0] - x[0][0], 2);
  return g;
}

const Gaussian data{2, .25};
ScoreError constant(double M) {
  return [M](double, const Level&) { return M; };
}

}  // namespace

TEST_CASE("the law of the chain is that of the sampling loop: step sizes at T = 8, De Bortoli et al. 2021") {
  const auto exact = gaussian_oracle(data);
  const double steps[] = {.2, .1, .05, .025, .0125, .00625, .003125};
  const double known[] = {.17346, .092566, .046822, .023348, .011631, 5.8015e-3, 2.8968e-3};
  const double digits[] = {5e-6, 5e-7, 5e-7, 5e-7, 5e-7, 5e-8, 5e-8};
  for (int i = 0; i < 7; ++i) {
    INFO("gamma " << steps[i]);
    const OuChain chain(*exact, 1, 8, steps[i]);
    CHECK(chain.plan().size() == std::size_t(std::lround(8 / steps[i])));
    const Gaussian law = chain.run(Gaussian{0, 1}), loop = through_the_loop(chain, 1);
    CHECK(std::abs(law.mean - loop.mean) < 1e-12);
    CHECK(std::abs(law.var - loop.var) < 1e-12);
    CHECK(std::abs(tv(loop, data) - known[i]) < digits[i]);
  }
}

TEST_CASE("the law of the chain is that of the sampling loop: a constant added to the score") {
  const auto exact = gaussian_oracle(data);
  const double errors[] = {.05, .1, .2, .4}, known[] = {.03005, .06032, .12056, .23866};
  // A constant moves the mean alone: the variance is that of any of them.
  const double var = through_the_loop(OuChain(*exact, 1, 8, .0015625, 0, constant(.05)), 1).var;
  for (int i = 0; i < 4; ++i) {
    INFO("M " << errors[i]);
    const OuChain chain(*exact, 1, 8, .0015625, 0, constant(errors[i]));
    const Gaussian law = chain.run(Gaussian{0, 1}), loop{rows_of(chain, 0)[0][0], var};
    CHECK(std::abs(law.mean - loop.mean) < 1e-11);
    CHECK(std::abs(law.var - loop.var) < 1e-11);
    CHECK(std::abs(tv(loop, data) - known[i]) < 5e-6);
  }
}

TEST_CASE("the law of the chain is that of the sampling loop: another rate, early stopping, an error that grows") {
  const auto exact = gaussian_oracle(data);
  const OuChain chain(*exact, 2, 3, .01, .1, [](double x, const Level& l) { return .3 * (x - 2 * l.alpha); });
  const Gaussian law = chain.run(Gaussian{0, .5}), loop = through_the_loop(chain, 2);
  CHECK(chain.plan().size() == 290);
  CHECK(std::abs(law.mean - loop.mean) < 1e-12);
  CHECK(std::abs(law.var - loop.var) < 1e-12);
}

TEST_CASE("a sum of Gaussians followed through the chain is the Gaussian where the data are one, to rounding") {
  const auto exact = gaussian_oracle(data);
  for (const double gamma : {.2, .02}) {
    const OuChain chain(*exact, 1, 4, gamma);
    const Gaussian g = chain.run(Gaussian{0, 1});
    const LineLaw law = chain.run(LineLaw{{0}, {1}, 1});
    double mass = 0;
    for (const double m : law.mass) mass += m;
    CHECK(std::abs(mass - 1) < 1e-12);
    CHECK(w1(law, LineLaw{{g.mean}, {1}, std::sqrt(g.var)}) < 1e-11);
  }
}

TEST_CASE("rows drawn by the sampling loop on atoms follow the computed law") {
  const LineLaw atoms{{-1, 1}, {.3, .7}, 0};
  const auto exact = oracle(atoms);
  const OuChain chain(*exact, 1, 3, .05, .05);
  const LineLaw law = chain.run(LineLaw{{0}, {1}, 1});
  const int64_t n = 40000;
  Matrix<double> x(n, 1);
  draw(
      chain, PhiloxNoise(Stream(1) / "z"), [](Rows r, Mat<double> v) { normals(Stream(1) / "start", r, 0, v); }, x);
  // The empirical cdf at a point has standard error sqrt(F (1 - F) / n); 4.5 of them at 200 points.
  for (int k = 0; k < 200; ++k) {
    const double t = -2.5 + 5 * k / 199., F = law.cdf(t);
    int64_t below = 0;
    for (const double v : x.v) below += v <= t;
    CHECK(std::abs(double(below) / n - F) < 4.5 * std::sqrt(F * (1 - F) / n) + 1e-4);
  }
}

TEST_CASE("the exact reversal is the limit of the chain") {
  // First order in gamma: 2 c(gamma / 2) - c(gamma) leaves a second-order error.
  const auto exact = gaussian_oracle(data);
  for (const double T : {1., 2.5}) {
    const Gaussian r = reversed(data, {0, 1}, 1, T);
    const Gaussian coarse = OuChain(*exact, 1, T, .002).run(Gaussian{0, 1}), fine = OuChain(*exact, 1, T, .001).run(Gaussian{0, 1});
    CHECK(std::abs(2 * fine.mean - coarse.mean - r.mean) < 2e-5);
    CHECK(std::abs(2 * fine.var - coarse.var - r.var) < 2e-5);
  }
  const LineLaw atoms{{-1, .5}, {.3, .7}, 0}, normal{{0}, {1}, 1};
  const auto two = oracle(atoms);
  const LineLaw r = reversed(atoms, {0, 1}, 1, 1.5, .1);
  const LineLaw coarse = OuChain(*two, 1, 1.5, .01, .1).run(normal), fine = OuChain(*two, 1, 1.5, .005, .1).run(normal);
  for (const double t : {-1.2, -.9, -.3, .1, .4, .6}) CHECK(std::abs(2 * fine.cdf(t) - coarse.cdf(t) - r.cdf(t)) < 1e-3);
  // Started from p_T itself the exact reversal ends at p_eps.
  const Gaussian point{.8, 0};
  const Level L = ou_level(1, 2);
  const LineLaw back = reversed(LineLaw{{.8}, {1}, 0}, noised(point, L), 1, 2, .1);
  const Level l = ou_level(1, .1);
  CHECK(w1(back, LineLaw{{.8 * l.alpha}, {1}, l.sigma}) < 1e-12);
}

TEST_CASE("a chain that diverges is refused in a sentence") {
  const auto exact = oracle(LineLaw{{-1, 1}, {.5, .5}, 0});
  const auto steep = [](double x, const Level&) { return 400 * x; };
  CHECK_THROWS_WITH((OuChain(*exact, 1, 4, .1, .1, steep).run(LineLaw{{0}, {1}, 1})), Catch::Contains("take smaller steps"));
}
