// What an iteration of Sinkhorn's algorithm asks of the matrix K_ij = exp(-c_ij / eps), c_ij = |x_i - y_j|^2 / 2. Potentials are in units
// of eps here: phi = f / eps, gamma = g / eps, and P_ij = p_i q_j exp(phi_i + gamma_j - c_ij / eps).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/mat.h"
#include "ot/over_relaxation.h"
#include "ot/points.h"

namespace dm::ot {

// The problem without its masses of zero: x [n, d], y [m, d], p and q positive and summing to one.
struct Marginals {
  Mat<const double> x, y;
  const std::vector<double>&p, &q;
};

struct Errors {
  double row = 0;     // sum_i |P 1 - p|_i before the half-step of the rows
  double column = 0;  // sum_j |P^T 1 - q|_j between the half-steps
};

// Of the plan that the potentials stand for, in doubles whatever the kernel stores. Everything is relative to the marginal.
struct Sums {
  std::vector<double> row, column;  // (P 1)_i / p_i, (P^T 1)_j / q_j
  std::vector<double> capped;       // (P^T 1)_j / q_j with each row scaled down to at most its p_i
  double cost = 0;                  // sum_ij P_ij c_ij
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  // Another eps; what was stored is forgotten.
  virtual void set_eps(double eps) = 0;
  // One iteration: phi for the rows, then gamma for the columns, each moved as the half-steps say; a [n]: what the rows asked for.
  virtual Errors iterate(std::vector<double>& phi, std::vector<double>& gamma, const HalfStep& rows, const HalfStep& columns,
                         std::vector<double>& a) = 0;
  virtual Sums sums(const std::vector<double>& phi, const std::vector<double>& gamma) = 0;
};

// K stored as float (relative error 2^-24 an entry) or double.
std::unique_ptr<Kernel> stored_kernel(const Marginals&, bool doubles);
double stored_bytes(int64_t n, int64_t m, bool doubles);
// K computed again in every iteration; O(n + m) memory.
std::unique_ptr<Kernel> online_kernel(const Marginals&);
// Both sets are full grids (products of axes): one axis after the other, O(n^{1 + 1/d}) an iteration. Null where they are not, or d = 1.
std::unique_ptr<Kernel> separable_kernel(const Marginals&);

}  // namespace dm::ot
