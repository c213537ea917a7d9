// The entries of the families of this layer; a new network or embedding is one more file and one more name here and in registry.cpp.
#pragma once
#include "nn/embedding.h"
#include "nn/network.h"

namespace dm {

extern const NetworkEntry mlp, residual_mlp;
extern const EmbeddingEntry sinusoidal, fourier, label;

}  // namespace dm
