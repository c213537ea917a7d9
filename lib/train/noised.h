// Shared by the objectives that regress on one-shot noised rows: x_t = alpha x0 + sigma eps at one level a row, loss
//   E[ w(level) |epshat - eps|^2 ] / divisor.
// Every other error is a multiple of that of eps: of the score 1 / sigma, of x0 sigma / alpha, of the output y of a network 1 / k3.
#pragma once
#include "train/objective.h"

namespace dm {

// The variates behind a row's level. Of two rows that mirror each other one sees u and z, the other 1 - u and -z.
class LevelDraws {
 public:
  LevelDraws(Draws d, bool mirrored) : draws_(d), mirrored_(mirrored) {}
  double uniform() { return mirrored_ ? 1 - draws_.uniform() : draws_.uniform(); }
  double normal() { return mirrored_ ? -draws_.normal() : draws_.normal(); }

 private:
  Draws draws_;
  bool mirrored_;
};

struct NoisedRegression : Objective {
  const Schedule& schedule;
  bool antithetic;        // rows 2k and 2k + 1 of a batch mirror each other's level
  std::string reduction;  // over the coordinates: mean, sum, half-sum

  // options(): antithetic and reduction, which the constructor reads.
  static std::vector<Option> options(const char* reduction);
  NoisedRegression(const Process& p, const Value& options);

  virtual Level level(LevelDraws&) const = 0;
  virtual double weight(const Level&, const Regressor&) const { return 1; }

  void fill(Stream, const State& x0, const Regressor&, Query& q) const override;
};

}  // namespace dm
