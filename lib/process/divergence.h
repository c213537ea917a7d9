// Traces of Jacobians from products with vectors: tr J = E[v^T J v] wherever E[v v^T] = I (Hutchinson 1989), or d unit vectors.
#pragma once
#include "core/random.h"
#include "process/denoiser.h"

namespace dm {

// The vectors: weight() times the sum of v v^T over k = 0 .. count(d) - 1 is I, or has mean I. Variance of one v^T J v, with J the
// symmetric part:
//   exact       the unit vectors: none
//   rademacher  entries +-1: 2 sum_{i != j} J_ij^2, so a diagonal J has none
//   gaussian    N(0, I): 2 |J|_F^2
//   sphere      uniform on |v|^2 = d: (2 d |J|_F^2 - 2 (tr J)^2) / (d + 2), so a multiple of I has none
struct Probes {
  enum class Law { exact, rademacher, gaussian, sphere } law = Law::rademacher;
  int n = 1;

  static Option law_option(const char* name, std::vector<std::string> laws, const char* doc);
  static Option count_option();
  static Law named(std::string_view);

  int count(int d) const { return law == Law::exact ? d : n; }
  double weight() const { return law == Law::exact ? 1 : 1.0 / n; }
  // v [rows.n, d]: probe k of each row, a function of (stream, row, k) alone, so that it stays the same along a trajectory.
  void draw(Stream, Rows, int k, Mat<double> v) const;
};

// x0[i] = tr(d x0hat/dx), eps[i] = tr(d epshat/dx) at the rows of the replay, each from its own products. What else a prediction means
// is affine in it: see below.
void divergence(Replay&, const Probes&, Stream, Rows, int d, double* x0, double* eps);

// Of the score s = -eps / sigma.
inline double score_divergence(const Level& l, double eps) { return -eps / l.sigma; }
// Of the velocity of the probability flow, f x - g^2 s / 2.
inline double velocity_divergence(const Schedule& s, const Level& l, int d, double eps) {
  return s.f(l.t) * d + 0.5 * s.g2(l.t) / l.sigma * eps;
}

}  // namespace dm
