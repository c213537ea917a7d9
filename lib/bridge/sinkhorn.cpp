// The static Schroedinger bridge by Sinkhorn's algorithm. The reference takes x0 to N(alpha_1 x0, sigma_1^2 I), so the problem is entropic
// transport between alpha_1 x0 and x1 at eps = sigma_1^2 (bridge/plan_bridge.h).
#include "ot/sinkhorn.h"

#include "bridge/ipf.h"
#include "bridge/registry.h"

namespace dm {
namespace {

struct Static : IpfMethod {
  explicit Static(const Value& o) : options(o) {}
  Value options;

  IpfSolution solve(const IpfProblem& problem, Progress& progress) const override {
    const Level end = problem.reference->at(1);
    Matrix<double> x(problem.first.n(), problem.first.d());
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t k = 0; k < x.cols; ++k) x[i][k] = end.alpha * problem.first.x[i][k];
    SinkhornOptions o;
    o.eps = end.sigma * end.sigma;
    o.tolerance = options["tolerance"].number();
    o.iterations = options["iterations"].integer();
    o.scaling = options["scaling"].boolean();
    o.over_relaxation = options["over_relaxation"].boolean();
    o.memory = options["memory"].number() * 1e9;
    const std::string& mode = options["mode"].text();
    for (const SinkhornMode m : {SinkhornMode::automatic, SinkhornMode::stored, SinkhornMode::online, SinkhornMode::separable})
      if (mode == name_of(m)) o.mode = m;
    if (!options["unbalanced"].is_null()) {
      const std::string& side = options["side"].text();
      if (side != "second") o.rho_first = options["unbalanced"].number();
      if (side != "first") o.rho_second = options["unbalanced"].number();
    }
    if (problem.start) {  // its potential at the new points
      const auto* start = dynamic_cast<const PlanBridge*>(problem.start);
      if (!start) throw Error("the solution to start from has no potentials; a plan of the method sinkhorn was expected", Exit::data);
      const EntropicPlan& s = start->plan();
      if (s.x.cols != x.cols)
        throw Error("the plan to start from is in " + std::to_string(s.x.cols) + " dimensions, the sets in " + std::to_string(x.cols),
                    Exit::data);
      o.g = s.first_from_second().log_sums(problem.second.x, s.eps);
      for (double& g : o.g) g *= -s.eps;
    }
    progress.begin("Sinkhorn");
    Sinkhorn s = sinkhorn({x, problem.first.w}, problem.second, o, progress);
    IpfSolution out;
    out.report = Value::Object{{"mode", name_of(s.mode)},
                               {"status", s.status},
                               {"iterations", s.iterations},
                               {"scaling_iterations", s.scaling_iterations},
                               {"row_error", s.row_error},
                               {"column_error", s.column_error},
                               {"tolerance", o.tolerance},
                               {"omega", s.omega},
                               {"rate", s.rate > 0 ? Value(s.rate) : Value()},
                               {"eps", o.eps},
                               {"transport", s.transport},
                               {"kl", s.kl},
                               {"primal", s.primal},
                               {"dual", s.dual},
                               {"gap", s.gap()}};
    char line[512];
    std::snprintf(line, sizeof line,
                  "%s kernel, %lld iterations after %lld at larger eps: %s. Marginal errors %.2g and %.2g; <C,P> %.8g, KL %.6g, OT_eps in "
                  "[%.8g, %.8g]",
                  name_of(s.mode), static_cast<long long>(s.iterations), static_cast<long long>(s.scaling_iterations), s.status.c_str(),
                  s.row_error, s.column_error, s.transport, s.kl, s.dual, s.primal);
    out.report.set("summary", line);
    out.bridge = std::make_unique<PlanBridge>(std::move(s.plan), problem.reference);
    return out;
  }
  std::unique_ptr<FittedBridge> shaped(const Shape& s, std::shared_ptr<const Schedule> reference) const override {
    return std::make_unique<PlanBridge>(s.n, s.m, s.d, std::move(reference));
  }
};

}  // namespace

const IpfEntry sinkhorn_ipf{
    {"sinkhorn",
     "the static plan by Sinkhorn's algorithm; what it carries follows in closed form",
     "Cuturi 2013, arXiv:1306.0895; Schmitzer 2019, arXiv:1610.06519; Thibault et al. 2021, arXiv:1711.01851",
     {{"mode", choice({"auto", "stored", "online", "separable"}), "auto",
       "stored: the kernel in memory; online: computed again in every iteration, O(n + m) memory; separable: both sets are full grids, one "
       "axis after the other; auto: the last where it can be, else the first within its memory"},
      {"tolerance", number(0).above(), 1e-6, "L1 error of the marginal that is not exact at which it ends"},
      {"iterations", integer(1, 1e9), 10000, "at most, at the final eps"},
      {"scaling", flag(), true, "begin at a large eps and lower it fourfold; never where a plan to start from is given"},
      {"over_relaxation", flag(), true, "over-relax by the factor that the observed rate asks for; the plain iteration otherwise"},
      {"memory", number(0), 1.0, "GB that a stored kernel may take in mode auto"},
      {"unbalanced", number(0).above(), Value(),
       "penalty rho on the divergence of the marginals, in units of |x - y|^2 / 2; large: nearly exact; unset: exact"},
      {"side", choice({"both", "first", "second"}), "both", "which marginals the penalty replaces"}}},
    [](const Value& o) { return std::make_unique<Static>(o); }};

}  // namespace dm
