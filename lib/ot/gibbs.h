// One side of an entropic plan as it is seen from a point: the weights w_j = exp(h_j - |x - y_j|^2 / (2 v)) / sum. With h_j = log q_j +
// g_j / eps they are the plan's row of x at v = eps, and the law of the endpoint of its bridge given X_t = x at v = eps (1 - t).
#pragma once
#include <vector>

#include "core/mat.h"

namespace dm {

class Gibbs {
 public:
  Gibbs(Mat<const double> y, std::vector<double> h);  // h_j may be -infinity
  // h_j = log q_j + g_j / eps.
  Gibbs(Mat<const double> y, const std::vector<double>& q, const std::vector<double>& g, double eps);

  int64_t size() const { return yt_.cols; }
  int64_t dim() const { return yt_.rows; }
  // w [size]; returns log sum_j exp(h_j - |x - y_j|^2 / (2 v)). v > 0, or 0: all weight on the nearest points.
  double weights(const double* x, double v, double* w) const;
  void mean(const double* x, double v, double* out) const;            // sum_j w_j y_j
  int64_t draw(const double* x, double v, double u) const;            // j with probability w_j, by inverse CDF; u in (0, 1)
  std::vector<double> log_sums(Mat<const double> x, double v) const;  // weights() of every row of x
  Matrix<double> means(Mat<const double> x, double v) const;

 private:
  Matrix<double> yt_;  // [d, m]
  std::vector<double> h_;
};

}  // namespace dm
