// DDIM as variational inference: an upper bound of -log p(x0) under the chain that the sampler `ddim` runs with noise.
// In u = x / alpha, with the levels v_1 < .. < v_T of sigma / alpha, the inference chain draws u_T ~ N(x0, v_T^2 I) and then
//   q(u_{t-1} | u_t, x0) = N(x0 + sqrt(v_{t-1}^2 - eta_{t-1}^2) (u_t - x0) / v_t, eta_{t-1}^2 I),
// which keeps every marginal at N(x0, v_t^2 I). The chain of the model starts from the reference law, has x0hat(u_t, t) in place of x0, and
// ends in the decoder N(x0hat(u_1, 1), eta_0^2 I). Both are scaled alike, so the divergence is that of the chains in x, and alpha = 1 at
// the data: p(x0) is the density of x0 itself whatever the process. With q_d the law of the data and H its entropy
//   KL(q || p) + H(q_d) = E[ |x0|^2 ] / (2 v_T^2)                                                            (prior, for VE)
//                       + sum_{t=2..T} gamma_t^2 / 2 E|x0hat(u_t, t) - x0|^2                               (transitions)
//                       + E|x0hat(u_1, 1) - x0|^2 / (2 eta_0^2) + d/2 log(2 pi eta_0^2)                       (decoder)
//   gamma_t = (v_t - sqrt(v_{t-1}^2 - eta_{t-1}^2)) / (eta_{t-1} v_t),
// and KL >= 0 is lost against -E log p(x0), term by term of x0. The prior's term is KL(N(alpha_T x0, sigma_T^2 I) || reference law) for
// every process. (The talk, G. Victorino Cardoso's tutorial on DDIM, has slips: a plus for the minus of gamma in the derivation, gamma_0 =
// eta_0 for 1 / eta_0, and log(2 pi eta_0) for log(2 pi eta_0^2).) gamma is read off the sampler's own step, x_{t-1} = a x_t + b x0hat + c
// z: the means of q and p lie b (x0 - x0hat) apart, so gamma = b / c.
#pragma once
#include "sample/log_densities.h"
#include "sample/sampler.h"

namespace dm {

struct DdimKl {
  const Schedule& schedule;
  const Denoiser& denoiser;
  const StepRule& rule;  // ddim with eta > 0: numbers that keep the marginals of q, from one prediction, with noise
  const Plan& plan;      // from level T over 1 to the clean one
  double eta_0;          // standard deviation of the decoder
  int draws;             // of the whole chain a row: draw m of the state at move k is `noise`'s (row, k, m)
  const Noise& noise;
  Mat<const double> given = {};  // the condition of each row, see Sampler

  // The bound at each row of x0 [rows.n, d], with its terms. A row's bits depend on its id, its content and its condition alone.
  LogDensities run(Rows, Mat<const double> x0, Progress&) const;
};

}  // namespace dm
