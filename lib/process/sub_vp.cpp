#include "process/beta.h"
#include "process/registry.h"

namespace dm {

namespace {

// dx = -beta(t)/2 x dt + sqrt(beta(t) (1 - e^{-2B})) dw: the drift of vp with less noise. alpha = e^{-B/2}, and sigma itself, not its
// square, is 1 - e^{-B}; sigma / alpha = 2 sinh(B/2).
struct SubVp : Schedule {
  LinearBeta beta;
  SubVp(double lo, double hi) : beta{lo, hi} {}
  Level at(double t) const override { return {t, -1, std::exp(-0.5 * beta.B(t)), -std::expm1(-beta.B(t))}; }
  Level at_sigma_ve(double s) const override {
    const double B = 2 * std::asinh(0.5 * s), alpha = std::exp(-0.5 * B);
    return {beta.t_at(B), -1, alpha, s * alpha};
  }
  double f(double t) const override { return -0.5 * beta.beta(t); }
  double g2(double t) const override { return -beta.beta(t) * std::expm1(-2 * beta.B(t)); }
  double t_lo() const override { return 1e-2; }  // sigma = .002; at vp's 1e-3 it would be 1.1e-4
  double reference_sd(const Level&) const override { return 1; }
};

}  // namespace

const ProcessEntry sub_vp{
    {"sub-vp", "sub-variance preserving: the drift of vp, noise sqrt(beta (1 - e^{-2B})) with B the integral of beta, reference N(0, I)",
     "Song et al. 2021, arXiv:2011.13456", LinearBeta::options()},
    [](const Value& o) { return linear_process<SubVp>(o["beta_min"].number(), o["beta_max"].number()); }};

}  // namespace dm
