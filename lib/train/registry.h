// The entries of the objective family; a new objective is one more file and one more name here and in registry.cpp.
#pragma once
#include "train/objective.h"

namespace dm {

extern const ObjectiveEntry edm, dsm, dsm_level, ncsn, ddpm_simple, ism, ssm;

}  // namespace dm
