// Wasserstein distances between weighted point sets (Peyre & Cuturi 2019, Computational Optimal Transport):
//   W_p(a, b)^p = min over couplings P of sum_ij P_ij |x_i - y_j|^p.
// All functions take a [n, d] and b [m, d] with any weights (Points), are deterministic for any number of threads, and throw dm::Error
// (Exit::data) on empty, unequal-dimensional or non-finite input.
#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "ot/points.h"

namespace dm {

// Exact for d = 1: both quantile functions are steps, and W_p^p is the integral of their difference (ibid. eq. 2.37). p >= 1. O(n log n).
double wasserstein_1d(const Points& a, const Points& b, double p);

// Exact for any d, p = 1 (Euclidean cost) or 2 (squared Euclidean cost): sorting where d = 1, else the network simplex.
// Refuses more than max_arcs pairs n m with Exit::spec.
double wasserstein(const Points& a, const Points& b, int p);
inline constexpr double max_arcs = 2e8;

// SW_p: the p-mean of the 1-D W_p over projections on random directions; max: the largest of them (Bonneel et al. 2015, Deshpande et al.
// 2019). Direction l is row l of normals(stream) normalised, as in POT.
struct Sliced {
  double mean = 0, max = 0;
};
Sliced sliced_wasserstein(const Points& a, const Points& b, double p, int projections, Stream);

// An optimal plan with its proof. Masses sum to one; u, v are feasible potentials (u_i + v_j <= c_ij up to rounding), so
// dual = sum_i a_i u_i + sum_j b_j v_j <= cost, and the gap bounds the error of the cost.
struct TransportPlan {
  double cost = 0, dual = 0, gap = 0;  // of |x - y|^p: W_p^p
  std::vector<int64_t> i, j;           // the pairs that carry mass, at most n + m - 1, sorted
  std::vector<double> mass;
  std::vector<double> u, v;  // [n], [m]
  int64_t pivots = 0;
};
TransportPlan transport(const Points& a, const Points& b, int p);

}  // namespace dm
