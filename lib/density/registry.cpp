#include "density/registry.h"

namespace dm {

const Family& densities() {
  static const Family family{"density", "analytic densities with their exact predictions at every level", {&gaussian, &gaussian_mixture}};
  return family;
}

}  // namespace dm
