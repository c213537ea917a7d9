#include "theory/registry.h"

namespace dm {

const Family& theorems() {
  static const Family family{"curve",
                             "theorems as curves",
                             {&total_variation_theorem, &decomposition_theorem, &manifold_theorem, &ula_theorem, &few_steps_theorem}};
  return family;
}

}  // namespace dm
