#include "theory/line_law.h"

#include <algorithm>
#include <cmath>

#include "core/math.h"

namespace dm {

static double normal_cdf(double z) { return .5 * std::erfc(-z * M_SQRT1_2); }
static double normal_density(double z) { return exp_d(-.5 * z * z) / std::sqrt(2 * M_PI); }

double tv(const Gaussian& p, const Gaussian& q) {
  const double s = std::sqrt(p.var), r = std::sqrt(q.var);
  // log p - log q = -(A x^2 + B x + C) / 2 about the mean of q
  const double d = p.mean - q.mean, A = 1 / p.var - 1 / q.var, B = -2 * d / p.var, C = d * d / p.var + 2 * std::log(s / r);
  const auto difference = [&](double x) { return normal_cdf((x - d) / s) - normal_cdf(x / r); };
  const double root = std::sqrt(std::max(0.0, B * B - 4 * A * C)), t = -.5 * (B + std::copysign(root, B));
  if (t == 0 && A == 0) return 0;
  const double near = C / t;
  if (std::abs(A) < 1e-15 * (1 / p.var)) return std::abs(difference(t == 0 ? 0 : near));  // one crossing
  const double far = t == 0 ? 0 : t / A;
  if (t == 0) {  // equal means: the crossings are symmetric
    const double x = std::sqrt(std::max(0.0, -C / A));
    return std::abs(difference(x) - difference(-x));
  }
  return std::abs(difference(near) - difference(far));
}

double w2(const Gaussian& p, const Gaussian& q) { return std::hypot(p.mean - q.mean, std::sqrt(p.var) - std::sqrt(q.var)); }

double kl(const Gaussian& p, const Gaussian& q) {
  const double d = p.mean - q.mean, r = p.var / q.var;
  return .5 * (r - 1 - std::log(r) + d * d / q.var);
}

double LineLaw::density(double x) const {
  double p = 0;
  for (size_t j = 0; j < centre.size(); ++j)
    if (const double z = (x - centre[j]) / sd; std::abs(z) < 9) p += mass[j] * normal_density(z);
  return p / sd;
}

double LineLaw::cdf(double x, bool below) const {
  double F = 0;
  for (size_t j = 0; j < centre.size(); ++j) {
    if (sd == 0) {
      F += centre[j] < x || (!below && centre[j] == x) ? mass[j] : 0;
      continue;
    }
    const double z = (x - centre[j]) / sd;
    F += z > 9 ? mass[j] : z < -9 ? 0 : mass[j] * normal_cdf(z);
  }
  return F;
}

double LineLaw::cdf_integral(double x) const {
  double H = 0;
  for (size_t j = 0; j < centre.size(); ++j) {
    const double d = x - centre[j];
    if (sd == 0 || std::abs(d) > 9 * sd)
      H += mass[j] * std::max(0.0, d);
    else
      H += mass[j] * (d * normal_cdf(d / sd) + sd * normal_density(d / sd));
  }
  return H;
}

LineLaw LineLaw::noised(double alpha, double sigma) const {
  LineLaw out{centre, mass, std::hypot(alpha * sd, sigma)};
  for (double& c : out.centre) c *= alpha;
  return out;
}

double w1(const LineLaw& p, const LineLaw& q) {
  // Where a crossing is looked for: steps of a quarter of the narrower width, and every atom.
  double lo = HUGE_VAL, hi = -HUGE_VAL, step = HUGE_VAL;
  std::vector<double> x;
  for (const LineLaw* l : {&p, &q}) {
    const auto [a, b] = std::minmax_element(l->centre.begin(), l->centre.end());
    lo = std::min(lo, *a - 9 * l->sd), hi = std::max(hi, *b + 9 * l->sd);
    if (l->sd > 0)
      step = std::min(step, .25 * l->sd);
    else
      x.insert(x.end(), l->centre.begin(), l->centre.end());
  }
  const int n = int(std::clamp((hi - lo) / step, 64.0, 4096.0));
  for (int i = 0; i <= n; ++i) x.push_back(lo + (hi - lo) * i / n);
  std::sort(x.begin(), x.end());
  x.erase(std::unique(x.begin(), x.end()), x.end());

  const auto sign = [&](double at, bool below) {
    const double g = p.cdf(at, below) - q.cdf(at, below);
    return g > 0 ? 1 : g < 0 ? -1 : 0;
  };
  const auto D = [&](double at) { return p.cdf_integral(at) - q.cdf_integral(at); };
  double sum = 0, from = D(x[0]);
  int now = sign(x[0], false);
  const auto turn = [&](double at, int next) {
    if (next == 0 || next == now) return;
    const double to = D(at);
    sum += std::abs(to - from), from = to, now = next;
  };
  for (size_t i = 0; i + 1 < x.size(); ++i) {
    const int right = sign(x[i + 1], true);
    if (right != 0 && now != 0 && right != now) {
      double a = x[i], b = x[i + 1];
      for (int k = 0; k < 60 && b - a > 1e-15 * (std::abs(a) + std::abs(b)); ++k) {
        const double mid = .5 * (a + b);
        (sign(mid, false) == now ? a : b) = mid;
      }
      turn(.5 * (a + b), right);
    } else {
      turn(x[i], right);
    }
    turn(x[i + 1], sign(x[i + 1], false));
  }
  return sum + std::abs(D(x.back()) - from);
}

}  // namespace dm
