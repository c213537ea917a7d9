// Grids: exp(-|x - y|^2 / (2 eps)) is a product over the axes, so a sum over all columns is one sum an axis (Peyre & Cuturi 2019, remark
// 4.17). In logarithms throughout, so that no eps underflows.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/math.h"
#include "core/parallel.h"
#include "ot/sinkhorn_kernel.h"

namespace dm::ot {
namespace {

constexpr double nothing = -1e300;  // log 0, finite: differences of two are no NaN

// A set of points that is a product of axes; `place[i]` is the row-major place of row i.
struct Grid {
  std::vector<std::vector<double>> axes;
  std::vector<int64_t> place;
};

std::optional<Grid> grid_of(Mat<const double> x) {
  Grid g;
  int64_t size = 1;
  for (int64_t k = 0; k < x.cols; ++k) {
    std::vector<double> v(static_cast<size_t>(x.rows));
    for (int64_t i = 0; i < x.rows; ++i) v[size_t(i)] = x[i][k];
    std::sort(v.begin(), v.end());
    v.erase(std::unique(v.begin(), v.end()), v.end());
    size *= int64_t(v.size());
    if (size > x.rows) return {};
    g.axes.push_back(std::move(v));
  }
  if (size != x.rows) return {};
  std::vector<char> taken(static_cast<size_t>(x.rows), 0);
  for (int64_t i = 0; i < x.rows; ++i) {
    int64_t at = 0;
    for (int64_t k = 0; k < x.cols; ++k) {
      const auto& axis = g.axes[size_t(k)];
      at = at * int64_t(axis.size()) + (std::lower_bound(axis.begin(), axis.end(), x[i][k]) - axis.begin());
    }
    if (std::exchange(taken[size_t(at)], 1)) return {};  // a point stands twice
    g.place.push_back(at);
  }
  return g;
}

// One axis: cost[i, j] = (x_i - y_j)^2 / (2 eps), [n, m].
struct Axis {
  Matrix<double> cost, log_cost;
};

// out[r, i] = log sum_j exp(h[j, r] - cost[i, j]) for h [m, R]: the first axis is summed over and comes out last, so after one call an axis
// the order is the old one. `weighted`: the terms are multiplied by cost[i, j].
std::vector<double> log_sum_axis(const std::vector<double>& h, const Matrix<double>& cost, const Matrix<double>* log_cost) {
  const int64_t n = cost.rows, m = cost.cols, R = int64_t(h.size()) / m;
  constexpr int run = 16;
  std::vector<double> out(size_t(R * n));
  for_tiles({run, 0}, R, [&](Rows rows, int64_t) {
    double block[run], top[run], sum[run];
    std::vector<double> line(size_t(m * run), nothing);  // [m, run] of h
    for (int64_t j = 0; j < m; ++j) std::copy_n(h.data() + j * R + rows.first, rows.n, line.data() + j * run);
    for (int64_t i = 0; i < n; ++i) {
      std::fill(top, top + run, -HUGE_VAL), std::fill(sum, sum + run, 0.0);
      const auto minus = [&](int64_t j) { return cost[i][j] - (log_cost ? (*log_cost)[i][j] : 0); };
      for (int64_t j = 0; j < m; ++j) {
        const double c = minus(j);
        for (int r = 0; r < run; ++r) top[r] = std::max(top[r], line[size_t(j * run + r)] - c);
      }
      for (int64_t j = 0; j < m; ++j) {
        const double c = minus(j);
        for (int r = 0; r < run; ++r) block[r] = exp_d(line[size_t(j * run + r)] - c - top[r]);
        for (int r = 0; r < run; ++r) sum[r] += block[r];
      }
      for (int r = 0; r < rows.n; ++r) out[size_t((rows.first + r) * n + i)] = top[r] + log_d(sum[r]);
    }
  });
  return out;
}

class Separable : public Kernel {
 public:
  Separable(const Marginals& s, Grid x, Grid y) : p_(s.p), q_(s.q), x_(std::move(x)), y_(std::move(y)) {
    const auto logs = [](const std::vector<double>& p) {
      std::vector<double> l;
      for (const double v : p) l.push_back(v > 1e-300 ? log_d(v) : nothing);
      return l;
    };
    logp_ = logs(p_), logq_ = logs(q_);
  }

  void set_eps(double eps) override {
    eps_ = eps;
    there_.clear(), back_.clear();
    for (size_t k = 0; k < x_.axes.size(); ++k) {
      there_.push_back(axis(x_.axes[k], y_.axes[k]));
      back_.push_back(axis(y_.axes[k], x_.axes[k]));
    }
  }

  Errors iterate(std::vector<double>& phi, std::vector<double>& gamma, const HalfStep& rows, const HalfStep& columns,
                 std::vector<double>& a) override {
    Errors e;
    e.row = half(phi, log_sums(gamma, logq_, y_, there_, x_), p_, rows, a);
    e.column = half(gamma, log_sums(phi, logp_, x_, back_, y_), q_, columns, column_a_);
    return e;
  }

  Sums sums(const std::vector<double>& phi, const std::vector<double>& gamma) override {
    const auto relative = [](const std::vector<double>& f, const std::vector<double>& log_sum) {
      std::vector<double> r;
      for (size_t i = 0; i < f.size(); ++i) r.push_back(exp_d(f[i] + log_sum[i]));
      return r;
    };
    Sums s;
    s.row = relative(phi, log_sums(gamma, logq_, y_, there_, x_));
    s.column = relative(gamma, log_sums(phi, logp_, x_, back_, y_));
    std::vector<double> capped = phi;
    for (size_t i = 0; i < phi.size(); ++i) capped[i] -= s.row[i] > 1 ? log_d(s.row[i]) : 0;
    s.capped = relative(gamma, log_sums(capped, logp_, x_, back_, y_));
    for (int64_t k = 0; k < int64_t(there_.size()); ++k) {
      const std::vector<double> paid = relative(phi, log_sums(gamma, logq_, y_, there_, x_, k));
      for (size_t i = 0; i < paid.size(); ++i) s.cost += eps_ * p_[i] * paid[i];
    }
    return s;
  }

 private:
  Axis axis(const std::vector<double>& x, const std::vector<double>& y) const {
    Axis a{Matrix<double>(int64_t(x.size()), int64_t(y.size())), Matrix<double>(int64_t(x.size()), int64_t(y.size()))};
    for (int64_t i = 0; i < a.cost.rows; ++i)
      for (int64_t j = 0; j < a.cost.cols; ++j) {
        const double gap = x[size_t(i)] - y[size_t(j)], c = gap * gap / (2 * eps_);
        a.cost[i][j] = c, a.log_cost[i][j] = c > 1e-300 ? log_d(c) : nothing;
      }
    return a;
  }

  // log sum_j q_j exp(gamma_j - c_ij / eps) for every i, in the order of the rows; the terms times c_ij's part of axis `weighted` over eps.
  static std::vector<double> log_sums(const std::vector<double>& gamma, const std::vector<double>& logq, const Grid& from,
                                      const std::vector<Axis>& axes, const Grid& to, int64_t weighted = -1) {
    std::vector<double> h(gamma.size());
    for (size_t j = 0; j < h.size(); ++j) h[size_t(from.place[j])] = gamma[j] + logq[j];
    for (size_t k = 0; k < axes.size(); ++k) h = log_sum_axis(h, axes[k].cost, int64_t(k) == weighted ? &axes[k].log_cost : nullptr);
    std::vector<double> out(to.place.size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = h[size_t(to.place[i])];
    return out;
  }

  static double half(std::vector<double>& phi, const std::vector<double>& log_sum, const std::vector<double>& p, const HalfStep& step,
                     std::vector<double>& a) {
    double error = 0;
    a.resize(phi.size());
    for (size_t i = 0; i < phi.size(); ++i) {
      const double log_r = phi[i] + log_sum[i], log_t = step.log_target(phi[i]);
      error += p[i] * std::abs(exp_d(log_r) - exp_d(log_t));
      phi[i] += step.move(log_t - log_r);
      a[i] = p[i] > 0 ? log_t - log_r : 0;
    }
    return error;
  }

  const std::vector<double>&p_, &q_;
  std::vector<double> logp_, logq_, column_a_;
  Grid x_, y_;
  std::vector<Axis> there_, back_;
  double eps_ = 1;
};

}  // namespace

std::unique_ptr<Kernel> separable_kernel(const Marginals& s) {
  if (s.x.cols < 2) return nullptr;
  std::optional<Grid> x = grid_of(s.x), y = x ? grid_of(s.y) : std::nullopt;
  if (!y) return nullptr;
  return std::make_unique<Separable>(s, std::move(*x), std::move(*y));
}

}  // namespace dm::ot
