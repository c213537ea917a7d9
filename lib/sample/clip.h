// A denoiser whose x0hat is held within bounds.
#pragma once
#include <algorithm>
#include <vector>

#include "process/denoiser.h"

namespace dm {

// x0hat_j clipped to [lo_j, hi_j] in model units, epshat to match: (x - alpha x0hat) / sigma where a coordinate was clipped.
struct ClippedDenoiser : Denoiser {
  const Denoiser& inner;
  std::vector<double> lo, hi;
  ClippedDenoiser(const Denoiser& d, std::vector<double> l, std::vector<double> h) : inner(d), lo(std::move(l)), hi(std::move(h)) {}

  int dim() const override { return inner.dim(); }
  double rounding() const override { return inner.rounding(); }
  void check(const Level& l) const override { inner.check(l); }
  double lowest() const override { return inner.lowest(); }
  void eval(const State& state, Times times, Pred& out) const override {
    inner.eval(state, times, out);
    const Mat<double> x = state.x();
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < x.cols; ++j) {
        const double c = std::clamp(out.x0[i][j], lo[std::size_t(j)], hi[std::size_t(j)]);
        if (c == out.x0[i][j]) continue;
        out.x0[i][j] = c;
        out.eps[i][j] = (x[i][j] - times[i].alpha * c) / times[i].sigma;
      }
  }
};

}  // namespace dm
