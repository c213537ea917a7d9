// Parametrisations: every one is y = p x0 + q eps, and with x = alpha x0 + sigma eps is inverted analytically.
#pragma once
#include "process/schedule.h"

namespace dm {

enum class Kind { x0, eps, v, score, edm };
Kind kind_named(std::string_view name);
std::vector<std::string> kind_names();

// What a network of this kind regresses: y = p x0 + q eps.
//   x0: (1, 0)   eps: (0, 1)   v: (-sigma, alpha)   score: (0, -1/sigma)
//   edm: F of Karras et al. 2022 (eq. 7) on s = sigma / alpha, r = sqrt(s^2 + sd^2): (s / (sd r), -sd / r)
struct Mix {
  double p, q;
};
Mix target_of(Kind, const Level&, double sigma_data = 1);

// x0 = k0 x + k1 y, eps = k2 x + k3 y. Throws (Exit::spec) where the pair (x, y) does not determine (x0, eps).
struct Canonical {
  double k0, k1, k2, k3;
};
Canonical to_canonical(Kind, const Level&, double sigma_data = 1);

}  // namespace dm
