// The entries of the density family; a new oracle is one more file and one more name here and in registry.cpp.
#pragma once
#include "density/density.h"

namespace dm {

extern const DensityEntry gaussian, gaussian_mixture;

}  // namespace dm
