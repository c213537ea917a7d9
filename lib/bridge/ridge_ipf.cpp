// The method ridge of dm-ipf.
#include <cstdio>

#include "bridge/ipf.h"
#include "bridge/registry.h"
#include "bridge/ridge.h"
#include "sample/sampler.h"

namespace dm {

namespace {

struct Ridge : IpfMethod {
  Value options;
  explicit Ridge(const Value& o) : options(o) {}

  std::unique_ptr<RidgeBridge> bridge(int64_t d, int64_t dy, std::shared_ptr<const Schedule> reference) const {
    return std::make_unique<RidgeBridge>(int(d), int(dy), int(options["steps"].integer()), options["features"], std::move(reference));
  }
  IpfSolution solve(const IpfProblem& problem, Progress& progress) const override {
    if (problem.start) throw Error("the method ridge starts from the reference; leave --start out", Exit::spec);
    if (problem.first_y.cols != problem.second_y.cols)
      throw Error("the condition /y has " + std::to_string(problem.first_y.cols) + " columns in the first set and " +
                      std::to_string(problem.second_y.cols) + " in the second; the same were expected, or none in both",
                  Exit::data);
    auto out = bridge(problem.first.d(), problem.first_y.cols, problem.reference);
    const RidgeBridge::Set sets[2] = {{problem.first.x, problem.first_y, problem.first.w},
                                      {problem.second.x, problem.second_y, problem.second.w}};
    const RidgeOptions o{int(options["half_iterations"].integer()), options["paths"].is_null() ? 0 : options["paths"].integer(),
                         options["penalty"].numbers()};
    if (o.penalty.empty()) throw Error("penalty is empty; one number or several to choose from were expected", Exit::spec);
    const Stream stream = problem.stream / "ridge";
    const auto noise = [&](int half) { return std::make_unique<PhiloxNoise>(stream / "z" / uint64_t(half)); };
    Value penalties = Value::array(), explained = Value::array();
    for (const auto& f : out->fit(sets, o, noise, stream, progress)) {
      penalties.items().push_back(f.penalty);
      explained.items().push_back(f.explained);
    }
    char line[256];
    std::snprintf(line, sizeof line, "%d half-iterations of %lld steps; the last explains %.3g of its targets at a mean penalty of %.2g",
                  o.half_iterations, static_cast<long long>(options["steps"].integer()), explained.items().back().number(),
                  penalties.items().back().number());
    return {std::move(out), Value::Object{{"status", "fitted"},
                                          {"summary", line},
                                          {"direction", o.half_iterations % 2 ? "backward" : "forward"},
                                          {"penalty", penalties},
                                          {"explained", explained}}};
  }
  std::unique_ptr<FittedBridge> shaped(const Shape& s, std::shared_ptr<const Schedule> reference) const override {
    return bridge(s.d, s.dy, std::move(reference));
  }
};

}  // namespace

const IpfEntry ridge_ipf{
    {"ridge",
     "a chain of steps whose means are fitted by ridge regression in closed form, forward and backward in turn; of x given y where both "
     "sets have /y",
     "De Bortoli et al. 2021, arXiv:2106.01357; Shi et al. 2022, arXiv:2202.13460",
     {{"half_iterations", integer(1, 10000), 10,
       "fits, of the way back and of the way forward in turn; each adds an error of the order of a step"},
      {"steps", integer(1, 100000), 32, "of the chain; dm-sample with as many follows it"},
      {"features", method(features), "polynomial", "what the drift of a step is linear in"},
      {"paths", integer(2, 1e9), Value(), "simulated in each half-iteration; unset: one from every row"},
      {"penalty", numbers(0), Value::numbers({1e-8, 1e-6, 1e-4, 1e-2, 1}),
       "on the squared coefficients of features of unit variance; of several each step takes the one that generalised cross-validation "
       "prefers"}}},
    [](const Value& o) { return std::make_unique<Ridge>(o); }};

}  // namespace dm
