#include "sample/registry.h"

namespace dm {

const Family& samplers() {
  static const Family family{
      "sampler", "the rule that takes a state from one level to the next", {&heun, &ddim, &ancestral, &euler_maruyama}};
  return family;
}

}  // namespace dm
