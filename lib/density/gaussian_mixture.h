#pragma once
#include "core/linalg.h"
#include "density/density.h"

namespace dm {

// sum_k w_k N(m_k, C_k). At level (alpha, sigma) it is sum_k w_k N(alpha m_k, alpha^2 C_k + sigma^2 I): the weights stay.
class GaussianMixture : public Density {
 public:
  // weights [K] (positive, normalised here), means [K, d], covariances K x [d, d] (positive semi-definite: zero gives atoms).
  GaussianMixture(std::vector<double> weights, Matrix<double> means, std::vector<Matrix<double>> covariances);

  int dim() const override { return int(means_.cols); }
  void draw(Stream, Rows rows, Mat<double> x) const override;
  void eval(const State& x, Times, Pred& out) const override;
  bool differentiable() const override { return true; }
  std::unique_ptr<Replay> replay(const State& x, Times, Pred& out) const override;
  void logp(Mat<const double> x, const Level& at, double* out) const override;

  // The law of x0 given that its noised value at level `at` is x [d]: a mixture again, on the same axes.
  GaussianMixture posterior(const double* x, const Level& at) const;

  int components() const { return int(weights_.size()); }
  double weight(int k) const { return weights_[std::size_t(k)]; }
  const double* mean(int k) const { return means_[k]; }
  Matrix<double> covariance(int k) const;  // [d, d]

 private:
  struct Posterior;
  // Component k at x: u = V^T (x - alpha m), and log w N(x; alpha m, alpha^2 C + sigma^2 I).
  double component(int k, const double* x, const Level& at, double* u) const;
  // u [K, d] of every component at x, and their responsibilities r [K].
  void responsibilities(const double* x, const Level& at, double* r, double* u) const;
  // E[x0 | x, k] and E[eps | x, k], each [d].
  void conditional(int k, const double* u, const Level& at, double* x0, double* eps) const;

  std::vector<double> weights_;
  Matrix<double> means_;
  std::vector<Eigh> axes_;  // of each covariance
};

// A covariance [d, d] from a spec: a matrix, a vector (its diagonal) or a number (times the identity). Throws Exit::spec, naming `where`.
Matrix<double> covariance(const Value&, int64_t d, const std::string& where);

}  // namespace dm
