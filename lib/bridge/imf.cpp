// Diffusion Schroedinger bridge matching (Shi et al. 2023, arXiv:2303.16852, algorithm 1): half-iterations that train the backward and the
// forward bridge in turn, each on pairs that the other one simulates from its own end of the data. The first is trained on a
// coupling of the two sets: independent (iterative Markovian fitting), the reference's (iterative proportional fitting), or optimal in each
// batch.
#include "bridge/half_iterations.h"

namespace dm {

namespace {

enum class First { independent, reference, optimal };

struct Imf : HalfIterations {
  const First first;

  Imf(const Value& options, const LearnerInputs& inputs, First f)
      : HalfIterations(options, inputs, [&](const EndHead& head) { return std::make_unique<BridgeMatching>(head, inputs.options); }),
        first(f) {}
  // One direction always, where the option says so.
  Direction taught(int phase) const override {
    const std::string& which = o["directions"].text();
    return which == "both" ? HalfIterations::taught(phase) : which == "forward" ? Direction::forward : Direction::backward;
  }

  int64_t cache() const override { return o["cache"].is_null() ? std::max<int64_t>(in.rows, 5000) : o["cache"].integer(); }
  std::unique_ptr<Source> pairs(int phase, const Transport& frozen, int batch, Stream s) const override {
    const auto& [p0, p1] = in.sides;
    if (phase == 0 && first == First::independent) return independent(p0, p1, batch, s);
    if (phase == 0 && first == First::reference) return from_reference(p0, p1, *reference, batch, s);
    if (phase == 0) return minibatch_ot(p0, p1, batch, s);
    return simulated(
        p0, p1,
        {frozen, taught(phase - 1), make<std::unique_ptr<StepRule>>(samplers(), or_default({}, samplers(), frozen.rule())),
         int(o["simulation_steps"].integer()), final_named(o["simulation_final"].text()), int(cache()), o["refresh"].integer()},
        batch, s);
  }
};

std::vector<Option> options() {
  return {{"half_iterations", integer(1, 10000), 10, "trainings of one direction, backward first"},
          {"steps", integer(1, 1e9), 4000, "optimiser steps of each half-iteration"},
          {"refresh", integer(1), 1000, "steps between simulations of new pairs"},
          {"cache", integer(1, 1e8), Value(), "pairs of a simulation; unset: the rows of the larger set, at least 5000"},
          {"simulation_steps", integer(1, 1e5), 30, "steps of a simulation"},
          {"simulation_final", choice({"noise", "step"}), "noise",
           "its last step: with noise (variance 1.002 for 1 in 20 steps at sigma 1), or without (.952, which feeds back)"},
          {"directions", choice({"both", "backward", "forward"}), "both",
           "both in turn; one alone is for comparison: its pairs drift from the data of the end that it simulates"},
          {"fresh", flag(), false, "each half-iteration starts from new initial values (DSB), not from the network as it was"}};
}

template <First first>
std::unique_ptr<Learner> make_imf(const Value& o, const LearnerInputs& in) {
  return std::make_unique<Imf>(o, in, first);
}

}  // namespace

const LearnerEntry dsbm_imf{{"dsbm-imf", "bridge matching in turn from both ends, first on independent pairs: iterative Markovian fitting",
                             "Shi et al. 2023, arXiv:2303.16852", options()},
                            make_imf<First::independent>};
const LearnerEntry dsbm_ipf{{"dsbm-ipf", "the same, first on pairs of the reference: iterative proportional fitting",
                             "Shi et al. 2023, arXiv:2303.16852", options()},
                            make_imf<First::reference>};
const LearnerEntry dsbm_imf_plus{
    {"dsbm-imf+", "the same, first on pairs matched optimally in each batch", "Shi et al. 2023, arXiv:2303.16852", options()},
    make_imf<First::optimal>};

}  // namespace dm
