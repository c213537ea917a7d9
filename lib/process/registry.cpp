#include "process/registry.h"

namespace dm {

const Family& processes() {
  static const Family family{"process", "how noise is added", {&ve, &vp, &sub_vp, &ddpm, &ou}};
  return family;
}

}  // namespace dm
