#include "bridge/registry.h"

namespace dm {

const Family& bridges() {
  static const Family family{"bridge", "Schroedinger bridges in closed form", {&gaussian_bridge, &mixture_bridge}};
  return family;
}

}  // namespace dm
