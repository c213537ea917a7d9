// Oracle specs: wherever a model file is accepted, an analytic density with its exact prediction is.
#pragma once
#include "density/density.h"
#include "io/input.h"

namespace dm::io {

// {"density": {"type": "gaussian_mixture", ...}}, checked like any spec (Exit::spec).
std::unique_ptr<Density> read_oracle(const Input&);

}  // namespace dm::io
