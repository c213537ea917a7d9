// The entries of the process family; a new process is one more file and one more name here and in registry.cpp.
#pragma once
#include "process/process.h"

namespace dm {

extern const ProcessEntry vp, sub_vp, ddpm, ve, ou;

}  // namespace dm
