// One name an entry; the family lists them in the order of the help.
#pragma once
#include "bridge/bridge.h"
#include "bridge/ipf.h"

namespace dm {

extern const BridgeEntry gaussian_bridge;
extern const IpfEntry sinkhorn_ipf;

}  // namespace dm
