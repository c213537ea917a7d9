#include "theory/chain.h"

#include <algorithm>
#include <cmath>

#include "core/math.h"
#include "density/gaussian_mixture.h"
#include "theory/theory.h"

namespace dm {

namespace {

std::unique_ptr<Process> ou_process(double rate, double T) {
  return built<std::unique_ptr<Process>>(processes(), Value(Value::Object{{"type", "ou"}, {"rate", rate}, {"horizon", T}}));
}

// An oracle whose score is off by a known function: x0 = (x + sigma^2 s) / alpha, eps = -sigma s.
struct Perturbed : Denoiser {
  const Denoiser& exact;
  ScoreError error;
  Perturbed(const Denoiser& d, ScoreError e) : exact(d), error(std::move(e)) {}
  int dim() const override { return 1; }
  void eval(const State& state, Times times, Pred& out) const override {
    exact.eval(state, times, out);
    if (!error) return;
    const Mat<double> x = state.x();
    for (int64_t i = 0; i < x.rows; ++i) {
      const Level& l = times[i];
      const double e = error(x[i][0], l);
      out.x0[i][0] += l.sigma * l.sigma / l.alpha * e;
      out.eps[i][0] -= l.sigma * e;
    }
  }
};

// x0hat at each x.
std::vector<double> predicted(const Denoiser& d, std::vector<double> x, const Level& level) {
  const int n = int(x.size());
  Matrix<double> x0(n, 1), eps(n, 1);
  Pred out{x0, eps};
  d.eval(State{{0, n, nullptr}, {Mat<double>{x.data(), n, 1, 1}}}, {&level, true}, out);
  return x0.v;
}

// Nodes k h that carry mass, with the mass h p(k h).
void nodes(const LineLaw& law, double h, std::vector<double>& x, std::vector<double>& mass) {
  const auto [lo, hi] = std::minmax_element(law.centre.begin(), law.centre.end());
  const double reach = 8 * law.sd;
  const int64_t first = int64_t(std::floor((*lo - reach) / h)), n = int64_t(std::ceil((*hi + reach) / h)) - first + 1;
  if (n > 1 << 18)
    throw Error("following the law of the chain: it spreads from " + std::to_string(*lo) + " to " + std::to_string(*hi) +
                " while steps of " + std::to_string(h) +
                " must be resolved; the chain diverges, or the score is too steep: take smaller steps");
  std::vector<double> p(size_t(n), 0.0);
  const double scale = h / (law.sd * std::sqrt(2 * M_PI)), dz = h / law.sd;
  for (size_t j = 0; j < law.centre.size(); ++j) {
    const double c = law.centre[j], weight = scale * law.mass[j];
    const int64_t a = int64_t(std::ceil((c - reach) / h)), b = int64_t(std::floor((c + reach) / h));
    double* out = p.data() + (a - first);
    const double z0 = (double(a) * h - c) / law.sd;
    for (int i = 0; i <= int(b - a); ++i) {
      const double z = z0 + i * dz;
      out[i] += weight * exp_d(-.5 * z * z);
    }
  }
  x.clear(), mass.clear();
  for (int64_t k = 0; k < n; ++k)
    if (p[size_t(k)] > 1e-16) x.push_back(double(first + k) * h), mass.push_back(p[size_t(k)]);
}

}  // namespace

OuChain::OuChain(const Density& oracle, double rate, double T, double gamma, double stop, ScoreError error)
    : process_(ou_process(rate, T)),
      rule_(built<std::unique_ptr<StepRule>>(samplers(), "euler-maruyama")),
      denoiser_(std::make_unique<Perturbed>(oracle, std::move(error))) {
  const int64_t n = std::max<int64_t>(1, std::llround((T - stop) / gamma));
  const auto at = [&](int64_t k) {  // k steps above the end
    if (k > 0 || stop > 0) return schedule().at((stop + (T - stop) * double(k) / double(n)) / T);
    return Level{};
  };
  for (int64_t k = n; k > 0; --k) plan_.push_back({at(k), at(k - 1)});
}

Gaussian OuChain::run(Gaussian g) const {
  for (size_t k = 0; k < plan_.size(); ++k) {
    Step s;
    rule_->step(schedule(), plan_, k, s);
    const std::vector<double> x0 = predicted(*denoiser_, {g.mean, g.mean + 1}, plan_[k].from);
    const double A = s.a + s.b[0] * (x0[1] - x0[0]);
    g = {s.a * g.mean + s.b[0] * x0[0], A * A * g.var + s.c * s.c};
  }
  return g;
}

LineLaw OuChain::run(const LineLaw& start) const {
  LineLaw law = start;
  std::vector<double> x, mass, f;
  for (size_t k = 0; k < plan_.size(); ++k) {
    Step s;
    rule_->step(schedule(), plan_, k, s);
    // The integrand N(y; f(x), c^2) p(x) is as smooth in x as min(sd, c / f'): nodes at half of it leave no error above rounding.
    for (double h = .5 * law.sd;; h *= .5) {
      nodes(law, h, x, mass);
      f = predicted(*denoiser_, x, plan_[k].from);
      for (size_t i = 0; i < x.size(); ++i) f[i] = s.a * x[i] + s.b[0] * f[i];
      double jump = 0;
      for (size_t i = 0; i + 1 < x.size(); ++i)
        if (mass[i] > 1e-11 && x[i + 1] - x[i] < 1.5 * h) jump = std::max(jump, std::abs(f[i + 1] - f[i]));
      if (jump <= .5 * std::abs(s.c)) break;
    }
    law = {f, mass, std::abs(s.c)};
  }
  return law;
}

std::unique_ptr<Density> oracle(const LineLaw& law) {
  const int64_t K = int64_t(law.centre.size());
  Matrix<double> means(K, 1);
  means.v = law.centre;
  return std::make_unique<GaussianMixture>(law.mass, means, std::vector<Matrix<double>>(size_t(K), Matrix<double>(1, 1, law.sd * law.sd)));
}

std::unique_ptr<Density> gaussian_oracle(Gaussian g) { return oracle(LineLaw{{g.mean}, {1}, std::sqrt(g.var)}); }

Level ou_level(double rate, double t) { return {t, -1, std::exp(-rate * t), std::sqrt(-std::expm1(-2 * rate * t) / rate)}; }

Gaussian noised(const Gaussian& g, const Level& l) { return {l.alpha * g.mean, l.alpha * l.alpha * g.var + l.sigma * l.sigma}; }

Gaussian reversed(const Gaussian& data, const Gaussian& start, double rate, double T) {
  const Level l = ou_level(rate, T);
  const Gaussian p = noised(data, l);
  const double c = data.var * l.alpha / p.var;  // X_0 given X_T = x: mean m + c (x - alpha m), variance s2 - c^2 v_T
  return {data.mean + c * (start.mean - p.mean), data.var - c * c * p.var + c * c * start.var};
}

LineLaw reversed(const LineLaw& atoms, const Gaussian& start, double rate, double T, double stop) {
  const Level l = ou_level(rate, stop), L = ou_level(rate, T);
  const Transition up(l, L);
  const double var = 1 / (1 / (l.sigma * l.sigma) + up.r * up.r / up.v);  // of X_stop given the atom and X_T
  std::vector<double> x, mass;
  nodes(LineLaw{{start.mean}, {1}, std::sqrt(start.var)}, .125 * std::min(std::sqrt(start.var), L.sigma * L.sigma), x, mass);
  LineLaw out;
  out.sd = std::sqrt(var);
  std::vector<double> lp(atoms.centre.size());
  for (size_t i = 0; i < x.size(); ++i) {
    double top = -HUGE_VAL, total = 0;
    for (size_t k = 0; k < lp.size(); ++k) {
      const double z = (x[i] - L.alpha * atoms.centre[k]) / L.sigma;
      top = std::max(top, lp[k] = log_d(atoms.mass[k]) - .5 * z * z);
    }
    for (double& p : lp) total += p = exp_d(p - top);
    for (size_t k = 0; k < lp.size(); ++k) {
      out.centre.push_back(var * (l.alpha * atoms.centre[k] / (l.sigma * l.sigma) + up.r * x[i] / up.v));
      out.mass.push_back(mass[i] * lp[k] / total);
    }
  }
  return out;
}

}  // namespace dm
