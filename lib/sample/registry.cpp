#include "sample/registry.h"

namespace dm {

const Family& samplers() {
  static const Family family{"sampler",
                             "the rule that takes a state from one level to the next",
                             {&heun, &ddim, &dpmpp_2m, &dpmpp_3m, &dpmpp_2s, &dpmpp_3s, &rk45, &ancestral, &euler_maruyama,
                              &adams_bashforth, &reverse_diffusion, &ula, &annealed_langevin}};
  return family;
}

const Family& correctors() {
  static const Family family{"corrector", "Langevin moves at each level before the sampler's step", {&langevin, &ald}};
  return family;
}

}  // namespace dm
