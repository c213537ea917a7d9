#include "theorems.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "ot/wasserstein.h"
#include "test.h"
#include "theory/chain.h"

using namespace dm;

TEST_CASE("tv: the exact reversal of N(2, .25) at T = 1 .. 6, and the fitted rates") {
  const Curves c = curves_of(R"({"type":"tv"})");
  const double prior[] = {.29506, .10806, .039728, .014614, 5.3761e-3, 1.9778e-3};
  const double final_tv[] = {.059976, 7.4084e-3, 9.9072e-4, 1.3386e-4, 1.8113e-5, 2.4512e-6};
  const double final_w2[] = {.075319, .0092854, .0012417, 1.6777e-4};
  for (int T = 1; T <= 6; ++T) {
    INFO("T " << T);
    CHECK(c.table[T - 1][c.column("T")] == T);
    CHECK(std::abs(c.get("tv_prior", T - 1, 1)[0] / prior[T - 1] - 1) < 4e-5);
    CHECK(std::abs(c.get("tv", T - 1, 1)[0] / final_tv[T - 1] - 1) < 4e-5);
    if (T <= 4) CHECK(std::abs(c.get("w2", T - 1, 1)[0] / final_w2[T - 1] - 1) < 4e-5);
  }
  CHECK(std::abs(c.fit("rate_prior") - 1) < 5e-4);
  CHECK(std::abs(c.fit("rate_final") - 2) < 5e-4);
  CHECK(std::abs(c.fit("order_gamma") - 1) < .02);
  CHECK(std::abs(c.fit("order_M") - 1) < .01);
  CHECK(std::abs(c.fit("rate_unstable") - .5) < .03);
  CHECK(std::abs(c.fit("slope_M") - .6) < .01);
  CHECK(c.fit("violations") == 0);
  for (int64_t i = 0; i < c.rows(); ++i) CHECK(c.table[i][c.column("tv")] <= c.table[i][c.column("bound")] * (1 + 1e-12));
}

TEST_CASE("tv: sqrt(rate) is what the theorem promises; exactly, p_T approaches the prior at the rate itself") {
  const Curves c = curves_of(R"({"type":"tv","rate":2,"horizons":[1,1.5,2,2.5,3],"horizon":3})");
  CHECK(std::abs(c.fit("rate_prior") - 2) < .01);
  CHECK(std::abs(c.fit("rate_final") - 4) < .02);
  CHECK(c.fit("violations") == 0);
}

TEST_CASE("decomposition: the terms add up to more than the truth, Girsanov's bound holds, its terms are the closed ones") {
  const Curves c = curves_of(R"({"type":"decomposition"})");
  CHECK(c.fit("violations") == 0);
  for (int64_t i = 0; i < c.rows(); ++i) {
    const auto of = [&](const char* name) { return c.table[i][c.column(name)]; };
    INFO("T " << of("T") << " gamma " << of("gamma") << " M " << of("M"));
    CHECK(std::abs(of("initialisation") + of("discretisation") + of("score_error") - of("sum")) < 1e-15);
    CHECK(of("together") <= of("sum"));
    CHECK(of("together") <= of("girsanov"));
    // Data processing: the chain cannot make the initial error larger.
    CHECK(of("initialisation") <= tv(noised({2, .25}, ou_level(1, of("T"))), {0, 1}));
    CHECK(of("together") >= std::abs(of("discretisation") - of("score_error")) - of("initialisation"));
  }
  // Without error and with a vanishing step nothing but KL(p_T, prior) is left; a constant error adds M^2 T.
  const Curves fine =
      curves_of(R"({"type":"decomposition","horizons":[2],"step":1e-4,"error":0.1,"steps":[1e-4],"horizon":2,"errors":[0,0.1]})");
  const double start = kl(noised({2, .25}, ou_level(1, 2)), {0, 1});
  const std::vector<double> g = fine.get("girsanov", 2, 2);
  CHECK(std::abs(2 * g[0] * g[0] - start) < 2e-3);
  CHECK(std::abs(2 * (g[1] * g[1] - g[0] * g[0]) - .01 * 2) < 1e-4);
}

TEST_CASE("manifold: floors, rates and orders of De Bortoli 2022") {
  const Curves c = curves_of(R"({"type":"manifold","horizon":5,"stops":[1e-4,1e-3,1e-2],"steps":[0.04,0.02,0.01],"error_step":0.005})");
  CHECK(std::abs(c.fit("isolated") - 1) < 1e-4);  // W1 = sigma sqrt(2 / pi) up to the shrinking of the atoms, O(eps)
  CHECK(std::abs(c.fit("order_epsilon") - .5) < .005);
  CHECK(std::abs(c.fit("order_epsilon_circle") - .5) < .005);
  CHECK(std::abs(c.fit("rate_T") - 2) < .02);
  CHECK(std::abs(c.fit("order_gamma") - 1) < .05);
  CHECK(std::abs(c.fit("order_gamma_tight") - .5) < .05);
  CHECK(std::abs(c.fit("order_M") - 1) < .1);
  CHECK(c.fit("violations") == 0);
}

TEST_CASE("manifold: W1 of a noised circle is that of its radii, by the exact transport of lib/ot and by rows") {
  // 36 angles times 25 quantiles of |X_eps| against 36 angles on the circle itself, as weighted points.
  const double eps = .05;
  const Level l = ou_level(1, eps);
  const Curves c = curves_of(
      R"({"type":"manifold","stops":[0.05,0.1],"horizons":[1,2,3],"steps":[0.2,0.1],"errors":[0.1,0.2],"horizon":2,"error_step":0.1})");
  const double value = c.get("w1", 2, 1)[0];
  CHECK(c.get("circle", 2, 1)[0] == 1);
  const int n = 200000;
  Matrix<double> z(n, 2);
  normals(Stream(5) / "circle", {0, n, nullptr}, 0, z);
  std::vector<double> radius;
  double mean = 0, square = 0;
  for (int i = 0; i < n; ++i) {
    radius.push_back(std::hypot(l.alpha + l.sigma * z[i][0], l.sigma * z[i][1]));
    const double d = std::abs(radius.back() - 1);
    mean += d / n, square += d * d / n;
  }
  CHECK(std::abs(mean - value) < 4 * std::sqrt((square - mean * mean) / n));
  std::sort(radius.begin(), radius.end());
  Matrix<double> noisy(36 * 25, 2), circle(36, 2);
  double radial = 0;
  for (int a = 0; a < 36; ++a) {
    const double u = std::cos(2 * M_PI * a / 36), v = std::sin(2 * M_PI * a / 36);
    circle[a][0] = u, circle[a][1] = v;
    for (int k = 0; k < 25; ++k) {
      const double r = radius[std::size_t((k + .5) / 25 * n)];
      noisy[25 * a + k][0] = r * u, noisy[25 * a + k][1] = r * v;
      if (a == 0) radial += std::abs(r - 1) / 25;
    }
  }
  CHECK(std::abs(wasserstein({noisy}, {circle}, 1) - radial) < 1e-9);
  CHECK(std::abs(radial - value) < .02 * value);  // of 25 quantiles
}

TEST_CASE("ula: Corollary 10 of Durmus, Majewski & Miasojedow 2019 for N(0, 1), every step of every trajectory") {
  const Curves c = curves_of(R"({"type":"ula","chains":50,"chain_steps":10})");
  const double gamma[] = {.4, .2, .1, .05, .025, .0125}, known[] = {.118034, .0540926, .0259784, .0127394, 6.30921e-3, 3.13973e-3};
  const double bounds[] = {.894, .632, .447, .316, .224, .158};
  const int64_t w = c.column("w2"), b = c.column("bound"), n = c.column("n"), mixture = c.column("mixture");
  int64_t ends = 0, steps = 0;
  for (int64_t i = 0; i < c.rows(); ++i)
    if (c.table[i][mixture] == 0) {
      CHECK(c.table[i][w] <= c.table[i][b]);
      ++steps;
      for (int k = 0; k < 6; ++k)
        if (c.table[i][c.column("gamma")] == gamma[k] && c.table[i][n] == std::ceil(12 / gamma[k])) {
          CHECK(std::abs(c.table[i][w] / known[k] - 1) < 3e-5);  // e^{-12} of the start is left
          CHECK(std::abs(c.table[i][b] - bounds[k]) < 6e-4);
          // ... which is the closed stationary law, variance 1 / (1 - gamma / 2)
          CHECK(std::abs(c.table[i][w] - (std::sqrt(1 / (1 - gamma[k] / 2)) - 1)) < 1e-5);
          ++ends;
        }
    }
  CHECK(ends == 12);  // once in its trajectory, once in the curve against gamma
  CHECK(steps > 1800);
  CHECK(c.fit("violations") == 0);
  CHECK(c.fit("corollary") < 1);
  CHECK(std::abs(c.fit("order_gamma_fine") - 1) < .01);
}

TEST_CASE("ula: several directions, a start at a point, and steps beyond 1 / L") {
  const Curves c =
      curves_of(R"({"type":"ula","variances":[0.5,1,4],"start_variance":0,"steps":[0.5,0.25,0.01],"chains":50,"chain_steps":10})");
  CHECK(c.fit("violations") == 0);
  CHECK(c.fit("corollary") < 1);
  // n = 0: the distance from a point to the Gaussian, sqrt(sum 3^2 + s2)
  CHECK(std::abs(c.table[0][c.column("w2")] - std::sqrt(27 + 5.5)) < 1e-12);
  CHECK_THROWS_WITH(curves_of(R"({"type":"ula","variances":[0.5],"steps":[0.6,0.1]})"), Catch::Contains("1 / L = 0.5"));
}

TEST_CASE("ula: on nine modes the chains stay where they are") {
  const Curves c = curves_of(R"({"type":"ula","chains":1000,"chain_steps":300,"steps":[0.4,0.2]})", 3);
  CHECK(c.fit("mixture_w2") > 2 * c.fit("mixture_floor"));
  CHECK(c.fit("mixture_w2") > 20 * c.fit("mixture_bound"));
  // 2000 coordinates: standard error of the variance .105263 sqrt(2 / 2000)
  CHECK(std::abs(c.fit("mixture_within") - .1 / (1 - .01 / .2)) < 4 * .105263 * std::sqrt(2 / 2000.));
  // Chains fall into the nearest mode of {-10, 0, 10}^2: P(|10 Z| < 5) = .383 a side, not the weights.
  CHECK(c.fit("mixture_weights") > .2);
  CHECK(curves_of(R"({"type":"ula","chains":50,"chain_steps":10})", 2).fit("mixture_w2") !=
        curves_of(R"({"type":"ula","chains":50,"chain_steps":10})", 3).fit("mixture_w2"));
}

TEST_CASE("few steps: the prior is missed, and every budget has a best horizon") {
  const Curves c = curves_of(R"({"type":"few-steps","counts":[10,40,160],"budgets":[10,40],"horizons":[0.5,1,2,4,8]})");
  const std::vector<double> w = c.get("w1", 0, 3), prior = c.get("prior_w1", 0, 3);
  CHECK((w[0] > w[1] && w[1] > w[2]));
  CHECK((prior[0] > prior[1] && prior[1] > prior[2]));
  CHECK(w[0] > .5);
  CHECK(w[2] < .05);
  for (int k = 0; k < 2; ++k) {
    const std::vector<double> u = c.get("w1", 3 + 5 * k, 5);
    const auto best = std::min_element(u.begin(), u.end()) - u.begin();
    CHECK((best > 0 && best < 4));
  }
  CHECK(c.fit("best_last") < .5 * c.fit("best_first"));
  // The densities in the table integrate to one.
  const int64_t first = 3 + 10;
  const std::vector<double> x = c.get("x", first, 241), p = c.get("data", first, 241), q = c.get("samples", first, 241);
  double data = 0, samples = 0;
  for (std::size_t i = 0; i < 241; ++i) data += p[i] * (x[1] - x[0]), samples += q[i] * (x[1] - x[0]);
  CHECK(std::abs(data - 1) < 1e-6);
  CHECK(std::abs(samples - 1) < 1e-4);
}

TEST_CASE("theorems: options that leave nothing to fit are refused; charts name columns and rows of their own table") {
  for (const char* bad :
       {R"({"type":"tv","steps":[0.1]})", R"({"type":"decomposition","errors":[]})", R"({"type":"manifold","weights":[1]})",
        R"({"type":"manifold","errors":[0.1]})", R"({"type":"ula","steps":[0.1]})", R"({"type":"few-steps","means":[1,2,3]})"}) {
    INFO(bad);
    CHECK_THROWS_AS(curves_of(bad), Error);
  }
  for (const char* name : {R"({"type":"tv"})", R"({"type":"decomposition"})", R"({"type":"ula","chains":20,"chain_steps":5})"}) {
    const Curves c = curves_of(name);
    const Value state(Value::Object{{"charts", plot::to_value(c.charts)}});
    CHECK(plot::to_value(plot::charts_of(state, c.columns, c.rows(), "test")) == plot::to_value(c.charts));
  }
}

TEST_CASE("fits: slopes and one-sided constants") {
  CHECK(std::abs(slope({1, 2, 3, 4}, {3, 5, 7, 9}) - 2) < 1e-15);
  CHECK(std::abs(slope(logs({1, 2, 4}), logs({3, 12, 48})) - 2) < 1e-14);
  CHECK(one_sided({1, 2, 3}, {1, 4, 2}) == 1.5);
}
