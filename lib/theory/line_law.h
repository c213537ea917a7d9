// Laws on the line that can be computed with exactly: Gaussians, and sums of Gaussians of one width.
#pragma once
#include <vector>

namespace dm {

struct Gaussian {
  double mean = 0, var = 1;
};
// Closed forms on the line. tv: half the integral of |p - q|, by the two points where the densities cross.
double tv(const Gaussian&, const Gaussian&);
double w2(const Gaussian&, const Gaussian&);
double kl(const Gaussian& p, const Gaussian& q);

// sum_j mass_j N(centre_j, sd^2): atoms (sd = 0), their noised law, and the law of a Gaussian chain after any step.
struct LineLaw {
  std::vector<double> centre, mass;
  double sd = 0;

  double density(double x) const;                    // sd > 0
  double cdf(double x, bool below = false) const;    // P(X <= x), or P(X < x)
  double cdf_integral(double x) const;               // of the cdf, from -infinity to x: the closed antiderivative
  LineLaw noised(double alpha, double sigma) const;  // of alpha X + sigma Z
};

// W1 = integral of |F - G|: the crossings of F and G are bisected, between them the antiderivatives are differenced.
double w1(const LineLaw&, const LineLaw&);

}  // namespace dm
