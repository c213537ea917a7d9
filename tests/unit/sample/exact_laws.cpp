// Samplers with an exact Gaussian denoiser are affine maps of (start, noise). Impulses in place of the noise turn one run of the real
// loop into that map: row 0 starts at zero, rows 1 .. d at unit vectors, then one row for each (move, coordinate) draw.
#include "density/gaussian_mixture.h"
#include "sample/registry.h"
#include "sample/sampler.h"
#include "test.h"

using namespace dm;

namespace {

template <class T>
T built(const Family& family, const std::string& json) {
  std::vector<std::string> problems;
  const Value v = resolve(family, parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return make<T>(family, v);
}

struct Impulses : Noise {
  int d;
  explicit Impulses(int dim) : d(dim) {}
  void draw(Rows rows, int move, Mat<double> z) const override {
    for (int i = 0; i < rows.n; ++i)
      for (int j = 0; j < d; ++j) z[i][j] = rows[i] == 1 + d + int64_t(move) * d + j;
  }
};

struct Law1 {
  double mean, variance;
};

// Output law of a sampler for 1-D data N(m, s2) started at N(0, start_sd^2), start_sd of the process.
Law1 law(const std::string& process, const std::string& sampler, const std::string& grid, int steps, Final end, double m, double s2) {
  const auto p = built<std::unique_ptr<Process>>(processes(), process);
  const auto rule = built<std::unique_ptr<StepRule>>(samplers(), sampler);
  const Schedule& schedule = *p->linear();
  const Plan plan = make_plan(schedule, *built<std::unique_ptr<Grid>>(grids(), grid), steps, end);
  Matrix<double> mean(1, 1, m), cov(1, 1, s2);
  const GaussianMixture oracle({1}, mean, {cov});
  Matrix<double> x(2 + steps, 1);
  const Sampler run{schedule, oracle, *rule, plan, Impulses(1), [](Rows r, Mat<double> v) {
                      for (int i = 0; i < r.n; ++i) v[i][0] = r[i] == 1;
                    }};
  Progress silent;
  run.run(0, x, silent);
  const double b = x[0][0], sd = schedule.reference_sd(plan.front().from);
  double v = std::pow(sd * (x[1][0] - b), 2);
  for (int k = 0; k < steps; ++k) v += std::pow(x[2 + k][0] - b, 2);
  return {b, v};
}

const std::string vp = R"({"type":"vp"})", ddpm1000 = R"({"type":"ddpm"})", edm = R"({"type":"ve"})";
std::string ddim_eta(double eta) { return R"({"type":"ddim","eta":)" + to_json(Value(eta)) + "}"; }

}  // namespace

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

TEST_CASE("exact law: Euler-Maruyama on a consistent grid, noisy and denoised end") {
  const auto v = [](int points, Final end) { return law(vp, "\"euler-maruyama\"", "\"uniform\"", points - 1, end, 0, .25).variance; };
  CHECK(std::abs(v(100, Final::none) - .253945) < 1e-6);
  CHECK(std::abs(v(100, Final::denoise) - .250709) < 1e-6);
  CHECK(std::abs(v(1000, Final::none) - .250443) < 1e-6);
  CHECK(std::abs(v(1000, Final::denoise) - .250303) < 1e-6);
}

TEST_CASE("exact law: errors of the probability flow on the Karras grid, and their orders") {
  // relative error of the deviation at sigma_min against the exact map sqrt((s2 + lo^2) / (s2 + hi^2))
  const auto error = [](const std::string& sampler, int points) {
    const double s2 = .25, lo = .002, hi = 80;
    const double v = law(edm, sampler, "\"karras\"", points - 1, Final::none, 0, s2).variance;
    return std::abs(std::sqrt(v) / (hi * std::sqrt((s2 + lo * lo) / (s2 + hi * hi))) - 1);
  };
  const int points[] = {10, 18, 40, 80, 160, 320, 640};
  const double euler[] = {.2696, .1539, .07027, .03533, .01771, 8.869e-3, 4.437e-3};
  const double second[] = {.2196, .05528, 9.782e-3, 2.318e-3, 5.645e-4, 1.393e-4, 3.460e-5};
  for (int i = 0; i < 7; ++i) {
    INFO(points[i] << " points");
    CHECK(std::abs(error(ddim_eta(0), points[i]) / euler[i] - 1) < 5e-4);
    CHECK(std::abs(error("\"heun\"", points[i]) / second[i] - 1) < 5e-4);
  }
  CHECK(std::abs(std::log2(error(ddim_eta(0), 320) / error(ddim_eta(0), 640)) - 1) < .01);
  CHECK(std::abs(std::log2(error("\"heun\"", 320) / error("\"heun\"", 640)) - 2) < .02);
}

TEST_CASE("exact law: the EDM sampler with 18 steps from x_T = 80") {
  Matrix<double> mean(1, 1), cov(1, 1, .25), x(1, 1);
  const GaussianMixture oracle({1}, mean, {cov});
  const auto p = built<std::unique_ptr<Process>>(processes(), edm);
  const auto rule = built<std::unique_ptr<StepRule>>(samplers(), "\"heun\"");
  const Plan plan = make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), "\"karras\""), 18, Final::step);
  Progress silent;
  Sampler{*p->linear(), oracle, *rule, plan, Impulses(1), [](Rows, Mat<double> v) { v[0][0] = 80; }}.run(0, x, silent);
  CHECK(std::abs(x[0][0] - .5276246370) < 1e-9);
  CHECK(plan.size() == 18);
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

TEST_CASE("sampling: row i does not depend on n, on where it lies or on the threads") {
  std::vector<std::string> problems;
  const auto oracle = make<std::unique_ptr<Density>>(
      densities(),
      resolve(densities(), parse_json(R"({"type":"gaussian_mixture","means":[[-2,0],[2,1]],"covariances":0.1})", ""), "", problems));
  const auto p = built<std::unique_ptr<Process>>(processes(), edm);
  const auto rule = built<std::unique_ptr<StepRule>>(samplers(), ddim_eta(.7));
  const Plan plan = make_plan(*p->linear(), *built<std::unique_ptr<Grid>>(grids(), "\"karras\""), 12, Final::step);
  const PhiloxNoise noise(Stream(1) / "z");
  const auto draw = [&](int64_t first, int n, int thread_count) {
    set_threads(thread_count);
    Meeting meeting(std::min(thread_count, n > 64 ? 2 : 1));
    Matrix<double> x(n, 2);
    Progress silent;
    Sampler{*p->linear(),
            *oracle,
            *rule,
            plan,
            noise,
            [&](Rows r, Mat<double> v) {
              meeting.pass();
              normals(Stream(1) / "start", r, 0, v);
              for (int i = 0; i < r.n; ++i) v[i][0] *= 80, v[i][1] *= 80;
            }}
        .run(first, x, silent);
    CHECK(meeting.seen() >= std::min(thread_count, n > 64 ? 2 : 1));
    set_threads(0);
    return x.v;
  };
  const auto all = draw(0, 300, 1);
  CHECK(draw(0, 300, 2) == all);
  CHECK(draw(0, 300, 5) == all);
  CHECK(draw(0, 77, 2) == std::vector<double>(all.begin(), all.begin() + 154));
  CHECK(draw(41, 100, 2) == std::vector<double>(all.begin() + 82, all.begin() + 282));
}
