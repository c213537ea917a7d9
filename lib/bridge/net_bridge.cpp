#include "bridge/net_bridge.h"

namespace dm {

const Denoiser& NetBridge::ends(Direction way) const {
  const int k = way == Direction::forward;
  if (!net[k])
    throw Error(std::string("the ") + (k ? "forward" : "backward") +
                    " network of this bridge has not been trained; take more half-iterations, or the other "
                    "direction. The flow needs both",
                Exit::spec);
  return *net[k];
}

std::unique_ptr<NetBridge> net_bridge(std::shared_ptr<const Schedule> reference, const std::vector<Learner::Net>& nets,
                                      const std::vector<const ParamSet<float>*>& params) {
  auto bridge = std::make_unique<NetBridge>(std::move(reference), nets[0].head->d);
  for (std::size_t k = 0; k < 2; ++k)
    if (params[k]) bridge->net[k] = std::make_unique<NetDenoiser>(*nets[k].head, *params[k]);
  return bridge;
}

}  // namespace dm
