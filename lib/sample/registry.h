// The entries of the sampler and corrector families; a new one is one more file and one more name here and in registry.cpp.
#pragma once
#include "sample/rule.h"

namespace dm {

extern const RuleEntry heun, ddim, dpmpp_2s, dpmpp_3s, dpmpp_2m, dpmpp_3m, rk45, ancestral, euler_maruyama, adams_bashforth,
    reverse_diffusion, ula, annealed_langevin;
extern const RuleEntry langevin, ald;

}  // namespace dm
