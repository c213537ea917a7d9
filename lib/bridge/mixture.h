// Schroedinger bridges whose potentials are Gaussian mixtures: the law of (X_0, X_1) is phi_0(x0) q(x1 | x0) h_1(x1), q the reference's
// transition, so both marginals are whatever the potentials make them, in any dimension, and everything about the bridge is exact
// (Korotin et al. 2024, arXiv:2310.01174; Gushchin et al. 2023, arXiv:2306.10161).
#pragma once
#include "bridge/bridge.h"
#include "density/gaussian_mixture.h"

namespace dm {

// h_1 is carried back in time by the reference as a density is noised, and phi_0 forward: h_t and phi_t are the mixtures at the levels of
// the two schedules, E[X_1 | X_t] and E[X_0 | X_t] their predictions, and X_t has the density phi_t h_t, a mixture of J K components.
// Instead of phi_0 the law of X_0 may be given, any law: then X_1 follows from it, and the way back is not known. (A mixture for X_0 does
// not help there: the way back needs law / h_0, and the quotient of two mixtures is none.)
class MixtureBridge : public Bridge {
 public:
  // Throws (Exit::spec) where the dimensions differ.
  MixtureBridge(std::shared_ptr<const GaussianMixture> phi0, std::shared_ptr<const GaussianMixture> h1,
                std::shared_ptr<const Schedule> reference);
  MixtureBridge(std::shared_ptr<const Law> p0, std::shared_ptr<const GaussianMixture> h1, std::shared_ptr<const Schedule> reference);

  int dim() const override { return h1_->dim(); }
  const Denoiser& ends(Direction) const override;
  std::unique_ptr<const Law> coupling() const override;
  std::shared_ptr<const Law> start(Direction) const override;

  GaussianMixture marginal(double t) const;  // of X_t, from phi_0

 private:
  const GaussianMixture& phi0() const;  // throws (Exit::spec) where there is none
  std::shared_ptr<const GaussianMixture> phi0_, h1_;
  std::shared_ptr<const Law> p0_;
};

}  // namespace dm
