#include <algorithm>

#include "train/noised.h"
#include "train/registry.h"

namespace dm {

namespace {

// Ho et al. 2020, eq. 14 (L_simple): E|eps - epshat(x_t, t)|^2, t uniform on 1 .. T; the mean over coordinates unless asked (the code of
// DDIM sums). Antithetic pairs are t and T + 1 - t.
struct Ddpm : NoisedRegression {
  int T;
  Ddpm(const Process& p, const Value& o) : NoisedRegression(p, o), T(schedule.table()) {
    if (!T)
      throw Error(
          "objective ddpm needs a process with a discrete table of levels, and this one has continuous time; use the process ddpm, "
          "or the objective dsm",
          Exit::spec);
  }
  Level level(LevelDraws& d) const override { return schedule.at(double(1 + std::min(T - 1, int(d.uniform() * T))) / T); }
};

}  // namespace

const ObjectiveEntry ddpm_simple{
    {"ddpm", "the simple loss of DDPM: the noise, regressed evenly over the table of the process ddpm", "Ho et al. 2020, arXiv:2006.11239",
     NoisedRegression::options("mean")},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> { return std::make_unique<Ddpm>(p, o); }};

}  // namespace dm
