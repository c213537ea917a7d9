// The entries of the grid family; a new grid is one more entry here and in grids().
#pragma once
#include "sample/plan.h"

namespace dm {

extern const GridEntry karras, uniform, even, angle, log_snr, leading, quad, edm_vp, score_sde;

Error too_many(int points, int levels);

}  // namespace dm
