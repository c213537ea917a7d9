// Solvers of the probability flow: the errors and orders of core.md 4.2, the adaptive one against its tolerance, both directions.
#include <atomic>

#include "affine.h"

using namespace dm;
using namespace affine;

TEST_CASE("solvers: errors of the probability flow on the Karras grid, and their orders") {
  struct Row {
    std::string sampler;
    double order;
    std::array<double, 7> error;
  };
  const int points[] = {10, 18, 40, 80, 160, 320, 640};
  // The last row is the public codes' 3M, whose weight of the second derivative is half of the integral's.
  for (const Row& r : std::vector<Row>{{ddim_eta(0), 1, {.2696, .1539, .07027, .03533, .01771, 8.869e-3, 4.437e-3}},
                                       {"\"heun\"", 2, {.2196, .05528, 9.782e-3, 2.318e-3, 5.645e-4, 1.393e-4, 3.460e-5}},
                                       {"\"dpmpp-2s\"", 2, {.07706, .02484, 5.121e-3, 1.284e-3, 3.210e-4, 8.024e-5, 2.006e-5}},
                                       {"\"dpmpp-2m\"", 2, {.1588, .06231, 1.041e-2, 2.388e-3, 5.726e-4, 1.403e-4, 3.472e-5}},
                                       {R"({"type":"dpmpp-3m","warmup":"low-order","parabola":"halved"})",
                                        2,
                                        {.3018, .02039, 1.207e-3, 4.736e-4, 1.365e-4, 3.621e-5, 9.303e-6}}}) {
    INFO(r.sampler);
    for (std::size_t i = 0; i < 7; ++i) {
      INFO(points[i] << " points");
      CHECK(std::abs(flow_error(r.sampler, "\"karras\"", points[i]) / r.error[i] - 1) < 5e-4);
    }
    CHECK(std::abs(std::log2(flow_error(r.sampler, "\"karras\"", 640) / flow_error(r.sampler, "\"karras\"", 1280)) - r.order) < .05);
  }
}

TEST_CASE("solvers: errors on the log-uniform grid") {
  const auto error = [](const char* sampler, int steps) { return flow_error(sampler, "\"log-snr\"", steps + 1); };
  const int steps[] = {10, 20, 40, 80, 160, 320, 640};
  const double second[] = {.03973, .01569, 4.284e-3, 1.091e-3, 2.737e-4, 6.850e-5, 1.713e-5};
  for (int i = 0; i < 7; ++i) CHECK(std::abs(error("\"dpmpp-2m\"", steps[i]) / second[i] - 1) < 5e-4);
  CHECK(std::abs(error("\"ddim\"", 10) / .2327 - 1) < 5e-4);
  CHECK(std::abs(error("\"ddim\"", 640) / 4.131e-3 - 1) < 5e-4);
  CHECK(std::abs(error("\"heun\"", 10) / .1885 - 1) < 5e-4);
  CHECK(std::abs(error("\"heun\"", 640) / 3.441e-5 - 1) < 5e-4);
  CHECK(std::abs(error(R"({"type":"dpmpp-3m","warmup":"low-order","parabola":"halved"})", 640) / 5.732e-6 - 1) < 5e-4);
}

// Data of deviation 40 from sigma_max 80: x0hat moves from the first step on, so that a start of low order is seen.
TEST_CASE("solvers: third order, and what keeps the multistep method from it") {
  const auto order = [](const std::string& sampler, double s2, int n) {
    return std::log2(flow_error(sampler, "\"log-snr\"", n + 1, s2) / flow_error(sampler, "\"log-snr\"", 2 * n + 1, s2));
  };
  CHECK(std::abs(order("\"dpmpp-3m\"", 1600, 400) - 3) < .05);
  CHECK(order("\"dpmpp-3m\"", .25, 100) > 2.95);  // 4: its leading term cancels over this interval
  for (const double s2 : {.25, 1600.}) {
    INFO("data variance " << s2);
    CHECK(std::abs(order("\"dpmpp-3s\"", s2, 200) - 3) < .05);
    CHECK(std::abs(order("\"dpmpp-2s\"", s2, 400) - 2) < .05);
    CHECK(std::abs(order("\"dpmpp-2m\"", s2, 400) - 2) < .05);
    CHECK(std::abs(order("\"heun\"", s2, 400) - 2) < .05);
    CHECK(std::abs(order(R"({"type":"dpmpp-3m","parabola":"halved"})", s2, 800) - 2) < .05);
  }
  CHECK(std::abs(order(R"({"type":"dpmpp-3m","warmup":"low-order"})", 1600, 800) - 2) < .05);
}

// x = alpha u: in u over sigma / alpha every process has one flow, so exponential integrators agree on equal levels.
TEST_CASE("solvers: the DPM-Solver++ family and DDIM are the same in VP and VE after the scaling") {
  for (const std::string sampler : {"\"ddim\"", "\"dpmpp-2s\"", "\"dpmpp-2m\"", "\"dpmpp-3m\"", "\"dpmpp-3s\"", "\"heun\""}) {
    INFO(sampler);
    const std::string grid = R"({"type":"karras","sigma_max":20,"sigma_min":0.01})";
    const Set ve(edm, sampler, grid, 12, Final::none), other(vp, sampler, grid, 12, Final::none);
    const double alpha = other.start.alpha;  // u = x / alpha at the start, x nearly u at the end
    const double ratio = law(other, 0, .25).slope * alpha / other.plan.back().to.alpha / law(ve, 0, .25).slope;
    CHECK(near(ratio, 1, 1e-11));
  }
}

// Without churn there is no trace of it; s_noise = 1 leaves nearly the data's law, to first order in the churn's step.
TEST_CASE("solvers: Heun without churn keeps its bits, churn adds its own noise") {
  const double quiet = law(edm, "\"heun\"", "\"karras\"", 18, Final::step, 0, .25).variance;
  CHECK(law(edm, R"({"type":"heun","s_churn":0,"s_noise":3})", "\"karras\"", 18, Final::step, 0, .25).variance == quiet);
  const Set churned(edm, R"({"type":"heun","s_churn":40,"s_min":0.05,"s_max":50,"s_noise":1.003})", "\"karras\"", 256, Final::step);
  int noised = 0;
  for (std::size_t k = 0; k < churned.plan.size(); ++k)
    if (const Move& m = churned.plan[k]; m.kind == Move::forward) {
      ++noised;
      CHECK(near(m.to.sigma / m.from.sigma, 1 + 40. / 256, 1e-12));
      CHECK(m.noise == 1.003);
      CHECK((m.from.sigma >= .05 && m.from.sigma <= 50));
    }
  CHECK(noised > 100);
  const auto error = [](const char* s, int n) {
    return law(edm, R"({"type":"heun","s_churn":40,"s_noise":)" + std::string(s) + "}", "\"karras\"", n, Final::step, 0, .25).variance /
               .25 -
           1;
  };
  CHECK(std::abs(error("1", 256)) < 5e-3);
  CHECK(std::abs(error("1", 512)) < .6 * std::abs(error("1", 256)));
  CHECK(error("1.003", 256) > error("1", 256));
}

// EDM Algorithm 2 on N(0, s2), one step written out: x^ = x + s_noise sqrt(sh^2 - s^2) z, then Heun's factor.
TEST_CASE("solvers: one churned step against its closed form") {
  const double s2 = .25, s = 2, to = .5, gamma = M_SQRT2 - 1, sh = s * (1 + gamma);
  const Set set(edm, R"({"type":"heun","s_churn":40,"s_noise":1.5})", R"({"type":"karras","sigma_max":2,"sigma_min":0.5})", 1, Final::none);
  const auto slope = [&](double sig) { return sig / (s2 + sig * sig); };  // epshat / x
  const double euler = 1 + (to - sh) * slope(sh), heun = 1 + 0.5 * (to - sh) * (slope(sh) + slope(to) * euler);
  const Law1 l = law(set, 0, s2);
  CHECK(near(l.slope, heun, 1e-12));
  CHECK(near(l.variance, heun * heun * (s * s + 1.5 * 1.5 * (sh * sh - s * s)), 1e-12));
}

TEST_CASE("solvers: 2M SDE draws the data's law, order two in the mean square") {
  for (const std::string& process : {vp, edm}) {
    INFO(process);
    const auto error = [&](int n) {
      return std::abs(
          law(process, R"({"type":"dpmpp-2m","eta":1})", R"({"type":"log-snr","sigma_min":0.001})", n, Final::step, 0, .25).variance / .25 -
          1);
    };
    CHECK(error(400) < 2e-3);
    CHECK(error(400) < error(100) / 3);
  }
}

namespace {

struct CountedNormal : Denoiser {
  GaussianMixture law = normal(.1, .25);
  mutable std::atomic<int> rows = 0;
  int dim() const override { return 1; }
  void eval(const State& x, Times t, Pred& out) const override {
    rows += x.rows.n;
    law.eval(x, t, out);
  }
};

}  // namespace

TEST_CASE("solvers: rk45 keeps its tolerance, forward and back") {
  for (const std::string& process : {vp, edm, std::string(R"({"type":"ou"})"), std::string(R"({"type":"vp","schedule":"cosine"})")}) {
    INFO(process);
    const double s2 = .25;
    std::vector<double> errors, asked;
    for (const char* tol : {"1e-4", "1e-6", "1e-8", "1e-10"}) {
      INFO(tol);
      const std::string rule = std::string(R"({"type":"rk45","rtol":)") + tol + R"(,"atol":)" + tol + "}";
      const Set down(process, rule, "\"log-snr\"", 7, Final::none), up(process, rule, "\"log-snr\"", 7, Final::none, "", true);
      CHECK(down.plan.size() == 1);
      const Level hi = down.start, lo = up.start;
      const auto sd = [&](const Level& l) { return std::sqrt(l.alpha * l.alpha * s2 + l.sigma * l.sigma); };
      const CountedNormal oracle;
      Matrix<double> x(5, 1);
      up.run(oracle, Impulses(1), x, [](Rows r, Mat<double> v) {
        for (int i = 0; i < r.n; ++i) v[i][0] = .3 * double(r[i]) - .7;
      });
      double worst = 0;
      for (int i = 0; i < 5; ++i) {
        const double exact = hi.alpha * .1 + sd(hi) / sd(lo) * (.3 * i - .7 - lo.alpha * .1);
        worst = std::max(worst, std::abs(x[i][0] - exact) / std::max(1.0, std::abs(exact)));
      }
      const Matrix<double> latent = x;
      down.run(oracle, Impulses(1), x, [&](Rows r, Mat<double> v) {
        for (int i = 0; i < r.n; ++i) v[i][0] = latent[r[i]][0];
      });
      const double t = std::stod(tol);
      for (int i = 0; i < 5; ++i) CHECK(std::abs(x[i][0] - (.3 * i - .7)) < 10 * t);
      CHECK(worst < 10 * t);
      errors.push_back(worst);
      asked.push_back(double(oracle.rows));
    }
    const double slope = std::log10(errors[1] / errors[3]) / 4;  // error in proportion to the tolerance
    CHECK(slope > .8);
    CHECK(slope < (process == edm ? 1.1 : 1.25));
    const double work = asked[3] / asked[2];  // evaluations as tol^{-1/5}: 2.5
    CHECK(work > 1.8);
    CHECK(work < 3);
  }
  const Set table(ddpm1000, "\"rk45\"", "\"uniform\"", 10, Final::none);
  Matrix<double> x(1, 1);
  CHECK_THROWS_AS(table.run(normal(0, 1), Impulses(1), x, [](Rows, Mat<double>) {}), Error);
  struct Float : CountedNormal {
    double rounding() const override { return 1e-7; }
  };
  const Set fine(edm, R"({"type":"rk45","rtol":1e-7})", "\"karras\"", 10, Final::none);
  CHECK_THROWS_AS(fine.run(Float(), Impulses(1), x, [](Rows, Mat<double>) {}), Error);
}

// Rows that are still on their way are gathered: they keep their ids, whoever has arrived before.
TEST_CASE("solvers: rk45 asks for rows by their ids") {
  struct ById : CountedNormal {
    void eval(const State& x, Times t, Pred& out) const override {
      CountedNormal::eval(x, t, out);
      for (int i = 0; i < x.rows.n; ++i) out.x0[i][0] = 0, out.eps[i][0] = .01 * double(x.rows[i]);  // x' = sigma .01 id
    }
  };
  const Set set(edm, R"({"type":"rk45","rtol":1e-9,"atol":1e-9})", R"({"type":"karras","sigma_max":2,"sigma_min":1})", 5, Final::none);
  Matrix<double> x(6, 1);
  set.run(
      ById(), Impulses(1), x,
      [](Rows r, Mat<double> v) {
        for (int i = 0; i < r.n; ++i) v[i][0] = r[i] % 2 ? 0 : 50;
      },
      40);
  for (int i = 0; i < 6; ++i) CHECK(near(x[i][0], (i % 2 ? 0 : 50) - .01 * (40 + i), 1e-7));
}

TEST_CASE("solvers: every flow is its own inverse to its order") {
  for (const std::string sampler : {"\"ddim\"", "\"heun\"", "\"dpmpp-2s\"", "\"dpmpp-2m\"", "\"dpmpp-3s\"", "\"dpmpp-3m\""}) {
    INFO(sampler);
    const auto error = [&](int n) {
      const Set down(edm, sampler, "\"log-snr\"", n, Final::none), up(edm, sampler, "\"log-snr\"", n, Final::none, "", true);
      CHECK(down.rule->flow());
      CHECK(up.start.sigma == down.plan.back().to.sigma);
      return std::abs(law(up, 0, 9).slope * law(down, 0, 9).slope - 1);
    };
    CHECK(error(400) < (sampler == "\"ddim\"" ? .02 : 5e-5));
  }
  CHECK(!built<std::unique_ptr<StepRule>>(samplers(), ddim_eta(.1))->flow());
  CHECK(!built<std::unique_ptr<StepRule>>(samplers(), R"({"type":"heun","s_churn":1})")->flow());
  CHECK(!built<std::unique_ptr<StepRule>>(samplers(), "\"ancestral\"")->flow());
}

TEST_CASE("grids: the lists of the papers") {
  const auto levels = [](const std::string& process, const std::string& grid, int n, const Span& span = {}) {
    const auto p = built<std::unique_ptr<Process>>(processes(), process);
    return built<std::unique_ptr<Grid>>(grids(), grid)->levels(*p->linear(), n, span);
  };
  const double karras18[] = {80,      57.58599, 40.78557, 28.37459, 19.35245, 12.91008, 8.400935, 5.315195, 3.256822,
                             1.92334, 1.088171, .585348,  .296442,  .139516,  .059947,  .022935,  .007528,  .002};
  const auto karras = levels(edm, "\"karras\"", 18);
  for (std::size_t i = 0; i < 18; ++i) CHECK(std::abs(karras[i].sigma / karras18[i] - 1) < 1e-4);
  // edm-vp: the VP process's own uniform grid, for any process
  const auto a = levels(edm, "\"edm-vp\"", 20), b = levels(vp, "\"uniform\"", 20);
  for (std::size_t i = 0; i < 20; ++i) CHECK(near(a[i].sigma / b[i].sigma_ve(), 1, 1e-12));
  CHECK(std::abs(a[0].sigma - 152.167) < 1e-3);
  // quad: 1 + int(linspace(0, sqrt(.8 T), S)^2), numpy
  const int quad[] = {1, 10, 40, 89, 159, 247, 356, 484, 633, 801};
  const auto q = levels(ddpm1000, "\"quad\"", 10);
  for (std::size_t i = 0; i < 10; ++i) CHECK(q[9 - i].index == quad[i]);
  const auto crowded = levels(ddpm1000, "\"quad\"", 200);
  REQUIRE(crowded.size() == 200);
  for (std::size_t i = 1; i < 200; ++i) CHECK(crowded[i].index < crowded[i - 1].index);
  // start and end
  const auto part = levels(vp, "\"uniform\"", 5, {0.5, 0.1});
  CHECK(near(part[0].t, .5, 1e-15));
  CHECK(near(part[4].t, .1, 1e-15));
  CHECK(near(levels(vp, "\"karras\"", 5, {0.5, 0.1})[0].t, .5, 1e-12));
  CHECK(levels(ddpm1000, "\"uniform\"", 5, {0.5, {}})[0].index == 500);
  CHECK_THROWS_AS(levels(edm, R"({"type":"karras","sigma_max":9})", 5, {0.5, {}}), Error);
  CHECK_THROWS_AS(levels(vp, "\"uniform\"", 5, {0.1, 0.5}), Error);
  CHECK_THROWS_AS(levels(ddpm1000, "\"score-sde\"", 5), Error);
}
