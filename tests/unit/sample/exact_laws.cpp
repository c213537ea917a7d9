// Every rule's output law through the real loop, to rounding: affine.h.
#include "affine.h"

using namespace dm;
using namespace affine;

TEST_CASE("exact law: DDPM, T = 1000, both variances") {
  const auto v = [](const char* variance, double s2) {
    return law(ddpm1000, std::string(R"({"type":"ancestral","variance":")") + variance + "\"}", "\"uniform\"", 1000, Final::step, 0, s2)
        .variance;
  };
  CHECK(std::abs(v("large", 0.25) - 0.250752) < 1e-6);
  CHECK(std::abs(v("small", 0.25) - 0.246125) < 1e-6);
  CHECK(std::abs(v("large", 1) - 0.9999) < 1e-9);
  CHECK(std::abs(v("small", 1) - 0.991067) < 1e-6);
  CHECK(std::abs(v("large", 4) - 3.990569) < 1e-6);
  CHECK(std::abs(v("small", 4) - 3.974777) < 1e-6);
}

TEST_CASE("exact law: DDIM on the DDPM table, leading subsequences") {
  struct Row {
    int S;
    double eta, s2, v;
  };
  for (const Row& r : std::vector<Row>{{10, 0, 1, .691718},
                                       {10, .5, 1, .664282},
                                       {10, 1, 1, .548207},
                                       {50, 0, 1, .929449},
                                       {50, .5, 1, .913882},
                                       {50, 1, 1, .857434},
                                       {100, 0, 1, .964031},
                                       {100, .5, 1, .954759},
                                       {100, 1, 1, .921599},
                                       {1000, 0, 1, .996252},
                                       {1000, .5, 1, .99511},
                                       {1000, 1, 1, .991067},
                                       {10, 0, .25, .139972},
                                       {10, .5, .25, .13475},
                                       {10, 1, .25, .111064},
                                       {50, 0, .25, .223199},
                                       {50, .5, .25, .217764},
                                       {50, 1, .25, .197245}}) {
    INFO("S " << r.S << ", eta " << r.eta << ", variance " << r.s2);
    CHECK(std::abs(law(ddpm1000, ddim_eta(r.eta), "\"leading\"", r.S, Final::step, 0, r.s2).variance - r.v) < 1e-6);
  }
}

// The notebook of core.md section 2 states its eta as a share of the posterior's standard deviation, as `eta` here does.
TEST_CASE("exact law: DDIM in VE form on the tutorial's grid") {
  const double eps[] = {0, .1, .2, .5, 1};
  const std::vector<std::pair<int, std::array<double, 5>>> table = {{4, {.37458, .37382, .37150, .35392, .23263}},
                                                                    {16, {.81861, .81769, .81488, .79270, .68394}},
                                                                    {50, {.93384, .93366, .93303, .92572, .88252}},
                                                                    {100, {.96165, .96175, .96197, .96034, .93885}},
                                                                    {1000, {.98689, .98730, .98841, .99279, .99323}}};
  for (const auto& [N, row] : table)
    for (int k = 0; k < 5; ++k) {
      INFO("N " << N << ", eta " << eps[k]);
      const double v =
          law(R"({"type":"ve","sigma_min":0.02,"sigma_max":10})", ddim_eta(eps[k]), R"({"type":"karras","rho":5})", N, Final::step, 0, 1)
              .variance;
      CHECK(std::abs(v - row[std::size_t(k)]) < 1e-5);
    }
}

// The tutorial's inference process: q(x_s | x_t, x0 = 0) along its grid of 100 levels. Whatever eta redraws, each marginal is N(0,
// sigma^2).
TEST_CASE("exact law: the DDIM posterior of one point has the noise's own law at every level, for every eta") {
  for (const double eta : {0., .1, .5, 1.}) {
    INFO("eta " << eta);
    const Set set(R"({"type":"ve","sigma_min":0.02,"sigma_max":10})", ddim_eta(eta), R"({"type":"karras","rho":5})", 99, Final::none);
    REQUIRE(set.plan.size() == 99);
    double v = 100;  // of the state; the moves are independent of each other given it
    for (std::size_t k = 0; k < set.plan.size(); ++k) {
      Step s;
      REQUIRE(set.rule->step(set.schedule(), set.plan, k, s));
      v = s.a * s.a * v + s.c * s.c;
      CHECK(near(v, std::pow(set.plan[k].to.sigma, 2), 1e-11));
    }
    CHECK(near(law(set, 0, 1e-300).variance, 4e-4, 1e-10));  // the real loop
  }
}

TEST_CASE("exact law: Euler-Maruyama on a consistent grid, noisy and denoised end") {
  const auto v = [](int points, Final end) { return law(vp, "\"euler-maruyama\"", "\"uniform\"", points - 1, end, 0, .25).variance; };
  CHECK(std::abs(v(100, Final::none) - .253945) < 1e-6);
  CHECK(std::abs(v(100, Final::denoise) - .250709) < 1e-6);
  CHECK(std::abs(v(1000, Final::none) - .250443) < 1e-6);
  CHECK(std::abs(v(1000, Final::denoise) - .250303) < 1e-6);
}

// The figures of the public loop: N moves over 1/N each from N levels, indices of the table floored.
TEST_CASE("exact law: the score_sde loop, noisy and denoised end") {
  struct Row {
    const char* sampler;
    int N;
    double noisy, denoised;
  };
  for (const Row& r : std::vector<Row>{{"\"euler-maruyama\"", 100, .254206, .253007},
                                       {"\"euler-maruyama\"", 250, .251594, .251114},
                                       {"\"euler-maruyama\"", 500, .250762, .250522},
                                       {"\"euler-maruyama\"", 1000, .250353, .250233},
                                       {"\"euler-maruyama\"", 2000, .250150, .250090},
                                       {"\"euler-maruyama\"", 4000, .250049, .250019},
                                       {"\"reverse-diffusion\"", 1000, .251991, .251891},
                                       {R"({"type":"ancestral","variance":"large"})", 1000, .251360, .251260}}) {
    INFO(r.sampler << " N " << r.N);
    CHECK(std::abs(law(vp, r.sampler, "\"score-sde\"", r.N, Final::none, 0, .25).variance - r.noisy) < 1e-6);
    CHECK(std::abs(law(vp, r.sampler, "\"score-sde\"", r.N, Final::denoise, 0, .25).variance - r.denoised) < 1e-6);
  }
}

// Without a drift (VE) step i = N-1 .. 0 of the loop undoes G^2 = sigma_i^2 - sigma_{i-1}^2, with sigma_i = sigma(i / (N - 1)), and at i =
// 0 all that is left; the score is that of the grid's own level, so for N(0, s2) the variance goes v <- (1 - G^2 / (s2 + sigma^2))^2 v +
// G^2.
TEST_CASE("exact law: the score_sde loop without a drift") {
  for (const int N : {2, 50, 100, 1000}) {
    INFO("N " << N);
    const Set set(edm, "\"reverse-diffusion\"", "\"score-sde\"", N, Final::none);
    REQUIRE(int(set.plan.size()) == N);
    const double s2 = .25;
    double v = std::pow(set.schedule().reference_sd(set.start), 2);
    for (int i = N - 1; i >= 0; --i) {
      const auto square = [&](int k) { return std::pow(set.schedule().at(double(k) / (N - 1)).sigma, 2); };
      const double G2 = square(i) - (i ? square(i - 1) : 0), sigma = set.plan[std::size_t(N - 1 - i)].from.sigma;
      v = std::pow(1 - G2 / (s2 + sigma * sigma), 2) * v + G2;
    }
    CHECK(near(law(set, 0, s2).variance, v, 1e-12));
  }
}

// On consistent levels the three SDE rules are of weak order one, the error halves with the step; Adams-Bashforth's is a quarter.
TEST_CASE("exact law: Euler-Maruyama, reverse diffusion and ancestral sampling are of weak order one, Adams-Bashforth of two") {
  for (const std::string& process : {vp, edm, std::string(R"({"type":"ou"})")})
    for (const std::string sampler : {"\"euler-maruyama\"", "\"reverse-diffusion\"", "\"ancestral\"", "\"adams-bashforth\""}) {
      INFO(process << " " << sampler);
      const double lo = 1e-3;  // both ends at one noise, so that the truth is the law there
      const auto error = [&](int steps) {
        const Set set(process, sampler, R"({"type":"log-snr","sigma_min":)" + to_json(lo) + "}", steps, Final::none);
        const Level l = set.plan.back().to, hi = set.start;
        // exact reverse SDE from the reference N(0, S^2) at hi: with c = s2 alpha_hi / v_hi etc. the law of x0 given x_T pushed through
        const double s2 = .25, v = hi.alpha * hi.alpha * s2 + hi.sigma * hi.sigma, S2 = std::pow(set.schedule().reference_sd(hi), 2);
        const double r = hi.alpha / l.alpha, vl = l.alpha * l.alpha * s2 + l.sigma * l.sigma, k = r * vl / v;  // x_l given x_hi: k x_hi
        return std::abs(law(set, 0, s2).variance / (vl - k * k * v + k * k * S2) - 1);
      };
      const double slope = std::log2(error(800) / error(1600));
      // Euler-Maruyama in log sigma for VE: int (4 w / (s2 + w)^3 - 2 / (s2 + w)^2) dw = 0, the first order cancels
      const bool second = sampler == "\"adams-bashforth\"" || (process == edm && sampler == "\"euler-maruyama\"");
      CHECK(std::abs(slope - (second ? 2 : 1)) < .05);
    }
}

TEST_CASE("exact law: the EDM sampler with 18 steps from x_T = 80") {
  const Set set(edm, "\"heun\"", "\"karras\"", 18, Final::step);
  Matrix<double> x(1, 1);
  set.run(normal(0, .25), Impulses(1), x, [](Rows, Mat<double> v) { v[0][0] = 80; });
  CHECK(std::abs(x[0][0] - .5276246370) < 1e-9);
  CHECK(set.plan.size() == 18);
}

TEST_CASE("exact law: means are carried, every process, eta 0 and 1") {
  for (const std::string process : {R"({"type":"vp"})", R"({"type":"vp","schedule":"cosine"})", R"({"type":"ve"})", R"({"type":"ou"})"})
    for (const double eta : {0., 1.}) {
      INFO(process << " eta " << eta);
      const Law1 l = law(process, ddim_eta(eta), "\"log-snr\"", 800, Final::step, 2, .25);
      CHECK(std::abs(l.mean - 2) < .02);
      CHECK(std::abs(l.variance / .25 - 1) < .03);
    }
}

TEST_CASE("grids: on a discrete table every plan starts at the reference, whatever the number of steps") {
  for (const std::string process : {R"({"type":"ddpm"})", R"({"type":"ddpm","schedule":"cosine"})"})
    for (const int steps : {1, 2, 7, 60, 334, 501, 600, 999, 1000}) {
      INFO(process << " " << steps);
      const auto p = built<std::unique_ptr<Process>>(processes(), process);
      const Plan plan = make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), "\"uniform\""), steps, Final::step);
      CHECK(int(plan.size()) == steps);
      CHECK(plan.front().from.index == 1000);
      CHECK((steps == 1 || plan.back().from.index == 1));
      if (steps >= 501) {
        const Law1 l = law(process, ddim_eta(1), "\"uniform\"", steps, Final::step, 1, 2);
        CHECK(std::abs(l.mean - 1) < .01);
        CHECK(std::abs(l.variance / 2 - 1) < .04);
      }
    }
  const auto p = built<std::unique_ptr<Process>>(processes(), ddpm1000);
  const auto refused = [&](const char* grid, int steps) {
    CHECK_THROWS_AS(make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), grid), steps, Final::step), Error);
  };
  refused("\"leading\"", 501);
  refused("\"uniform\"", 1001);
}

TEST_CASE("sampling: row i does not depend on n, on where it lies or on the threads, whatever the rule") {
  Matrix<double> means(2, 2), cov(2, 2);
  means.v = {-2, 0, 2, 1}, cov[0][0] = cov[1][1] = .1;
  const GaussianMixture oracle({1, 1}, means, {cov, cov});
  struct Case {
    std::string sampler, corrector;
  };
  std::vector<Case> cases;
  for (const std::string& name : samplers().names()) cases.push_back({"\"" + name + "\"", ""});
  cases.push_back({ddim_eta(.7), ""});
  cases.push_back({R"({"type":"heun","s_churn":5})", ""});
  cases.push_back({R"({"type":"dpmpp-2m","eta":1})", ""});
  cases.push_back({"\"ancestral\"", "\"langevin\""});
  cases.push_back({"\"dpmpp-3m\"", "\"ald\""});
  for (const Case& c : cases) {
    INFO(c.sampler << " " << c.corrector);
    const Set set(edm, c.sampler, "\"karras\"", 12, Final::step, c.corrector);
    const PhiloxNoise noise(Stream(1) / "z");
    const auto draw = [&](int64_t first, int n, int thread_count) {
      set_threads(thread_count);
      Meeting meeting(std::min(thread_count, n > 64 ? 2 : 1));
      Matrix<double> x(n, 2);
      set.run(
          oracle, noise, x,
          [&](Rows r, Mat<double> v) {
            meeting.pass();
            normals(Stream(1) / "start", r, 0, v);
            for (int i = 0; i < r.n; ++i) v[i][0] *= 2, v[i][1] *= 2;
          },
          first);
      CHECK(meeting.seen() >= std::min(thread_count, n > 64 ? 2 : 1));
      set_threads(0);
      return x.v;
    };
    const auto all = draw(0, 150, 1);
    CHECK(draw(0, 150, 2) == all);
    CHECK(draw(0, 150, 5) == all);
    CHECK(draw(0, 77, 2) == std::vector<double>(all.begin(), all.begin() + 154));
    CHECK(draw(41, 100, 2) == std::vector<double>(all.begin() + 82, all.begin() + 282));
  }
}
