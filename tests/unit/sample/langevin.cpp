// Langevin chains, predictor-corrector, clipping.
#include "affine.h"
#include "sample/clip.h"

using namespace dm;
using namespace affine;

TEST_CASE("langevin: ULA's stationary variance is v / (1 - g / (2v))") {
  for (const double g : {.4, .1, .0125}) {
    INFO("g " << g);
    // sigma = 1e-3: v = s2 + 1e-6; 2000 moves forget the start (1 - .0125)^2000 = 1e-11
    const std::string process = R"({"type":"ve","sigma_min":0.001,"sigma_max":10})",
                      rule = R"({"type":"ula","step_size":)" + to_json(Value(g)) + "}";
    const Set set(process, rule, "\"karras\"", 2000, Final::none);
    CHECK(set.plan.size() == 2000);
    CHECK(set.start.sigma == 10);
    const double v = 1 + 1e-6;
    const Law1 l = law(set, 2, 1);
    CHECK(near(l.variance, v / (1 - g / (2 * v)), 1e-8));
    CHECK(near(l.mean, 2, 1e-8));
    // W2 of core.md 4.4 (c): the deviation's distance from 1
    if (g == .4) CHECK(std::abs(std::sqrt(l.variance) - 1 - .118034) < 2e-6);
    if (g == .1) CHECK(std::abs(std::sqrt(l.variance) - 1 - .0259784) < 2e-6);
    if (g == .0125) CHECK(std::abs(std::sqrt(l.variance) - 1 - .00313973) < 2e-6);
  }
  // a mode of the tutorial: variance .1, step .01 (core.md's .105263), its 1000 steps from N(0, 100)
  const double mode =
      law(Set(R"({"type":"ve","sigma_min":0.0001,"sigma_max":10})", "\"ula\"", "\"karras\"", 1000, Final::none), 0, .1).variance;
  CHECK(std::abs(mode - .105263) < 5e-7);
  // the whole trajectory: mean m (1 - (1 - g)^n), and the last move to the clean level returns x0hat
  const Set few(R"({"type":"ve","sigma_min":0.000001,"sigma_max":10})", R"({"type":"ula","step_size":0.1})", "\"karras\"", 7, Final::none);
  CHECK(near(law(few, 2, 1).mean, 2 * (1 - std::pow(.9, 7)), 1e-4));
  const Set clean(edm, "\"ula\"", "\"karras\"", 7, Final::step);
  CHECK(clean.plan.size() == 7);
  CHECK(clean.plan.back().to.clean());
}

TEST_CASE("langevin: a grid whose end is left open ends at the lowest level that is known, and ULA stays there") {
  const auto levels = [](const char* process, const char* grid, Span span) {
    const auto p = built<std::unique_ptr<Process>>(processes(), process);
    std::vector<double> out;
    for (const Move& m : make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), grid), 3, Final::none, span))
      out.push_back(m.to.sigma_ve());
    return out;
  };
  for (const char* process : {"\"ve\"", "\"vp\"", "\"ou\"", "\"sub-vp\""})
    for (const char* grid : {"\"karras\"", "\"uniform\"", "\"log-snr\""}) {
      INFO(process << " " << grid);
      CHECK(near(levels(process, grid, {{}, {}, .7}).back(), .7, 1e-9));
      CHECK(levels(process, grid, {{}, {}, 1e-9}) == levels(process, grid, {}));  // below the process's own end it says nothing
      CHECK(near(levels(process, grid, {{}, .9, .7}).back(), levels(process, grid, {{}, .9}).back(),
                 1e-15));  // nor where the end is asked for
    }
  CHECK(near(levels("\"ve\"", R"({"type":"karras","sigma_min":1.5})", {{}, {}, .7}).back(), 1.5, 1e-9));
  // N(0, 1) known at sigma .7 only: v = 1.49
  const Set set(R"({"type":"ve","sigma_max":10})", R"({"type":"ula","step_size":0.2})", "\"karras\"", 300, Final::none, "", false,
                {{}, {}, .7});
  for (const Move& m : set.plan) CHECK(near(m.from.sigma, .7, 1e-12));
  CHECK(near(law(set, 0, 1).variance, 1.49 / (1 - .2 / (2 * 1.49)), 1e-9));
}

// Each level multiplies by (1 - b)^T and adds 2a (1 - (1-b)^2T) / (1 - (1-b)^2), b = a_i / (s2 + sigma_i^2), a_i = step sigma_i^2 /
// sigma_L^2.
TEST_CASE("langevin: annealed Langevin's law on the tutorial's levels") {
  const double step = 1e-4, s2 = 1;
  const int T = 5;
  const Set set(R"({"type":"ve","sigma_min":0.02,"sigma_max":10})", R"({"type":"annealed-langevin","step_size":1e-4,"inner":5})",
                R"({"type":"karras","rho":5})", 99, Final::none);
  REQUIRE(set.plan.size() == 500);
  double v = 100;
  for (int i = 0; i < 100; ++i) {
    const double s = set.plan[std::size_t(5 * i)].from.sigma, a = step * s * s / 4e-4;
    CHECK(near(a / (s * s), .25, 1e-12));
    for (int k = 0; k < T; ++k) v = std::pow(1 - a / (s2 + s * s), 2) * v + 2 * a;
  }
  CHECK(near(law(set, 0, s2).variance, v, 1e-10));
  const Set clean(edm, R"({"type":"annealed-langevin","inner":3})", "\"karras\"", 10, Final::step);
  CHECK(clean.plan.size() == 31);
}

// Corrector before predictor: with v the variance at the level, x <- (1 - g/v) x + sqrt(2g) z with g = 2 (snr sigma)^2.
TEST_CASE("langevin: the ald corrector before each step, in closed form") {
  const double s2 = .25, snr = .16;
  const Set set(edm, "\"ancestral\"", "\"karras\"", 20, Final::step, R"({"type":"ald","snr":0.16,"inner":2})");
  REQUIRE(set.plan.size() == 60);
  double v = 80 * 80;
  for (std::size_t k = 0; k < 60; ++k) {
    const Move& m = set.plan[k];
    const double t2 = m.from.sigma * m.from.sigma, u2 = m.to.sigma * m.to.sigma;
    if (k % 3 < 2) {
      REQUIRE(m.kind == Move::correct);
      const double g = 2 * snr * snr * t2;
      v = std::pow(1 - g / (s2 + t2), 2) * v + 2 * g;
    } else {  // x_s = (u2 x + (t2 - u2) x0hat) / t2 + posterior noise
      REQUIRE(m.kind == Move::reverse);
      const double a = (u2 + (t2 - u2) * s2 / (s2 + t2)) / t2;
      v = a * a * v + (t2 - u2) * u2 / t2;
    }
  }
  CHECK(near(law(set, 0, s2).variance, v, 1e-11));
  // VP: the factor a = 1 - beta_i of the public code on its own loop
  const Set vpc(vp, "\"reverse-diffusion\"", "\"score-sde\"", 100, Final::denoise, "\"ald\"");
  const Undone u = undone(vpc.schedule(), vpc.plan[1]);
  CHECK(near(u.r * u.r, 1 - 20. / 100, 1e-12));
  Step first;
  REQUIRE(vpc.corrector->step(vpc.schedule(), vpc.plan, 0, first));
  CHECK(near(1 - first.a, 2 * (1 - 20. / 100) * .16 * .16, 1e-12));  // g / sigma^2
  CHECK(vpc.plan.size() == 200);
}

// Row by row against the formula, with a score and noise that are known: g = 2 (snr |z| / |s|)^2.
TEST_CASE("langevin: the corrector's step comes from each row's own norms") {
  Matrix<double> mean(1, 3), cov(3, 3);
  for (int j = 0; j < 3; ++j) cov[j][j] = 1;
  const GaussianMixture oracle({1}, mean, {cov});
  const Set set(edm, "\"ddim\"", R"({"type":"karras","sigma_max":2})", 1, Final::step, R"({"type":"langevin","snr":0.3})");
  REQUIRE(set.plan.size() == 2);
  const PhiloxNoise noise(Stream(3) / "z");
  Matrix<double> x(70, 3), z(70, 3);
  noise.draw({0, 70}, 0, 0, z);
  set.run(oracle, noise, x, [](Rows r, Mat<double> v) {
    for (int i = 0; i < r.n; ++i)
      for (int j = 0; j < 3; ++j) v[i][j] = double(r[i]) - 9.5 + j;
  });
  for (int i = 0; i < 70; ++i) {
    double z2 = 0, s2 = 0, s[3];
    for (int j = 0; j < 3; ++j) s[j] = -(i - 9.5 + j) / 5, z2 += z[i][j] * z[i][j], s2 += s[j] * s[j];  // level sigma 2: variance 5
    const double g = 2 * .09 * z2 / s2;
    for (int j = 0; j < 3; ++j) CHECK(near(x[i][j], (i - 9.5 + j + g * s[j] + std::sqrt(2 * g) * z[i][j]) / 5, 1e-10));  // x0hat = x / 5
  }
  CHECK_THROWS_AS(built<std::unique_ptr<StepRule>>(correctors(), R"({"type":"langevin","norm":"batch-mean"})"), Error);
}

// 0.8 N((5,5), I) + 0.2 N((-5,-5), I) from U[-8,8]^2 (NCSN's toy): plain Langevin keeps the half of the square in which it starts, annealed
// Langevin finds the weights. n = 1280, standard errors .014 and .011.
TEST_CASE("langevin: annealing recovers the weights of far modes, plain Langevin does not") {
  Matrix<double> means(2, 2), cov(2, 2);
  means.v = {5, 5, -5, -5}, cov[0][0] = cov[1][1] = 1;
  const GaussianMixture oracle({.8, .2}, means, {cov, cov});
  const auto share = [&](const std::string& sampler, const std::string& grid, int steps) {
    const Set set(R"({"type":"ve","sigma_min":0.01,"sigma_max":20})", sampler, grid, steps, Final::none);
    Matrix<double> x(1280, 2);
    set.run(oracle, PhiloxNoise(Stream(5) / "z"), x, [](Rows r, Mat<double> v) {
      for (int i = 0; i < r.n; ++i) {
        Draws draws(Stream(5) / "start", r[i]);
        v[i][0] = draws.uniform(-8, 8), v[i][1] = draws.uniform(-8, 8);
      }
    });
    double upper = 0;
    for (int i = 0; i < 1280; ++i) upper += x[i][0] + x[i][1] > 0;
    return upper / 1280;
  };
  const double plain = share(R"({"type":"ula","step_size":0.05})", "\"log-snr\"", 1000);
  const double annealed =
      share(R"({"type":"annealed-langevin","step_size":0.05,"inner":100})", R"({"type":"log-snr","sigma_max":20,"sigma_min":1})", 9);
  CHECK(std::abs(plain - .5) < 5 * .014 + .05);
  CHECK(std::abs(annealed - .8) < 5 * .011 + .03);
  CHECK(annealed - plain > .2);
}

TEST_CASE("clipping: off leaves every bit, on holds x0hat and keeps x = alpha x0 + sigma eps") {
  const GaussianMixture oracle = normal(0, 9);
  const ClippedDenoiser clip(oracle, {-1}, {2});
  Matrix<double> x(5, 1), a(5, 1), b(5, 1), c(5, 1), e(5, 1);
  x.v = {-4, -.3, .2, 1, 7};
  const Level l{.5, -1, .8, .6};
  Pred plain{a, b}, held{c, e};
  oracle.eval({{0, 5}, {x}}, {&l, true}, plain);
  clip.eval({{0, 5}, {x}}, {&l, true}, held);
  for (int i = 0; i < 5; ++i) {
    CHECK(c[i][0] == std::min(2., std::max(-1., a[i][0])));
    if (c[i][0] == a[i][0]) CHECK(e[i][0] == b[i][0]);
    CHECK(near(.8 * c[i][0] + .6 * e[i][0], x[i][0], 1e-14));
  }
  CHECK(c[0][0] == -1);
  CHECK(c[4][0] == 2);
}
