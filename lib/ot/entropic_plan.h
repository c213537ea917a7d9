// The plan of an entropic transport problem, by its potentials:
//   P_ij = p_i q_j exp((f_i + g_j - c_ij) / eps),  c_ij = |x_i - y_j|^2 / 2.
#pragma once
#include <vector>

#include "core/mat.h"
#include "core/random.h"
#include "ot/gibbs.h"

namespace dm {

struct EntropicPlan {
  Matrix<double> x, y;       // [n, d], [m, d]
  std::vector<double> p, q;  // [n], [m], each sums to one; may be zero
  std::vector<double> f, g;  // [n], [m] in units of cost; finite, also where the mass is zero
  double eps = 1;

  Gibbs second_from_first() const { return Gibbs(y, q, g, eps); }  // the second set as points of the first see it
  Gibbs first_from_second() const { return Gibbs(x, p, f, eps); }
  // (P_i1, ..., P_im)
  void row(int64_t i, double* out) const;
};

// sum_j P_ij for every i: [n]. Equals p where the marginals are held.
std::vector<double> first_marginal(const EntropicPlan&);

// sum_j P_ij y_j / sum_j P_ij for every i: [n, d].
Matrix<double> barycentric_map(const EntropicPlan&);

// For every row of the first set one row of the second, drawn from P_i / sum_j P_ij: each point of the first set stands in exactly one
// pair, so that its marginal is exact. Row i depends on the stream and on i.
std::vector<int64_t> draw_pairs(const EntropicPlan&, Stream);

}  // namespace dm
