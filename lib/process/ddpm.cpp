#include <algorithm>

#include "process/registry.h"

namespace dm {

namespace {

// The discrete chain x_i = sqrt(1 - beta_i) x_{i-1} + sqrt(beta_i) z, i = 1 .. T: levels exist at indices only, t = i / T.
// alpha_i^2 = abar_i = prod (1 - beta), sigma_i^2 = 1 - abar_i.
struct Table : Schedule {
  std::vector<double> log_abar;  // [T + 1], log_abar[0] = 0
  explicit Table(const std::vector<double>& beta) : log_abar(1, 0.0) {
    for (const double b : beta) log_abar.push_back(log_abar.back() + std::log1p(-b));
  }
  int T() const { return int(log_abar.size()) - 1; }
  Level row(int i) const {
    const double l = log_abar[std::size_t(i)];
    return {double(i) / T(), i, std::exp(0.5 * l), std::sqrt(-std::expm1(l))};
  }
  Level at(double t) const override { return row(std::clamp(int(std::lround(t * T())), 0, T())); }
  Level at_sigma_ve(double s) const override {  // the nearest row in log abar
    const double l = -std::log1p(s * s);
    const auto after = std::lower_bound(log_abar.begin() + 1, log_abar.end() - 1, l, std::greater<>());
    const int i = int(after - log_abar.begin());
    return row(i > 1 && std::abs(log_abar[std::size_t(i) - 1] - l) < std::abs(*after - l) ? i - 1 : i);
  }
  double f(double t) const override {
    const int i = std::max(1, at(t).index);
    return 0.5 * (log_abar[std::size_t(i)] - log_abar[std::size_t(i) - 1]) * T();
  }
  double g2(double t) const override { return -2 * f(t); }
  double t_lo() const override { return 1.0 / T(); }
  double reference_sd(const Level&) const override { return 1; }
  int table() const override { return T(); }
};

}  // namespace

const ProcessEntry ddpm{
    {"ddpm",
     "the discrete variance-preserving chain of DDPM: levels 1 .. T only",
     "Ho et al. 2020, arXiv:2006.11239; cosine: Nichol & Dhariwal 2021, arXiv:2102.09672",
     {{"levels", integer(2, 1000000), 1000, "T"},
      {"schedule", choice({"linear", "cosine"}), "linear", "betas evenly spaced, or from a cosine abar with betas capped at .999"},
      {"beta_first", number(0, 1).above().below(), 1e-4, "beta_1 (linear)"},
      {"beta_last", number(0, 1).above().below(), 0.02, "beta_T (linear)"}}},
    [](const Value& o) {
      const int T = int(o["levels"].integer());
      std::vector<double> beta;
      const double lo = o["beta_first"].number(), hi = o["beta_last"].number();
      const auto f = [&](int i) { return std::pow(std::cos((double(i) / T + 0.008) / 1.008 * M_PI_2), 2); };
      for (int i = 1; i <= T; ++i)
        beta.push_back(o["schedule"].text() == "linear" ? lo + (hi - lo) * (i - 1) / (T - 1) : std::min(1 - f(i) / f(i - 1), 0.999));
      return linear_process<Table>(beta);
    }};

}  // namespace dm
