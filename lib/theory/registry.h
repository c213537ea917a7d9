// The theorems; a new one is one more file and one more name here and in registry.cpp.
#pragma once
#include "theory/theory.h"

namespace dm {

extern const Theorem total_variation_theorem, decomposition_theorem, manifold_theorem, ula_theorem, few_steps_theorem;

}  // namespace dm
