// The iterates of IPF and of IMF between Gaussians, exact: what every loop that alternates between two directions is held to.
#pragma once
#include "bridge/fixtures.h"

namespace bridges_test {

// The law of (X_0, X_1).
struct Joint {
  Gaussian p0, p1;
  Matrix<double> C;  // Cov(X_0, X_1)
};

// The reference started at p0.
inline Joint started(const Gaussian& p0, const Schedule& reference) {
  const Level end = reference.at(1);
  Joint j{p0, p0, p0.cov};
  for (double& m : j.p1.mean) m *= end.alpha;
  for (double& v : j.C.v) v *= end.alpha;
  for (double& v : j.p1.cov.v) v *= end.alpha * end.alpha;
  for (int64_t i = 0; i < j.C.rows; ++i) j.p1.cov[i][i] += end.sigma * end.sigma;
  return j;
}

inline Joint mirrored(Joint j) { return {j.p1, j.p0, transposed(j.C)}; }

// One half-step of IPF: the law of X_0 given X_1 is kept and X_1 is given the law `to`. With G = C S_1^-1:
//   m_0 += G (mu - m_1),  S_0 += G (T - S_1) G^T,  C = G T.
inline Joint fitted1(const Joint& j, const Gaussian& to) {
  const int64_t d = j.C.rows;
  const Matrix<double> G = times(j.C, inverse(j.p1.cov));
  Matrix<double> change = to.cov;
  for (std::size_t i = 0; i < change.v.size(); ++i) change.v[i] -= j.p1.cov.v[i];
  change = times(times(G, change), transposed(G));
  Joint out{j.p0, to, times(G, to.cov)};
  for (int64_t i = 0; i < d; ++i)
    for (int64_t k = 0; k < d; ++k) {
      out.p0.mean[std::size_t(i)] += G[i][k] * (to.mean[std::size_t(k)] - j.p1.mean[std::size_t(k)]);
      out.p0.cov[i][k] += change[i][k];
    }
  return out;
}
inline Joint fitted0(const Joint& j, const Gaussian& to) { return mirrored(fitted1(mirrored(j), to)); }

// One iteration of IMF under a Brownian reference: the Markovian projection of X_t = (1 - t) X_0 + t X_1 + sigma sqrt(t (1 - t)) Z is the
// diffusion with the linear drift
//   A_t = ((1 - t) (C^T - S_0) + t (S_1 - C - sigma^2 I)) S_t^-1,  S_t = Cov X_t,
// and Cov(X_t, X_0) = K solves K' = A_t K, K_0 = S_0 (Runge-Kutta). The marginals stay.
inline Matrix<double> projected(const Matrix<double>& S0, const Matrix<double>& S1, const Matrix<double>& C, double sigma,
                                int steps = 400) {
  const int64_t d = C.rows;
  const auto slope = [&](double t, const Matrix<double>& K) {
    Matrix<double> S(d, d), B(d, d);
    for (int64_t i = 0; i < d; ++i)
      for (int64_t j = 0; j < d; ++j) {
        const double noise = i == j ? sigma * sigma : 0;
        S[i][j] = (1 - t) * (1 - t) * S0[i][j] + t * t * S1[i][j] + t * (1 - t) * (C[i][j] + C[j][i] + noise);
        B[i][j] = (1 - t) * (C[j][i] - S0[i][j]) + t * (S1[i][j] - C[i][j] - noise);
      }
    return times(times(B, inverse(S)), K);
  };
  Matrix<double> K = S0;
  const double h = 1.0 / steps;
  const auto moved = [&](const Matrix<double>& s, double by) {
    Matrix<double> out = K;
    for (std::size_t i = 0; i < out.v.size(); ++i) out.v[i] += by * s.v[i];
    return out;
  };
  for (int k = 0; k < steps; ++k) {
    const double t = k * h;
    const Matrix<double> a = slope(t, K), b = slope(t + h / 2, moved(a, h / 2)), c = slope(t + h / 2, moved(b, h / 2)),
                         e = slope(t + h, moved(c, h));
    for (std::size_t i = 0; i < K.v.size(); ++i) K.v[i] += h / 6 * (a.v[i] + 2 * b.v[i] + 2 * c.v[i] + e.v[i]);
  }
  return transposed(K);
}

}  // namespace bridges_test
