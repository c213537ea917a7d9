// An oracle: a density with its exact prediction at every noise level. Wherever a model file is accepted an oracle spec is accepted.
#pragma once
#include "density/law.h"
#include "process/denoiser.h"

namespace dm {

struct Density : Law, Denoiser {
  int dim() const override = 0;  // of both bases
  // log p_t(x), the density of the noised law at level `at`, for each row; out [rows].
  virtual void logp(Mat<const double> x, const Level& at, double* out) const = 0;
};

// gaussian, gaussian_mixture
const Family& densities();
using DensityEntry = Entry<std::unique_ptr<Density>>;

}  // namespace dm
