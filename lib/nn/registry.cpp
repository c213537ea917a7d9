#include "nn/registry.h"

namespace dm {

const Family& networks() {
  static const Family family{"network", "the function that is learned", {&mlp, &residual_mlp}};
  return family;
}

const Family& embeddings() {
  static const Family family{"embedding", "how the network sees the noise level", {&sinusoidal, &fourier, &label}};
  return family;
}

}  // namespace dm
