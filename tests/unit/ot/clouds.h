// Random weighted point sets for the transport tests.
#pragma once
#include <vector>

#include "core/random.h"
#include "ot/points.h"

namespace {

struct Cloud {
  dm::Matrix<double> x;
  std::vector<double> w;
  dm::Points points() const { return {x, w.empty() ? nullptr : w.data()}; }
};

inline Cloud cloud(uint64_t seed, int n, int d, bool weighted = false, double shift = 0) {
  Cloud c{dm::Matrix<double>(n, d), {}};
  dm::normals(dm::Stream(seed) / "x", {0, n}, 0, c.x);
  for (double& v : c.x.v) v += shift;
  for (int i = 0; weighted && i < n; ++i) c.w.push_back(dm::Draws(dm::Stream(seed) / "w", i).uniform());
  return c;
}

}  // namespace
