// Classifier-free guidance (Ho & Salimans 2022, eq. 6): the prediction with its condition, moved away from the one without,
//   (1 + w) D(x, y) - w D(x, absent),
// for x0 and eps alike, since both are affine in each other. w = 0 is the conditional law; w > 0 sharpens towards the condition.
#pragma once
#include "process/denoiser.h"

namespace dm {

struct ClassifierFree : Denoiser {
  const Denoiser& inner;
  double w;

  ClassifierFree(const Denoiser& d, double guidance) : inner(d), w(guidance) {}
  int dim() const override { return inner.dim(); }
  double rounding() const override { return inner.rounding(); }
  void check(const Level& l) const override { inner.check(l); }
  double lowest() const override { return inner.lowest(); }
  void eval(const State& x, Times times, Pred& out) const override {
    const int64_t n = x.x().rows, d = x.x().cols;
    Matrix<double> x0(n, d), eps(n, d);
    Pred without{x0, eps};
    inner.eval({x.rows, {x.x()}}, times, without);
    inner.eval(x, times, out);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < d; ++j) {
        out.x0[i][j] += w * (out.x0[i][j] - x0[i][j]);
        out.eps[i][j] += w * (out.eps[i][j] - eps[i][j]);
      }
  }
};

}  // namespace dm
