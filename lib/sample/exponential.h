// Exponential integrators in the half log-SNR lambda = -log(sigma / alpha) (Lu et al. 2022, arXiv:2211.01095): with h = lambda_s - lambda_t
//   x_s = (sigma_s / sigma_t) x_t + alpha_s int_0^h e^{u - h} x0hat(lambda_t + u) du,
// x0hat replaced by a polynomial through known predictions. Shared by the samplers dpmpp-*.
#pragma once
#include "sample/rule.h"

namespace dm {

double lambda(const Level&);

// 1 - e^{-h} between two levels, h > 0 towards the data: the integral of the constant 1. Exact where the level is clean.
inline double phi1(const Level& t, const Level& s) { return 1 - s.sigma_ve() / t.sigma_ve(); }

// The step from t to s by the polynomial through the predictions at the n <= 3 levels at[0 .. n-1], which are distinct: b_j belongs to
// at[j]. Its integral is exact, so n predictions give order n.
Step polynomial_step(const Level& t, const Level& s, const Level* at, int n);

// Singlestep methods: the rule's step from t to s becomes `order` moves over levels at even steps in lambda between them (on a discrete
// table the nearest rows; refused where there is none). At the last move all predictions are known, and the step is made once more from t.
std::vector<Move> stages(const Schedule&, const Move&, int order);
void into_stages(const Schedule&, Plan&, int order);  // every reverse move but those to the clean level
// The numbers of such a move from the state before it: `whole` is the step from the level where it began, and `last` the move before,
// both stated from there with b_j belonging to the prediction of stage j; nb of `whole` = the stage + 1.
Step from_stage(const Step& whole, const Step& last);
// The move plan[k] of such a step by the polynomials through all predictions since it began.
Step singlestep(const Plan&, std::size_t k);

}  // namespace dm
