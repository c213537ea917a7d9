// The kernel as a matrix, stored or computed again at every visit. One iteration is one pass over the rows: the sum of a row gives its
// potential, and while the row is still in the cache it is added to the sums of the columns.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math.h"
#include "core/parallel.h"
#include "core/simd.h"
#include "ot/sinkhorn_kernel.h"

namespace dm::ot {
namespace {

constexpr int group = 4;        // rows that share the loads of what belongs to the columns
constexpr int64_t chunk = 256;  // columns at a time, in the first cache

// How far exponents may stray. What is stored is exp(phi0_i + gamma0_j - c_ij / eps), zero below `flush`; while |phi - phi0| and
// |gamma - gamma0| stay under `stray` and a sum between `least` and 1 / least, all that was lost is below its rounding.
template <class T>
struct Range;
template <>
struct Range<float> {
  static constexpr double flush = -80, top = 80, stray = 15, least = 1e-8;
};
template <>
struct Range<double> {
  static constexpr double flush = -700, top = 700, stray = 150, least = 1e-80;
};

// sum_l a_l b_l in eight chains, the order of which n alone decides
double product_sum(const double* a, const double* b, int64_t n) {
  double s[8] = {};
  int64_t l = 0;
  for (; l + 8 <= n; l += 8)
    for (int r = 0; r < 8; ++r) s[r] = std::fma(a[l + r], b[l + r], s[r]);
  for (int r = 0; l < n; ++l, ++r) s[r] = std::fma(a[l], b[l], s[r]);
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

template <class T>
class Dense : public Kernel {
 public:
  Dense(const Marginals& s, bool store)
      : p_(s.p),
        n_(s.x.rows),
        m_(s.y.rows),
        d_(s.x.cols),
        ld_((m_ + 7) / 8 * 8 + 16),
        store_(store),
        x_(s.x),
        y_(s.y),
        xs_(n_, d_),
        yt_(d_, ld_),
        q_(size_t(ld_), 0.0),
        logq_(size_t(ld_), -1e300),
        w_(size_t(ld_), 0.0),
        phi0_(size_t(n_)),
        gamma0_(size_t(ld_), 0.0),
        fresh_(size_t(n_), 0) {
    std::copy(s.q.begin(), s.q.end(), q_.begin());
    for (int64_t j = 0; j < m_; ++j) logq_[size_t(j)] = log_d(q_[size_t(j)]);
    if (store_) k_.reset(new T[size_t(n_ * ld_)]);
  }

  void set_eps(double eps) override {
    eps_ = eps;
    const double scale = 1 / std::sqrt(2 * eps);  // c_ij / eps = |xs_i - ys_j|^2
    for (int64_t i = 0; i < n_; ++i)
      for (int64_t k = 0; k < d_; ++k) xs_[i][k] = scale * x_[i][k];
    for (int64_t k = 0; k < d_; ++k)
      for (int64_t j = 0; j < m_; ++j) yt_[k][j] = scale * y_[j][k];
    absorbed_ = false;
  }

  Errors iterate(std::vector<double>& phi, std::vector<double>& gamma, const HalfStep& rows, const HalfStep& columns,
                 std::vector<double>& a) override {
    if (!store_ || !absorbed_ || strayed(gamma)) {
      absorbed_ = true;
      std::copy(gamma.begin(), gamma.end(), gamma0_.begin());
      std::fill(fresh_.begin(), fresh_.end(), 0);
    }
    for (int64_t j = 0; j < m_; ++j) w_[size_t(j)] = q_[size_t(j)] * exp_d(gamma[size_t(j)] - gamma0_[size_t(j)]);
    row_error_.resize(size_t(n_)), a.resize(size_t(n_)), column_sum_.resize(size_t(ld_));
    ordered_sum<double>(
        cut, n_, [&](Rows r, double* lane) { visit(r, phi, gamma, rows, a, lane); }, column_sum_.data(), ld_);

    Errors e;
    for (const double v : row_error_) e.row += v;
    column_error_.resize(size_t(m_));
    for_tiles({}, m_, [&](Rows r, int64_t) {
      for (int t = 0; t < r.n; ++t) {
        const size_t j = size_t(r[t]);
        const double c = exp_d(gamma[j] - gamma0_[j]) * column_sum_[j];
        const double log_c = usable(c) ? log_d(c) : gamma[j] + log_sum_column(int64_t(j), phi);
        column_error_[j] = q_[j] * std::abs(exp_d(log_c) - exp_d(columns.log_target(gamma[j])));
        gamma[j] += columns.move(columns.log_target(gamma[j]) - log_c);
      }
    });
    for (const double v : column_error_) e.column += v;
    return e;
  }

  Sums sums(const std::vector<double>& phi, const std::vector<double>& gamma) override {
    Sums s;
    s.row.resize(size_t(n_));
    std::copy(gamma.begin(), gamma.end(), gamma0_.begin());
    std::fill(fresh_.begin(), fresh_.end(), 0);
    std::vector<double> all(size_t(2 * ld_)), cost(size_t(n_), 0.0);
    ordered_sum<double>(
        cut, n_,
        [&](Rows r, double* lane) {
          double c[chunk];
          std::vector<double> k(static_cast<size_t>(m_));
          for (int t = 0; t < r.n; ++t) {
            const int64_t i = r[t];
            double sum = 0, paid = 0;
            for (int64_t j = 0; j < m_; j += chunk) {
              const int64_t w = std::min(chunk, m_ - j);
              row(i, phi[size_t(i)], j, w, k.data() + j, c);
              for (int64_t l = 0; l < w; ++l) c[l] *= k[size_t(j + l)];
              sum += product_sum(q_.data() + j, k.data() + j, w), paid += product_sum(q_.data() + j, c, w);
            }
            s.row[size_t(i)] = sum, cost[size_t(i)] = p_[size_t(i)] * paid * eps_;
            const double u = p_[size_t(i)], capped = u * (sum > 1 ? 1 / sum : 1);
            for (int64_t j = 0; j < m_; ++j) lane[j] += u * k[size_t(j)], lane[ld_ + j] += capped * k[size_t(j)];
          }
        },
        all.data(), 2 * ld_);
    s.column.assign(all.begin(), all.begin() + m_), s.capped.assign(all.begin() + ld_, all.begin() + ld_ + m_);
    for (const double v : cost) s.cost += v;
    return s;
  }

 private:
  static constexpr Cut cut{16, 0};
  static bool usable(double sum) { return sum > Range<T>::least && sum < 1 / Range<T>::least; }

  bool strayed(const std::vector<double>& gamma) const {
    for (int64_t j = 0; j < m_; ++j)
      if (!(std::abs(gamma[size_t(j)] - gamma0_[size_t(j)]) <= Range<T>::stray)) return true;
    return false;
  }

  // k_j = exp(phi + gamma0_j - c_ij / eps) and c_j = c_ij / eps for the columns first .. first + w - 1.
  void costs(int64_t i, int64_t first, int64_t w, double* c) const {
    std::fill(c, c + w, 0.0);
    for (int64_t k = 0; k < d_; ++k) {
      const double x = xs_[i][k];
      const double* y = yt_[k] + first;
      for (int64_t l = 0; l < w; ++l) c[l] = std::fma(x - y[l], x - y[l], c[l]);
    }
  }
  void row(int64_t i, double phi, int64_t first, int64_t w, double* k, double* c) const {
    costs(i, first, w, c);
    for (int64_t l = 0; l < w; ++l) k[l] = exp_d(phi + gamma0_[size_t(first + l)] - c[l]);
  }
  void fill(int64_t i, double phi, T* k) const {
    double c[chunk], e[chunk];
    for (int64_t j = 0; j < ld_; j += chunk) {
      const int64_t w = std::min(chunk, ld_ - j);
      costs(i, j, w, c);
      const double* g = gamma0_.data() + j;
      for (int64_t l = 0; l < w; ++l) c[l] = phi + g[l] - c[l];
      for (int64_t l = 0; l < w; ++l) e[l] = exp_d(c[l] < Range<T>::top ? c[l] : Range<T>::top);
      for (int64_t l = 0; l < w; ++l) k[j + l] = T(c[l] < Range<T>::flush ? 0.0 : e[l]);
    }
  }

  // log sum_j q_j exp(gamma_j - c_ij / eps), whatever the numbers are.
  double log_sum_row(int64_t i, const std::vector<double>& gamma) const { return log_sum(xs_[i], yt_, m_, gamma, logq_.data()); }
  double log_sum_column(int64_t j, const std::vector<double>& phi) const {
    double top = -HUGE_VAL, sum = 0;
    std::vector<double> e(static_cast<size_t>(n_));
    for (int64_t i = 0; i < n_; ++i) {
      double c = 0;
      for (int64_t k = 0; k < d_; ++k) c = std::fma(xs_[i][k] - yt_[k][j], xs_[i][k] - yt_[k][j], c);
      e[size_t(i)] = phi[size_t(i)] - c + log_d(p_[size_t(i)]);
      top = std::max(top, e[size_t(i)]);
    }
    for (const double v : e) sum += exp_d(v - top);
    return top + log_d(sum);
  }
  static double log_sum(const double* x, const Matrix<double>& yt, int64_t m, const std::vector<double>& gamma, const double* logq) {
    double top = -HUGE_VAL, sum = 0;  // of the chunks so far, relative to `top`
    double e[chunk];
    for (int64_t j = 0; j < m; j += chunk) {
      const int64_t w = std::min(chunk, m - j);
      for (int64_t l = 0; l < w; ++l) e[l] = gamma[size_t(j + l)] + logq[j + l];
      for (int64_t k = 0; k < yt.rows; ++k) {
        const double* y = yt[k] + j;
        for (int64_t l = 0; l < w; ++l) e[l] = std::fma(-(x[k] - y[l]), x[k] - y[l], e[l]);
      }
      const double here = *std::max_element(e, e + w);
      if (here > top) sum *= exp_d(top - here), top = here;
      for (int64_t l = 0; l < w; ++l) e[l] = exp_d(e[l] - top);
      for (int64_t l = 0; l < w; ++l) sum += e[l];
    }
    return top + log_d(sum);
  }

  // The rows of one tile: their potentials, and their part of the columns' sums.
  void visit(Rows rows, std::vector<double>& phi, const std::vector<double>& gamma, const HalfStep& step, std::vector<double>& a,
             double* lane) {
    static thread_local std::vector<T> scratch;
    if (!store_) scratch.resize(size_t(group * ld_));
    for (int first = 0; first < rows.n; first += group) {
      const int count = std::min(group, rows.n - first);
      const T* k[group];
      double u[group] = {}, s[group];
      for (int t = 0; t < group; ++t) {
        const int64_t i = rows[first + std::min(t, count - 1)];
        T* const at = store_ ? k_.get() + i * ld_ : scratch.data() + std::min(t, count - 1) * ld_;
        if (t < count && !fresh_[size_t(i)]) fill(i, phi0_[size_t(i)] = phi[size_t(i)], at), fresh_[size_t(i)] = 1;
        k[t] = at;
      }
      dot(k, s);
      for (int t = 0; t < count; ++t) {
        const int64_t i = rows[first + t];
        double &f = phi[size_t(i)], &f0 = phi0_[size_t(i)];
        const double r = exp_d(f - f0) * s[t], log_r = usable(s[t]) && usable(r) ? log_d(r) : f + log_sum_row(i, gamma);
        row_error_[size_t(i)] = p_[size_t(i)] * std::abs(exp_d(log_r) - exp_d(step.log_target(f)));
        a[size_t(i)] = step.log_target(f) - log_r;
        f += step.move(a[size_t(i)]);
        if (std::abs(f - f0) > Range<T>::stray) fill(i, f0 = f, const_cast<T*>(k[t]));
        u[t] = p_[size_t(i)] * exp_d(f - f0);
      }
      add(k, u, lane);
    }
  }

  // s_t = sum_j k_tj w_j
  void dot(const T* const* k, double* s) const {
    using S = Simd<double>;
    S::V a[group][2];
#pragma GCC unroll 4
    for (int t = 0; t < group; ++t) a[t][0] = a[t][1] = S::set(0);
    for (int64_t j = 0; j < ld_; j += 8) {
      const auto w0 = S::load(w_.data() + j), w1 = S::load(w_.data() + j + 4);
#pragma GCC unroll 4
      for (int t = 0; t < group; ++t) {
        a[t][0] = S::fma(S::load(k[t] + j), w0, a[t][0]);
        a[t][1] = S::fma(S::load(k[t] + j + 4), w1, a[t][1]);
      }
    }
#pragma GCC unroll 4
    for (int t = 0; t < group; ++t) {
      double v[8];
      S::store(v, a[t][0]), S::store(v + 4, a[t][1]);
      s[t] = ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
    }
  }
  // lane_j += sum_t u_t k_tj
  void add(const T* const* k, const double* u, double* lane) const {
    using S = Simd<double>;
    const auto u0 = S::set(u[0]), u1 = S::set(u[1]), u2 = S::set(u[2]), u3 = S::set(u[3]);
    for (int64_t j = 0; j < ld_; j += 4) {
      auto a = S::load(lane + j);
      a = S::fma(u0, S::load(k[0] + j), a);
      a = S::fma(u1, S::load(k[1] + j), a);
      a = S::fma(u2, S::load(k[2] + j), a);
      a = S::fma(u3, S::load(k[3] + j), a);
      S::store(lane + j, a);
    }
  }

  const std::vector<double>& p_;
  int64_t n_, m_, d_, ld_;
  bool store_;
  double eps_ = 1;
  Mat<const double> x_, y_;
  Matrix<double> xs_, yt_;             // in units of sqrt(2 eps), the second transposed
  std::vector<double> q_, logq_, w_;   // [ld], no mass on the padding; w_j = q_j exp(gamma_j - gamma0_j)
  std::vector<double> phi0_, gamma0_;  // absorbed into what is stored
  bool absorbed_ = false;              // whether gamma0 belongs to the present eps
  std::vector<char> fresh_;            // whether a row is stored with the present gamma0 and eps
  std::unique_ptr<T[]> k_;             // [n, ld]
  std::vector<double> row_error_, column_error_, column_sum_;
};

}  // namespace

std::unique_ptr<Kernel> stored_kernel(const Marginals& s, bool doubles) {
  if (doubles) return std::make_unique<Dense<double>>(s, true);
  return std::make_unique<Dense<float>>(s, true);
}

double stored_bytes(int64_t n, int64_t m, bool doubles) { return (doubles ? 8.0 : 4.0) * double(n) * double(m + 24); }

std::unique_ptr<Kernel> online_kernel(const Marginals& s) { return std::make_unique<Dense<double>>(s, false); }

}  // namespace dm::ot
