// The diffusion Schroedinger bridge (De Bortoli et al. 2021, arXiv:2106.01357): iterative proportional fitting by half-iterations that
// train the backward and the forward network in turn, each on the paths that the other one simulates (trajectories.h), the first on paths
// of the reference. With a condition y, which stays with its row, it is that of x given y (Shi et al. 2022, arXiv:2202.13460); its first
// half-iteration is the conditional score model.
#include "bridge/half_iterations.h"
#include "bridge/regressed.h"
#include "bridge/trajectories.h"

namespace dm {

namespace {

// The reference from X_0, unsteered: the end that it is pinned at is the one it would reach, (alpha_1 / alpha_t) x.
struct Free : Bridge {
  struct End : EndDenoiser {
    const Free& bridge;
    explicit End(const Free& b) : EndDenoiser(Direction::forward), bridge(b) {}
    int dim() const override { return bridge.d; }
    void end(Mat<const double> x, const double* t, Mat<double> out) const override {
      const Schedule& s = *bridge.schedule(Direction::backward);
      for (int64_t i = 0; i < x.rows; ++i) {
        const double r = s.at(1).alpha / s.at(t[i]).alpha;
        for (int64_t j = 0; j < x.cols; ++j) out[i][j] = r * x[i][j];
      }
    }
  };
  int d;
  End end;
  Free(std::shared_ptr<const Schedule> reference, int dim) : Bridge(std::move(reference)), d(dim), end(*this) {}
  int dim() const override { return d; }
  const Denoiser& ends(Direction) const override { return end; }
};

struct Dsb : HalfIterations {
  Free free;

  Dsb(const Value& options, const LearnerInputs& inputs)
      : HalfIterations(
            options, inputs,
            [&](const EndHead& head) { return std::make_unique<StepMatching>(head, int(options["simulation_steps"].integer())); }),
        free(reference, in.d) {}

  std::unique_ptr<Source> pairs(int phase, const Transport& frozen, int batch, Stream s) const override {
    const Direction simulated = opposite(taught(phase));
    const Transport& from = phase ? frozen : free;
    return trajectories(in.sides[0], in.sides[1],
                        {from.sde(simulated), simulated, *shape.schedule(taught(phase)), simulation_steps(), int(o["cache"].integer()),
                         o["refresh"].integer(), o["target"].text() == "mean-match"},
                        batch, s);
  }
  std::unique_ptr<NetBridge> chain(const std::vector<const ParamSet<float>*>& params) const {
    auto bridge = net_bridge(reference, nets_, params);
    bridge->chain = true;
    return bridge;
  }
  std::unique_ptr<Transport> transport(const std::vector<const ParamSet<float>*>& params) const override { return chain(params); }
};

void needs_condition(const LearnerInputs& in) {
  if (!in.given)
    throw Error("the method is that of x given y, and the first set has no /y; give rows (x, y), or take the method dsb", Exit::data);
}

struct Cdsb : Dsb {
  Cdsb(const Value& options, const LearnerInputs& inputs) : Dsb(options, inputs) { needs_condition(in); }
};

// The second law is fitted to the first set: N(m(y), s^2 I).
struct CdsbC : Cdsb {
  std::shared_ptr<Regressed> law;
  CdsbC(const Value& options, const LearnerInputs& inputs)
      : Cdsb(options, inputs), law(std::make_shared<Regressed>(in.d, in.given, o["features"])) {
    const Side& first = in.sides[0];
    if (!first.d) return;  // to be used; state() fills the law
    if (in.sides[1].make)
      throw Error("the method cdsb-c fits its second law to the first set; name that one alone, or take the method cdsb", Exit::usage);
    if (!first.told.rows.cols) throw Error("the method cdsb-c fits its second law to rows; the first set is a law", Exit::data);
    law->fit(first.x, first.told.rows, first.weights, o["penalty"].number(), in.stream / "second" / "centres");
    in.sides[1] = Side::law(*law, in.d);
  }
  std::unique_ptr<Transport> transport(const std::vector<const ParamSet<float>*>& params) const override {
    auto bridge = chain(params);
    bridge->second = law;
    return bridge;
  }
  void state(Archive& archive) override { law->state(archive.group("second")); }
};

const std::vector<Option> options = {
    {"half_iterations", integer(1, 10000), 10, "trainings of one direction, backward first"},
    {"steps", integer(1, 1e9), 4000, "optimiser steps of each half-iteration"},
    {"simulation_steps", integer(1, 1e5), 30,
     "Euler-Maruyama steps of a path, all of which are trained on; dm-sample with as many follows the same chain"},
    {"cache", integer(1, 1e8), 5000, "paths of a simulation"},
    {"refresh", integer(1), 1000, "steps between simulations of new paths"},
    {"target", choice({"mean-match", "increment"}), "mean-match",
     "of the regression. mean-match: the path's step with the drift taken where the step back is taken; increment: minus the path's step, "
     "with one evaluation fewer. They agree to the order of a step"},
    {"fresh", flag(), false, "each half-iteration starts from new initial values (DSB), not from the network as it was"}};

std::vector<Option> with(std::vector<Option> more) {
  std::vector<Option> out = options;
  out.push_back({"condition", choice({"vector", "label"}), "vector", "what /y of the first set is to the networks"});
  for (Option& o : more) out.push_back(std::move(o));
  return out;
}

}  // namespace

const LearnerEntry dsb{{"dsb", "networks trained in turn on each other's paths, every step of them: the diffusion Schroedinger bridge",
                        "De Bortoli et al. 2021, arXiv:2106.01357", options},
                       [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> { return std::make_unique<Dsb>(o, in); }};
const LearnerEntry cdsb{
    {"cdsb", "the same for x given y, /y of the first set; the second set has none", "Shi et al. 2022, arXiv:2202.13460", with({})},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> { return std::make_unique<Cdsb>(o, in); }};
const LearnerEntry cdsb_c{
    {"cdsb-c", "the same with a second law that knows y: N(m(y), s^2 I), fitted to the first set, which is the only one",
     "Shi et al. 2022, arXiv:2202.13460",
     with({{"features", method(features), "linear", "what the mean m of the second law is linear in, of y"},
           {"penalty", number(0).above(), 1e-6, "on the squared coefficients of m, relative to unit variance of the features"}})},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> { return std::make_unique<CdsbC>(o, in); }};

const Family& ipf_learners() {
  static const Family family{"method", "how a bridge is learned", {&dsb, &cdsb, &cdsb_c}};
  return family;
}

}  // namespace dm
