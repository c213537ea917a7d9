// Iterative proportional fitting in which every step's mean is fitted by ridge regression on fixed features, in closed form: no network and
// no gradient (De Bortoli et al. 2021, arXiv:2106.01357; Shi et al. 2022, arXiv:2202.13460, for the condition and the regression).
#pragma once
#include "bridge/features.h"
#include "bridge/fitted.h"
#include "core/progress.h"
#include "sample/rule.h"

namespace dm {

struct RidgeOptions {
  int half_iterations;          // 1: the way back alone; then forward, back, ...
  int64_t paths = 0;            // simulated in each; 0: one from every row
  std::vector<double> penalty;  // candidates, relative to unit variance of the features; several: by generalised cross-validation
};

// A chain x_k of N steps of h = 1 / N with the noise of the reference, g sqrt(h) z, either way:
//   x_{k+1} = F_k(x_k) + g sqrt(h) z   and   x_k = B_k(x_{k+1}) + g sqrt(h) z,  k = 0 .. N - 1.
// Half-iteration n simulates the way of n - 1 (first: the reference) and fits the other to it by the regression of
//   x_{k+1} + F_k(x_k) - F_k(x_{k+1})  on x_{k+1}   (B_k; for F_k the mirror image)
// at the same k: E[F_k(x_k) - x_{k+1} | x_{k+1}] is g^2 h times the score. What is stored is F_k(x) - x = h v(t_k, x), on features of
// (x, y). As a bridge it gives the end that the reference pinned there would drift to alike, so Euler-Maruyama on its own grid is this
// chain; on others the drift is interpolated linearly in t.
// An iterate is exact to O(h), and these errors add up: IPF sees the reference in its first half-iteration alone, so what one of them
// leaves behind no later one corrects. Many half-iterations want many steps.
class RidgeBridge : public FittedBridge {
 public:
  // Of rows x [., d] given y [., dy]; to be fitted, or filled by state().
  RidgeBridge(int d, int dy, int steps, const Value& features, std::shared_ptr<const Schedule> reference);
  ~RidgeBridge() override;

  struct Set {
    Mat<const double> x, y;           // y without columns: none
    const double* weights = nullptr;  // one a row; null: all alike
  };
  using NoiseOf = std::function<std::unique_ptr<const Noise>(int half)>;
  // `stream`: of the starting rows where they are drawn by weight, and of the centres; `noise`: of the paths, move k = step k of the way.
  // Returns for each half-iteration the mean over steps of the chosen penalty and of the share of the target that is explained.
  struct Fitted {
    double penalty, explained;
  };
  std::vector<Fitted> fit(const Set (&sets)[2], const RidgeOptions&, const NoiseOf& noise, Stream stream, Progress&);

  int dim() const override { return d_; }
  const char* rule() const override { return "euler-maruyama"; }  // which is the chain that was fitted
  int conditions() const override { return dy_; }
  const Denoiser& ends(Direction) const override;
  // h v at step k, added to out [n, d].
  void add_increment(Direction, int k, Mat<const double> x, Mat<const double> y, double factor, Mat<double> out) const;
  void state(Archive&) override;

 private:
  struct End;
  // One regression: phi of ((x, y) - mean) / scale, times W.
  struct Map {
    std::vector<double> mean, scale, centres, W;  // [q], [q], [C q], [p d]
  };
  Map fit_map(Mat<const double> z, Mat<const double> target, const std::vector<double>& penalty, Stream, Fitted&) const;
  double h() const { return 1.0 / steps_; }

  int d_, dy_, steps_, p_;
  std::unique_ptr<const Features> features_;
  std::vector<Map> maps_[2];  // by direction; empty: not fitted, the reference
  std::unique_ptr<End> ends_[2];
};

}  // namespace dm
