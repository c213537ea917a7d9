// The entries of the sampler family; a new sampler is one more file and one more name here and in registry.cpp.
#pragma once
#include "sample/rule.h"

namespace dm {

extern const RuleEntry ancestral, ddim, euler_maruyama, heun;

}  // namespace dm
