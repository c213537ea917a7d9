// Oracle specs: wherever a model file is accepted, an analytic density with its exact prediction is.
#pragma once
#include "bridge/bridge.h"
#include "density/density.h"
#include "io/input.h"

namespace dm::io {

// {"density": {"type": "gaussian_mixture", ...}}, checked like any spec (Exit::spec).
std::unique_ptr<Density> read_oracle(const Input&);
Value read_oracle_spec(const Input&);  // what stands under "density", with every default

// {"bridge": {"type": "gaussian", ...}}: a bridge in closed form, likewise.
bool holds_bridge(const Input&);
std::unique_ptr<Transport> read_bridge(const Input&);

}  // namespace dm::io
