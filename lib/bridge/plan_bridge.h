// The Schroedinger bridge of two sets of points from its static plan. Between x_i and y_j the bridge is the reference pinned at both, so
// given X_t = x the ends have, with r = alpha_1 / alpha_t, the laws
//   X1: w_j = q_j exp(g_j / eps) N(y_j; r x, (sigma_1^2 - r^2 sigma_t^2) I),  X0: w_i = p_i exp(f_i / eps) N(alpha_1 x_i; r x, r^2
//   sigma_t^2 I),
// which for Brownian motion of scale sigma are N(y_j; x, sigma^2 (1 - t) I) and N(x_i; x, sigma^2 t I). They are defined at any x, so rows
// that the plan was not made from are carried, too.
#pragma once
#include <memory>

#include "bridge/fitted.h"
#include "ot/entropic_plan.h"

namespace dm {

class PlanBridge : public FittedBridge {
 public:
  // The plan is between alpha_1 x0 and x1 at eps = sigma_1^2, which dm-ipf's method sinkhorn finds.
  PlanBridge(EntropicPlan, std::shared_ptr<const Schedule> reference);
  // Of n and m points in R^d, to be filled by state().
  PlanBridge(int64_t n, int64_t m, int64_t d, std::shared_ptr<const Schedule> reference);
  ~PlanBridge() override;

  int dim() const override { return int(plan_.x.cols); }
  const Denoiser& ends(Direction) const override;
  std::shared_ptr<const Law> start(Direction) const override;

  const EntropicPlan& plan() const { return plan_; }
  Matrix<double> first() const;  // x0 [n, d]
  const Matrix<double>& second() const { return plan_.y; }
  // The sets as laws, drawn from with their weights.
  const Law& law(int side) const;

  // X_t of pairs that are drawn from the plan, one for each row of the first set: exact at every t, no steps. out [n, d].
  Matrix<double> marginal(double t, Stream) const;

  void state(Archive&) override;

 private:
  struct End;
  struct Set;
  void prepare();
  double alpha_;  // of the reference at t = 1
  EntropicPlan plan_;
  std::unique_ptr<End> ends_[2];
  std::unique_ptr<Set> sets_[2];
};

}  // namespace dm
