#include <algorithm>

#include "core/error.h"
#include "core/math.h"
#include "sample/registry.h"

namespace dm {

namespace {

// Dormand & Prince 1980: c, a, b (fifth order), e = b - b^ (against fourth order). The seventh slope is the next step's first.
constexpr int S = 6;
constexpr double C[S] = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1};
constexpr double A[S][S - 1] = {{},
                                {1. / 5},
                                {3. / 40, 9. / 40},
                                {44. / 45, -56. / 15, 32. / 9},
                                {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
                                {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656}};
constexpr double B[S] = {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84};
constexpr double E[S + 1] = {-71. / 57600, 0, 71. / 16695, -71. / 1920, 17253. / 339200, -22. / 525, 1. / 40};

double fifth_root(double x) { return x > 0 ? exp_d(0.2 * log_d(x)) : 0; }

// The probability flow in tau = log(sigma / alpha): dx/dtau = sigma (epshat + (2 f sigma / g^2) x), f and g those of the process in t. With
// VE dx/dlog(sigma) = sigma epshat. Each row has its own step; the control is that of SciPy's RK45 (Hairer, Norsett & Wanner 1993, II.4):
//   err = rms(e_j / (atol + rtol max(|x_j|, |x'_j|))),  factor = .9 err^{-1/5} within [.2, 10], at most 1 after a rejection.
struct Rk45 : StepRule {
  double rtol, atol, longest;
  Rk45(double r, double a, double h) : rtol(r), atol(a), longest(h) {}
  bool flow() const override { return true; }
  bool visits_levels() const override { return false; }

  void check(const Schedule& schedule, const Denoiser& denoiser) const override {
    if (schedule.table())
      throw Error("the sampler rk45 chooses its own levels, and the process ddpm has those of its table only; take heun or ddim",
                  Exit::spec);
    if (const double eps = denoiser.rounding(); rtol < 10 * eps)
      throw Error("the sampler rk45 with rtol " + to_json(rtol) + " would follow the rounding of a network's predictions, " + to_json(eps) +
                      " of their size; take rtol " + to_json(10 * eps) + " or more",
                  Exit::spec);
  }

  // The steps follow from the tolerances alone: moves between levels that are not clean become one.
  void refine(const Schedule&, Plan& plan) const override {
    Plan out;
    for (const Move& m : plan)
      if (!out.empty() && m.kind == Move::reverse && out.back().kind == Move::reverse && !m.to.clean() && !m.from.clean())
        out.back().to = m.to;
      else
        out.push_back(m);
    plan = std::move(out);
  }

  bool step(const Schedule&, const Plan& plan, std::size_t k, Step& out) const override {
    out = {0, {1}, 0};
    return plan[k].to.clean();
  }

  // One row on its way: its place in the tile, tau, the step |h| to try, and whether the last was rejected.
  struct Row {
    int64_t at;
    double tau, h = 0;
    bool rejected = false;
  };

  void advance(Tile& tile) const override {
    const Mat<double> v = tile.x.x();
    const int64_t d = v.cols;
    const double from = log_d(tile.move().from.sigma_ve()), to = log_d(tile.move().to.sigma_ve()), way = to < from ? -1 : 1;
    Mat<double> K[S + 1];  // slopes of every row of the tile
    for (int s = 0; s <= S; ++s) K[s] = tile.room(std::size_t(s));
    const Mat<double> next = tile.room(S + 1);

    std::vector<Row> rows;
    for (int64_t i = 0; i < v.rows; ++i) rows.push_back({i, from});
    Slope slope(tile);
    slope(
        rows, v, [](const Row& r) { return r.tau; }, K[0]);
    first_steps(rows, v, K, next, slope, std::abs(to - from), way);

    while (!rows.empty()) {
      for (Row& r : rows) {
        const double left = std::abs(to - r.tau);
        r.h = std::min({r.h, left, longest});
        if (r.h < 1e-14 * std::max(1.0, std::abs(r.tau)) && r.h < left)
          throw Error("row " + std::to_string(tile.x.rows[int(r.at)]) +
                      ": the tolerance of rk45 needs steps below the rounding at sigma / alpha = " + to_json(exp_d(r.tau)) +
                      "; raise rtol and atol");
      }
      for (int s = 1; s <= S; ++s) {  // the last stage is the new state
        for (const Row& r : rows)
          for (int64_t j = 0; j < d; ++j) {
            double sum = 0;
            for (int q = 0; q < s; ++q) sum += (s < S ? A[s][q] : B[q]) * K[q][r.at][j];
            next[r.at][j] = v[r.at][j] + way * r.h * sum;
          }
        slope(
            rows, next, [&](const Row& r) { return s < S ? r.tau + way * r.h * C[s] : end(r, to, way); }, K[s]);
      }
      std::vector<Row> going;
      for (Row& r : rows) {
        double sum = 0;
        for (int64_t j = 0; j < d; ++j) {
          double e = 0;
          for (int q = 0; q <= S; ++q) e += E[q] * K[q][r.at][j];
          e *= r.h / (atol + rtol * std::max(std::abs(v[r.at][j]), std::abs(next[r.at][j])));
          sum += e * e;
        }
        const double err = std::sqrt(sum / double(d)), root = fifth_root(err);
        if (!std::isfinite(err))
          throw Error("row " + std::to_string(tile.x.rows[int(r.at)]) +
                      " is no longer finite in a step of rk45 at sigma / alpha = " + to_json(exp_d(r.tau)) + "; the prediction is broken");
        if (err < 1) {
          r.tau = end(r, to, way);
          std::copy_n(next[r.at], d, v[r.at]);
          std::copy_n(K[S][r.at], d, K[0][r.at]);
          const double factor = root > 0 ? std::min(10.0, 0.9 / root) : 10;
          r.h *= r.rejected ? std::min(1.0, factor) : factor;
          r.rejected = false;
        } else {
          r.h *= std::max(0.2, 0.9 / root);
          r.rejected = true;
        }
        if (r.tau != to) going.push_back(r);
      }
      rows = std::move(going);
    }
  }

  // Where the step of a row ends; exactly at the end of the interval where it reaches it.
  static double end(const Row& r, double to, double way) { return r.h >= std::abs(to - r.tau) ? to : r.tau + way * r.h; }

  // dx/dtau of some rows of the tile, each at its own level. Rows that have arrived are not asked again.
  struct Slope {
    Tile& tile;
    std::vector<Matrix<double>> parts;  // the rows asked for, gathered: a block for each component of the state
    Matrix<double> x0, eps;
    std::vector<int64_t> ids;
    std::vector<Level> levels;
    explicit Slope(Tile& t) : tile(t) {
      for (const Mat<double>& c : t.x.real) parts.emplace_back(c.rows, c.cols);
      x0 = eps = parts[0];
    }

    template <class Tau>
    void operator()(const std::vector<Row>& rows, Mat<const double> at, Tau tau, Mat<double> out) {
      const int64_t n = int64_t(rows.size()), d = x0.cols;
      ids.clear(), levels.clear();
      State state;
      for (std::size_t c = 0; c < parts.size(); ++c) {
        for (int64_t i = 0; i < n; ++i)
          std::copy_n((c ? Mat<const double>(tile.x.real[c]) : at)[rows[std::size_t(i)].at], parts[c].cols, parts[c][i]);
        state.real.push_back(parts[c].view().slice(0, n));
      }
      for (const Row& r : rows) {
        ids.push_back(tile.x.rows[int(r.at)]);
        levels.push_back(tile.schedule.at_sigma_ve(exp_d(tau(r))));
      }
      state.rows = {0, int(n), ids.data()};
      Pred pred{x0.view().slice(0, n), eps.view().slice(0, n)};
      tile.denoiser.eval(state, {levels.data(), false}, pred);
      for (int64_t i = 0; i < n; ++i) {
        const Level& l = levels[std::size_t(i)];
        const double f = tile.schedule.f(l.t), pull = f != 0 ? 2 * f * l.sigma / tile.schedule.g2(l.t) : 0;
        for (int64_t j = 0; j < d; ++j) out[rows[std::size_t(i)].at][j] = l.sigma * (eps[i][j] + pull * parts[0][i][j]);
      }
    }
  };

  // Hairer, Norsett & Wanner 1993, II.4, algorithm "starting step size".
  void first_steps(std::vector<Row>& rows, Mat<const double> v, const Mat<double>* K, Mat<double> next, Slope& slope, double length,
                   double way) const {
    const int64_t d = v.cols;
    std::vector<double> h0, d1s;
    const auto rms = [&](int64_t i, auto value) {
      double sum = 0;
      for (int64_t j = 0; j < d; ++j) sum += std::pow(value(j) / (atol + rtol * std::abs(v[i][j])), 2);
      return std::sqrt(sum / double(d));
    };
    for (Row& r : rows) {
      const double d0 = rms(r.at, [&](int64_t j) { return v[r.at][j]; }), d1 = rms(r.at, [&](int64_t j) { return K[0][r.at][j]; });
      r.h = std::min(length, d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1);
      h0.push_back(r.h), d1s.push_back(d1);
      for (int64_t j = 0; j < d; ++j) next[r.at][j] = v[r.at][j] + way * r.h * K[0][r.at][j];
    }
    slope(
        rows, next, [&](const Row& r) { return r.tau + way * r.h; }, K[1]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Row& r = rows[i];
      const double d2 = rms(r.at, [&](int64_t j) { return K[1][r.at][j] - K[0][r.at][j]; }) / h0[i], top = std::max(d1s[i], d2);
      r.h = std::min({100 * h0[i], top <= 1e-15 ? std::max(1e-6, 1e-3 * h0[i]) : fifth_root(0.01 / top), length});
    }
  }
};

}  // namespace

const RuleEntry rk45{{"rk45",
                      "adaptive Dormand-Prince 5(4) for the probability-flow ODE in log(sigma / alpha), a step size for each row; the "
                      "number of steps follows from the tolerances; deterministic",
                      "Dormand & Prince 1980; Song et al. 2021, arXiv:2011.13456",
                      {{"rtol", number(1e-13, 1).below(), 1e-5, "relative tolerance of the error of one step"},
                       {"atol", number(0).above(), 1e-5, "absolute tolerance of the error of one step, in model units"},
                       {"max_step", number(0).above(), 1.0,
                        "longest step in log(sigma / alpha), so that a step does not pass over a narrow feature unseen"}}},
                     [](const Value& o) -> std::unique_ptr<StepRule> {
                       return std::make_unique<Rk45>(o["rtol"].number(), o["atol"].number(), o["max_step"].number());
                     }};

}  // namespace dm
