#include "train/registry.h"

namespace dm {

const Family& objectives() {
  static const Family family{"objective", "what the network is trained on", {&edm, &dsm, &dsm_level, &ncsn, &ddpm_simple, &ism, &ssm}};
  return family;
}

}  // namespace dm
