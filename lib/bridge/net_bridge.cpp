#include "bridge/net_bridge.h"

namespace dm {

const Denoiser& NetBridge::ends(Direction way) const {
  const int k = way == Direction::forward;
  if (!net[k])
    throw Error(std::string("the ") + (k ? "forward" : "backward") +
                    " network of this bridge has not been trained; take more half-iterations, or the other "
                    "direction. The flow needs both",
                Exit::usage);
  return *net[k];
}

}  // namespace dm
