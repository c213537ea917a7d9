// Samplers with an exact Gaussian denoiser are affine maps of (start, noise). Impulses in place of the noise turn one run of the real
// loop into that map: row 0 starts at zero, rows 1 .. d at unit vectors, then one row for each (move, coordinate) draw.
#pragma once
#include "density/gaussian_mixture.h"
#include "sample/registry.h"
#include "sample/sampler.h"
#include "test.h"

namespace affine {

using namespace dm;

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
  void draw(Rows rows, int move, int, Mat<double> z) const override {
    for (int i = 0; i < rows.n; ++i)
      for (int j = 0; j < d; ++j) z[i][j] = rows[i] == 1 + d + int64_t(move) * d + j;
  }
};

// A process, a rule, a grid, and the plan that they make.
struct Set {
  std::unique_ptr<Process> process;
  std::unique_ptr<StepRule> rule, corrector;
  dm::Plan plan;
  Level start;
  Set(const std::string& p, const std::string& sampler, const std::string& grid, int steps, Final end, const std::string& correct = "",
      bool encode = false, const Span& span = {})
      : process(built<std::unique_ptr<Process>>(processes(), p)), rule(built<std::unique_ptr<StepRule>>(samplers(), sampler)) {
    const Schedule& schedule = *process->linear();
    plan = make_plan(schedule, *built<std::unique_ptr<Grid>>(grids(), grid), steps, end, span);
    if (encode) plan = backwards(plan);
    start = plan.front().from;
    if (!correct.empty()) corrector = built<std::unique_ptr<StepRule>>(correctors(), correct), corrector->refine(schedule, plan);
    rule->refine(schedule, plan);
  }
  const Schedule& schedule() const { return *process->linear(); }
  void run(const Denoiser& denoiser, const Noise& noise, Mat<double> x, const std::function<void(Rows, Mat<double>)>& from,
           int64_t first = 0) const {
    Progress silent;
    Sampler{schedule(), denoiser, *rule, corrector ? *corrector : *rule, plan, noise, from}.run({first, int(x.rows)}, x, silent);
  }
};

struct Law1 {
  double mean, variance;
  double slope;  // d x / d start
};

inline GaussianMixture normal(double m, double s2) {
  Matrix<double> mean(1, 1, m), cov(1, 1, s2);
  return GaussianMixture({1}, mean, {cov});
}

// Output law for 1-D data N(m, s2) started at the process's reference law.
inline Law1 law(const Set& set, double m, double s2) {
  const int64_t moves = int64_t(set.plan.size());
  Matrix<double> x(2 + moves, 1);
  set.run(normal(m, s2), Impulses(1), x, [](Rows r, Mat<double> v) {
    for (int i = 0; i < r.n; ++i) v[i][0] = r[i] == 1;
  });
  const double b = x[0][0], sd = set.schedule().reference_sd(set.start), slope = x[1][0] - b;
  double v = std::pow(sd * slope, 2);
  for (int64_t k = 0; k < moves; ++k) v += std::pow(x[2 + k][0] - b, 2);
  return {b, v, slope};
}
inline Law1 law(const std::string& process, const std::string& sampler, const std::string& grid, int steps, Final end, double m,
                double s2) {
  return law(Set(process, sampler, grid, steps, end), m, s2);
}

inline const std::string vp = R"({"type":"vp"})", ddpm1000 = R"({"type":"ddpm"})", edm = R"({"type":"ve"})";
inline std::string ddim_eta(double eta) { return R"({"type":"ddim","eta":)" + to_json(Value(eta)) + "}"; }

// Relative error at sigma_min of the deviation that a flow from sigma_max on N(0, s2) has, against the exact sqrt((s2 + lo^2) / (s2 +
// hi^2)).
inline double flow_error(const std::string& sampler, const std::string& grid, int points, double s2 = .25) {
  const double lo = .002, hi = 80;
  return std::abs(law(edm, sampler, grid, points - 1, Final::none, 0, s2).slope / std::sqrt((s2 + lo * lo) / (s2 + hi * hi)) - 1);
}

}  // namespace affine
