// The Schroedinger bridge between two Gaussians in closed form (Bunne et al. 2022, arXiv:2202.05722; Mallasto et al. 2022).
#pragma once
#include "bridge/bridge.h"
#include "core/mat.h"

namespace dm {

struct Gaussian {
  std::vector<double> mean;  // [d]
  Matrix<double> cov;        // [d, d], positive definite
};

// For a reference with alpha_1 = A and sigma_1 = S the static bridge has, with S0' = A^2 S0,
//   C = Cov(X0, X1) = (S0'^{1/2} D S0'^{-1/2} - S^2 I) / (2 A),  D = (4 S0'^{1/2} S1 S0'^{1/2} + S^4 I)^{1/2},
// and everything else follows from X_t = a X0 + b X1 + s Z (Pinned).
class GaussianBridge : public Bridge {
 public:
  // Throws (Exit::spec) where a covariance is not positive definite or the dimensions differ.
  GaussianBridge(Gaussian p0, Gaussian p1, std::shared_ptr<const Schedule> reference);
  ~GaussianBridge() override;

  int dim() const override { return int(p0_.mean.size()); }
  const Denoiser& ends(Direction) const override;
  std::unique_ptr<const Law> coupling() const override;
  std::shared_ptr<const Law> start(Direction) const override;

  const Matrix<double>& cross() const { return C_; }  // Cov(X0, X1)
  Gaussian marginal(double t) const;                  // of X_t
  // E[X_end | X_t = x] = offset + K x.
  struct Affine {
    Matrix<double> K;            // [d, d]
    std::vector<double> offset;  // [d]
  };
  Affine end(Direction, double t) const;

 private:
  struct End;
  Gaussian p0_, p1_;
  Matrix<double> C_;
  std::unique_ptr<End> ends_[2];
};

}  // namespace dm
