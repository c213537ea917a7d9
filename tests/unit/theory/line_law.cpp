#include "theory/line_law.h"

#include <cmath>

#include "ot/wasserstein.h"
#include "test.h"

using namespace dm;

namespace {

// Midpoint rule for 1/2 integral |p - q|: error far below 1e-6 for these widths.
double tv_numerical(const Gaussian& p, const Gaussian& q) {
  const auto density = [](const Gaussian& g, double x) {
    return std::exp(-.5 * (x - g.mean) * (x - g.mean) / g.var) / std::sqrt(2 * M_PI * g.var);
  };
  double sum = 0;
  const double h = 1e-4;
  for (double x = -15 + h / 2; x < 15; x += h) sum += .5 * h * std::abs(density(p, x) - density(q, x));
  return sum;
}

}  // namespace

TEST_CASE("total variation of two Gaussians: the closed form against the integral") {
  const Gaussian laws[] = {{0, 1}, {.3, 1}, {0, 1.7}, {2, .25}, {-1, .04}, {0, 1 + 1e-9}, {1e-6, 1}};
  for (const Gaussian& p : laws)
    for (const Gaussian& q : laws) {
      INFO(p.mean << " " << p.var << " against " << q.mean << " " << q.var);
      CHECK(std::abs(tv(p, q) - tv_numerical(p, q)) < 1e-8);
      CHECK(std::abs(tv(p, q) - tv(q, p)) < 1e-12);
      CHECK(2 * tv(p, q) * tv(p, q) <= kl(p, q) + 1e-12);  // Pinsker
    }
  CHECK(tv({3, 2}, {3, 2}) == 0);
  CHECK(std::abs(tv({0, 1}, {1, 1}) - std::erf(1 / std::sqrt(8.))) < 1e-15);
  CHECK(w2({0, 1}, {3, 25}) == 5);
}

TEST_CASE("W1 on the line: shifts, dilations and atoms are exact") {
  const LineLaw g{{0}, {1}, 1}, shifted{{.7}, {1}, 1}, wide{{0}, {1}, 1.5};
  CHECK(std::abs(w1(g, shifted) - .7) < 1e-14);
  CHECK(std::abs(w1(g, wide) - .5 * std::sqrt(2 / M_PI)) < 1e-14);
  CHECK(w1(g, g) == 0);
  const LineLaw atom{{0}, {1}, 0};
  CHECK(std::abs(w1(LineLaw{{0}, {1}, .01}, atom) - .01 * std::sqrt(2 / M_PI)) < 1e-16);
  // E |m + s Z| = s sqrt(2 / pi) e^{-m^2 / 2 s^2} + m erf(m / (s sqrt 2))
  const double m = .3, s = .2, folded = s * std::sqrt(2 / M_PI) * std::exp(-m * m / (2 * s * s)) + m * std::erf(m / (s * std::sqrt(2.)));
  CHECK(std::abs(w1(LineLaw{{m}, {1}, s}, atom) - folded) < 1e-14);

  // Atoms against atoms: the exact transport of lib/ot.
  const LineLaw a{{-1, 0, 2, 2.5}, {.1, .4, .3, .2}, 0}, b{{-2, .5, 2}, {.25, .25, .5}, 0};
  Matrix<double> x(4, 1), y(3, 1);
  x.v = a.centre, y.v = b.centre;
  CHECK(std::abs(w1(a, b) - wasserstein_1d({x, a.mass.data()}, {y, b.mass.data()}, 1)) < 1e-14);

  // Several crossings: two mixtures, against the midpoint rule on |F - G|.
  const LineLaw p{{-2, 0, 2}, {.2, .5, .3}, .3}, q{{-1.5, .2, 1.7}, {.3, .3, .4}, .5};
  double sum = 0;
  const double h = 1e-4;
  for (double t = -6 + h / 2; t < 6; t += h) sum += h * std::abs(p.cdf(t) - q.cdf(t));
  CHECK(std::abs(w1(p, q) - sum) < 1e-8);
  CHECK(std::abs(w1(p, q) - w1(q, p)) < 1e-14);
}
