// Pairs (x, y) whose conditional law x | y is known or can be computed (Shi et al. 2022, "Conditional simulation using diffusion
// Schroedinger bridges"). The y columns are the condition.
#include <cmath>

#include "core/math.h"
#include "density/simulator.h"

namespace dm::toy {

namespace {

double tanh_of(double v) {
  const double e = exp_d(-2 * std::abs(v));
  return std::copysign((1 - e) / (1 + e), v);
}
double sin_of(double v) {
  double s, c;
  sincos_turn(v / (2 * M_PI), s, c);
  return s;
}
double exponential(Draws& u, double scale) { return -scale * log_d(u.uniform()); }

// y ~ U[-3, 3]
constexpr Simulator::Rule line[] = {[](Draws& u, double* x, double* y) {
                                      y[0] = u.uniform(-3, 3);
                                      x[0] = tanh_of(y[0]) + exponential(u, 0.3);
                                    },
                                    [](Draws& u, double* x, double* y) {
                                      y[0] = u.uniform(-3, 3);
                                      x[0] = tanh_of(y[0] + std::sqrt(0.05) * u.normal());
                                    },
                                    [](Draws& u, double* x, double* y) {
                                      y[0] = u.uniform(-3, 3);
                                      x[0] = exponential(u, 0.3) * tanh_of(y[0]);
                                    }};

// y ~ N(0, I_5)
void normal5(Draws& u, double* y) {
  for (int j = 0; j < 5; ++j) y[j] = u.normal();
}
constexpr Simulator::Rule five[] = {[](Draws& u, double* x, double* y) {
                                      normal5(u, y);
                                      x[0] = y[0] * y[0] + exp_d(y[1] + y[2] / 3) + sin_of(y[3] + y[4]) + u.normal();
                                    },
                                    [](Draws& u, double* x, double* y) {
                                      normal5(u, y);
                                      const double sd = 0.5 + 0.5 * y[1] * y[1] + 0.5 * y[4] * y[4];
                                      x[0] = y[0] * y[0] + exp_d(y[1] + y[2] / 3) + y[3] - y[4] + sd * u.normal();
                                    },
                                    [](Draws& u, double* x, double* y) {
                                      normal5(u, y);
                                      const double e = (u.below(2) ? 2 : -2) + u.normal();
                                      x[0] = (5 + y[0] * y[0] / 3 + y[1] * y[1] + y[2] * y[2] + y[3] + y[4]) * exp_d(0.5 * e);
                                    },
                                    [](Draws& u, double* x, double* y) {
                                      normal5(u, y);
                                      x[0] = (u.below(2) ? y[0] : -y[0]) + 0.25 * u.normal();
                                    }};

// x ~ N(0, 1), then y
struct Reverse : Law {
  bool square;
  double noise;
  Reverse(bool s, double n) : square(s), noise(n) {}
  int dim() const override { return 2; }
  int conditions() const override { return 1; }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    for (int i = 0; i < rows.n; ++i) {
      Draws u(stream, rows[i]);
      const double v = x[i][0] = u.normal();
      x[i][1] = (square ? v * v + 1 : v) + noise * u.normal();
    }
  }
};

// Biochemical oxygen demand: y_j = A (1 - exp(-B j)) + N(0, 1e-3), j = 1 .. 5, A = .4 + .8 Phi(x_1), B = .01 + .3 Phi(x_2).
constexpr double bod_variance = 1e-3;
void bod_mean(const double* x, double* y) {
  const double A = 0.4 + 0.8 * normal_cdf_d(x[0]), B = 0.01 + 0.3 * normal_cdf_d(x[1]);
  for (int j = 0; j < 5; ++j) y[j] = A * (1 - exp_d(-B * (j + 1)));
}
void bod(Draws& u, double* x, double* y) {
  for (int j = 0; j < 2; ++j) x[j] = u.normal();
  bod_mean(x, y);
  for (int j = 0; j < 5; ++j) y[j] += std::sqrt(bod_variance) * u.normal();
}

// Its posterior given y, exactly: a draw of the prior is kept with the probability exp(-|y - mean(x)|^2 / (2 variance)).
struct BodPosterior : Law {
  std::vector<double> y;
  explicit BodPosterior(std::vector<double> observed) : y(std::move(observed)) {
    if (y.size() != 5)
      throw Error("set bod_posterior: y has " + std::to_string(y.size()) + " numbers, expected 5, the demand of each day", Exit::spec);
    double kept = 0, all = 0;  // over a grid of the prior
    for (double a = -4; a <= 4; a += 0.1)
      for (double b = -4; b <= 4; b += 0.1) {
        const double x[2] = {a, b}, p = std::exp(-0.5 * (a * a + b * b));
        kept += p * likelihood(x), all += p;
      }
    if (kept < 1e-5 * all)
      throw Error("set bod_posterior: no parameters come near y = " + to_json(Value::numbers(y)) + "; five rising numbers up to 1.2 do",
                  Exit::spec);
  }
  double likelihood(const double* x) const {
    double m[5], q = 0;
    bod_mean(x, m);
    for (int j = 0; j < 5; ++j) q += (y[std::size_t(j)] - m[j]) * (y[std::size_t(j)] - m[j]);
    return exp_d(-q / (2 * bod_variance));
  }
  int dim() const override { return 2; }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    for (int i = 0; i < rows.n; ++i) {
      Draws u(stream, rows[i]);
      do
        for (int j = 0; j < 2; ++j) x[i][j] = u.normal();
      while (u.uniform() >= likelihood(x[i]));
    }
  }
};

const char* const paper = "Shi et al. 2022, arXiv:2202.13460";

Option variant(int n) { return {"variant", integer(1, n), 1, "which of the forms"}; }

}  // namespace

const std::vector<LawEntry>& conditionals() {
  static const std::vector<LawEntry> all{
      {{"cdsb_1d",
        "pairs (x, y), y ~ U[-3, 3], by variant: 1 x = tanh y + E, 2 x = tanh(y + N(0, .05)), 3 x = E tanh y; E exponential with mean .3.",
        paper,
        {variant(3)}},
       [](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<Simulator>(1, 1, 0, line[o["variant"].integer() - 1]); }},
      {{"cdsb_5d",
        "pairs (x, y), y ~ N(0, I_5) = (y0 .. y4), by variant: 1 x = y0^2 + exp(y1 + y2 / 3) + sin(y3 + y4) + N(0, 1), 2 x = y0^2 + "
        "exp(y1 + y2 / 3) + y3 - y4 + (.5 + y1^2 / 2 + y4^2 / 2) N(0, 1), 3 x = (5 + y0^2 / 3 + y1^2 + y2^2 + y3 + y4) exp(e / 2), e ~ "
        "1/2 N(-2, 1) + 1/2 N(2, 1), 4 x ~ 1/2 N(-y0, 1/16) + 1/2 N(y0, 1/16).",
        paper,
        {variant(4)}},
       [](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<Simulator>(1, 5, 0, five[o["variant"].integer() - 1]); }},
      {{"cdsb_1d_rev",
        "pairs (x, y), x ~ N(0, 1), by variant: 1 y = x^2 + 1 + noise N(0, 1), 2 y = x + noise N(0, 1), whose posterior is "
        "N(y / (1 + noise^2), noise^2 / (1 + noise^2)).",
        paper,
        {variant(2), {"noise", number(0), 0.5, "standard deviation of the observation"}}},
       [](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<Reverse>(o["variant"].integer() == 1, o["noise"].number()); }},
      {{"bod",
        "pairs (x, y) of the biochemical oxygen demand: x ~ N(0, I_2), y_j = A (1 - exp(-B j)) + N(0, .001), j = 1 .. 5, A = .4 + .8 "
        "Phi(x1), B = .01 + .3 Phi(x2).",
        paper,
        {}},
       [](const Value&) -> std::unique_ptr<Law> { return std::make_unique<Simulator>(2, 5, 0, bod); }},
      {{"bod_posterior",
        "x given y under the law of bod, drawn exactly by rejection.",
        paper,
        {{"y", numbers(), Value::numbers({.18, .32, .42, .49, .54}), "the five observations"}}},
       [](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<BodPosterior>(o["y"].numbers()); }}};
  return all;
}

}  // namespace dm::toy
