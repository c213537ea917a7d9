// How errors at different levels are weighed, as the weight w of |epshat - eps|^2. With s = sigma / alpha the error of x0 is s times, that
// of the score 1 / sigma times that of eps, so a weight c of |x0hat - x0|^2 is w = c s^2 and a weight c of the score is w = c / sigma^2.
#pragma once
#include <functional>

#include "process/schedule.h"

namespace dm {

using Weighting = std::function<double(const Schedule&, const Level&, double sigma_data)>;

// std2, uniform, likelihood, x0, snr, snr+1, truncated-snr, min-snr, soft-min-snr, edm
const Family& weightings();
using WeightingEntry = Entry<Weighting>;

}  // namespace dm
