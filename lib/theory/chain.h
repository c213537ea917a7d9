// The reversed Ornstein-Uhlenbeck chain of the theorems, X_k = X_{k+1} + gamma (a X_{k+1} + 2 s(t_{k+1}, X_{k+1})) + sqrt(2 gamma) Z
// (De Bortoli et al. 2021, eq. 4), on the line, as its law: the numbers x_s = a x_t + b x0hat + c z that the sampler's rule
// euler-maruyama would execute on this plan are applied to distributions in place of rows, so there is no Monte Carlo error.
#pragma once
#include <functional>
#include <memory>

#include "density/density.h"
#include "process/process.h"
#include "sample/rule.h"
#include "theory/line_law.h"

namespace dm {

// What is added to the score at x.
using ScoreError = std::function<double(double x, const Level&)>;

class OuChain {
 public:
  // Physical times T, T - gamma, .., stop, with the number of steps rounded; noise at every one of them, the last included. T > stop >= 0.
  // `oracle` must outlive the chain.
  OuChain(const Density& oracle, double rate, double T, double gamma, double stop = 0, ScoreError = {});

  Gaussian run(Gaussian start) const;       // where the oracle is one Gaussian and the error affine in x: exact
  LineLaw run(const LineLaw& start) const;  // any oracle: integrals by the trapezoidal rule, to rounding for sums of Gaussians

  const Schedule& schedule() const { return *process_->linear(); }
  const StepRule& rule() const { return *rule_; }
  const Denoiser& denoiser() const { return *denoiser_; }
  const Plan& plan() const { return plan_; }

 private:
  std::unique_ptr<Process> process_;
  std::unique_ptr<StepRule> rule_;
  std::unique_ptr<Denoiser> denoiser_;
  Plan plan_;
};

// One N(mean, var), as an oracle.
std::unique_ptr<Density> gaussian_oracle(Gaussian);
// sum_k mass_k N(centre_k, sd^2), as an oracle.
std::unique_ptr<Density> oracle(const LineLaw&);

// The process dX = -a X dt + sqrt(2) dB at physical time t: alpha = e^{-at}, sigma^2 = (1 - e^{-2at}) / a.
Level ou_level(double rate, double t);
Gaussian noised(const Gaussian&, const Level&);
// The law at `stop` of the exact time reversal (gamma -> 0, exact score) that starts at time T from `start` in place of p_T: given
// X_T, an atom is chosen by its posterior weight and the bridge to it is followed down to `stop`.
Gaussian reversed(const Gaussian& data, const Gaussian& start, double rate, double T);
LineLaw reversed(const LineLaw& atoms, const Gaussian& start, double rate, double T, double stop);

}  // namespace dm
