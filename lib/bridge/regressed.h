// A conditional Gaussian that is fitted to rows in closed form: N(m(y), s^2 I), m by ridge regression on features of the condition, s the
// residuals' standard deviation. What cdsb-c runs its bridge to (Shi et al. 2022, arXiv:2202.13460, section 4: p_ref(x | y)).
#pragma once
#include "bridge/bridge.h"
#include "bridge/features.h"
#include "core/archive.h"

namespace dm {

class Regressed : public GivenLaw {
 public:
  // Of rows [., d] given [., columns], the last of which is the constant of space/condition.h.
  Regressed(int d, int columns, const Value& features);
  // x [n, d], given [n, columns], weights [n] or empty; `penalty` > 0, on the squared coefficients but the constant's, relative to a row.
  void fit(Mat<const double> x, Mat<const double> given, const std::vector<double>& weights, double penalty, Stream centres);
  void mean(const double* given, double* out) const;  // m(y) [d]
  double deviation() const { return s_; }
  void draw(Stream, Rows, Mat<const double> given, Mat<double> x) const override;
  void logp(Mat<const double> given, Mat<const double> x, double* out) const override;
  void state(Archive&);

 private:
  int d_, q_, p_;
  std::unique_ptr<Features> features_;
  std::vector<double> centres_, W_;  // [C q], [p d]
  double s_ = 0;
};

}  // namespace dm
