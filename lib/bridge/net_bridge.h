// A bridge whose two directions are networks of the end, E[X0 | X_t] and E[X1 | X_t].
#pragma once
#include "bridge/learner.h"
#include "process/net_denoiser.h"

namespace dm {

struct NetBridge : Bridge {
  std::unique_ptr<NetDenoiser> net[2];          // by direction; null: not trained
  std::shared_ptr<const GivenLaw> second = {};  // X1 given the condition, where it is one law for each; else null
  bool chain = false;                           // trained on the steps of a chain, which Euler-Maruyama follows
  int d;
  NetBridge(std::shared_ptr<const Schedule> reference, int dim) : Bridge(std::move(reference)), d(dim) {}
  int dim() const override { return d; }
  const char* rule() const override { return chain ? "euler-maruyama" : Bridge::rule(); }
  const Denoiser& ends(Direction way) const override;
  std::shared_ptr<const GivenLaw> start_given(Direction way) const override { return way == Direction::backward ? second : nullptr; }
};

// Of a learner's two networks, backward first, with these parameters; null: not trained.
std::unique_ptr<NetBridge> net_bridge(std::shared_ptr<const Schedule> reference, const std::vector<Learner::Net>&,
                                      const std::vector<const ParamSet<float>*>&);

}  // namespace dm
