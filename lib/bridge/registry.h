// One name an entry; each family lists them in the order of the help.
#pragma once
#include "bridge/bridge.h"
#include "bridge/ipf.h"

namespace dm {

extern const BridgeEntry gaussian_bridge, mixture_bridge;
extern const IpfEntry sinkhorn_ipf, gaussian_ipf, ridge_ipf;

}  // namespace dm
