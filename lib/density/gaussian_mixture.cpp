#include "density/gaussian_mixture.h"

#include <cmath>

#include "core/math.h"
#include "density/registry.h"

namespace dm {

GaussianMixture::GaussianMixture(std::vector<double> weights, Matrix<double> means, std::vector<Matrix<double>> covariances)
    : weights_(std::move(weights)), means_(std::move(means)) {
  double total = 0;
  for (const double w : weights_) total += w;
  for (double& w : weights_) w /= total;
  for (const auto& c : covariances) {
    axes_.push_back(eigh(c));
    for (double& v : axes_.back().values) {
      if (v < -1e-10 * std::abs(axes_.back().values.back()))
        throw Error("covariances: one has the negative eigenvalue " + to_json(v), Exit::spec);
      v = std::max(v, 0.0);
    }
  }
}

void GaussianMixture::draw(Stream stream, Rows rows, Mat<double> x) const {
  const int d = dim();
  for (int i = 0; i < rows.n; ++i) {
    Draws draws(stream, rows[i]);
    const int k = draws.pick(weights_.data(), int(weights_.size()));
    std::copy_n(means_[k], d, x[i]);
    const Eigh& e = axes_[std::size_t(k)];
    for (int a = 0; a < d; ++a) {
      const double z = std::sqrt(e.values[std::size_t(a)]) * draws.normal();
      for (int j = 0; j < d; ++j) x[i][j] += e.V[j][a] * z;
    }
  }
}

double GaussianMixture::component(int k, const double* x, const Level& at, double* u) const {
  const int d = dim();
  const Eigh& e = axes_[std::size_t(k)];
  double log_p = log_d(weights_[std::size_t(k)]) - 0.5 * d * log_d(2 * M_PI);
  for (int a = 0; a < d; ++a) {
    double s = 0;
    for (int j = 0; j < d; ++j) s += e.V[j][a] * (x[j] - at.alpha * means_[k][j]);
    const double v = at.alpha * at.alpha * e.values[std::size_t(a)] + at.sigma * at.sigma;
    u[a] = s;
    log_p -= 0.5 * (s * s / v + log_d(v));
  }
  return log_p;
}

void GaussianMixture::responsibilities(const double* x, const Level& at, double* r, double* u) const {
  const int d = dim(), K = int(weights_.size());
  double top = -HUGE_VAL, total = 0;
  for (int k = 0; k < K; ++k) top = std::max(top, r[k] = component(k, x, at, u + k * d));
  for (int k = 0; k < K; ++k) total += r[k] = exp_d(r[k] - top);
  for (int k = 0; k < K; ++k) r[k] /= total;
}

// E[x0 | x, k] = m + alpha C (alpha^2 C + sigma^2)^-1 (x - alpha m),  E[eps | x, k] = sigma (alpha^2 C + sigma^2)^-1 (x - alpha m):
// each from its own product, so neither is a difference of near-equals. The mixture weighs them by responsibility.
void GaussianMixture::conditional(int k, const double* u, const Level& l, double* x0, double* eps) const {
  const int d = dim();
  const Eigh& e = axes_[std::size_t(k)];
  for (int j = 0; j < d; ++j) {
    x0[j] = means_[k][j], eps[j] = 0;
    for (int a = 0; a < d; ++a) {
      const double c = e.values[std::size_t(a)], q = e.V[j][a] * u[a] / (l.alpha * l.alpha * c + l.sigma * l.sigma);
      x0[j] += l.alpha * c * q;
      eps[j] += l.sigma * q;
    }
  }
}

void GaussianMixture::eval(const State& state, Times times, Pred& out) const {
  const int d = dim(), K = int(weights_.size());
  std::vector<double> room(std::size_t(K * (d + 1) + 2 * d));
  double *r = room.data(), *u = r + K, *x0 = u + K * d, *eps = x0 + d;
  const Mat<double> x = state.x();
  for (int64_t i = 0; i < x.rows; ++i) {
    responsibilities(x[i], times[i], r, u);
    std::fill_n(out.x0[i], d, 0.0);
    std::fill_n(out.eps[i], d, 0.0);
    for (int k = 0; k < K; ++k) {
      conditional(k, u + k * d, times[i], x0, eps);
      for (int j = 0; j < d; ++j) out.x0[i][j] += r[k] * x0[j], out.eps[i][j] += r[k] * eps[j];
    }
  }
}

// With r_k the responsibilities and S_k = alpha^2 C_k + sigma^2 (d log r_k / dx = -(eps_k - eps) / sigma, alpha x0_k + sigma eps_k = x):
//   d x0 / dx  = sum_k r_k alpha C_k S_k^-1 + alpha / sigma^2 P   = alpha / sigma^2 Cov[x0 | x],  P = sum_k r_k (x0_k - x0)(x0_k - x0)^T
//   d eps / dx = sum_k r_k sigma S_k^-1 - alpha^2 / sigma^3 P      = (I - alpha d x0/dx) / sigma, without that difference
// Both are symmetric. The deviations of x0_k are taken from those of eps_k, -sigma / alpha (eps_k - eps): components that agree in x0 to
// sigma^2, as wide ones do at low noise, differ plainly in eps.
struct GaussianMixture::Posterior : Replay {
  const GaussianMixture& p;
  std::vector<Level> at;
  Matrix<double> r, deviation;  // [n, K] and [n, K d], of x0_k from x0
  std::vector<double> u;

  Posterior(const GaussianMixture& mixture, Mat<const double> x, Times times, Pred& out)
      : p(mixture), r(x.rows, int64_t(p.weights_.size())), deviation(x.rows, r.cols * x.cols), u(std::size_t(r.cols * x.cols)) {
    const int d = p.dim(), K = int(r.cols);
    Matrix<double> eps(K, d);
    std::vector<double> x0(static_cast<std::size_t>(d));
    for (int64_t i = 0; i < x.rows; ++i) {
      const Level& l = times[i];
      at.push_back(l);
      p.responsibilities(x[i], l, r[i], u.data());
      std::fill_n(out.x0[i], d, 0.0);
      std::fill_n(out.eps[i], d, 0.0);
      for (int k = 0; k < K; ++k) {
        p.conditional(k, &u[std::size_t(k * d)], l, x0.data(), eps[k]);
        for (int j = 0; j < d; ++j) out.x0[i][j] += r[i][k] * x0[std::size_t(j)], out.eps[i][j] += r[i][k] * eps[k][j];
      }
      for (int k = 0; k < K; ++k)
        for (int j = 0; j < d; ++j) deviation[i][k * d + j] = -l.sigma_ve() * (eps[k][j] - out.eps[i][j]);
    }
  }

  // x0 += d x0/dx v and eps += d eps/dx v of row i; either may be null.
  void add(int64_t i, const double* v, double* x0, double* eps) {
    const int d = p.dim();
    const Level& l = at[std::size_t(i)];
    for (int64_t k = 0; k < r.cols; ++k) {
      const Eigh& e = p.axes_[std::size_t(k)];
      const double* dev = deviation[i] + k * d;
      double along = 0;
      for (int j = 0; j < d; ++j) along += dev[j] * v[j];
      for (int a = 0; a < d; ++a) {
        double s = 0;
        for (int j = 0; j < d; ++j) s += e.V[j][a] * v[j];
        u[std::size_t(a)] = r[i][k] * s / (l.alpha * l.alpha * e.values[std::size_t(a)] + l.sigma * l.sigma);
      }
      const double w = r[i][k] * along * l.alpha / (l.sigma * l.sigma);
      for (int j = 0; j < d; ++j) {
        double c = 0, one = 0;  // of C_k S_k^-1 v and S_k^-1 v
        for (int a = 0; a < d; ++a) c += e.V[j][a] * e.values[std::size_t(a)] * u[std::size_t(a)], one += e.V[j][a] * u[std::size_t(a)];
        if (x0) x0[j] += l.alpha * c + w * dev[j];
        if (eps) eps[j] += l.sigma * one - l.alpha / l.sigma * w * dev[j];
      }
    }
  }

  void vjp(const Pred& c, Mat<double> gx) override {
    for (int64_t i = 0; i < gx.rows; ++i) {
      std::fill_n(gx[i], gx.cols, 0.0);
      add(i, c.x0[i], gx[i], nullptr);
      add(i, c.eps[i], nullptr, gx[i]);
    }
  }
  void jvp(Mat<const double> dx, Pred& out) override {
    for (int64_t i = 0; i < dx.rows; ++i) {
      std::fill_n(out.x0[i], dx.cols, 0.0);
      std::fill_n(out.eps[i], dx.cols, 0.0);
      add(i, dx[i], out.x0[i], out.eps[i]);
    }
  }
};

std::unique_ptr<Replay> GaussianMixture::replay(const State& x, Times times, Pred& out) const {
  return std::make_unique<Posterior>(*this, x.x(), times, out);
}

void GaussianMixture::logp(Mat<const double> x, const Level& at, double* out) const {
  const int K = int(weights_.size());
  std::vector<double> u(means_.v.size()), lp(weights_.size());
  for (int64_t i = 0; i < x.rows; ++i) {
    double top = -HUGE_VAL, sum = 0;
    for (int k = 0; k < K; ++k) top = std::max(top, lp[std::size_t(k)] = component(k, x[i], at, u.data()));
    for (const double p : lp) sum += exp_d(p - top);
    out[i] = top + log_d(sum);
  }
}

// Component k: weight r_k, mean E[x0 | x, k], covariance C sigma^2 (alpha^2 C + sigma^2)^-1.
GaussianMixture GaussianMixture::posterior(const double* x, const Level& l) const {
  const int d = dim(), K = components();
  GaussianMixture out(*this);
  std::vector<double> u(means_.v.size()), eps(static_cast<std::size_t>(d));
  responsibilities(x, l, out.weights_.data(), u.data());
  for (int k = 0; k < K; ++k) {
    conditional(k, &u[std::size_t(k * d)], l, out.means_[k], eps.data());
    for (double& v : out.axes_[std::size_t(k)].values) v *= l.sigma * l.sigma / (l.alpha * l.alpha * v + l.sigma * l.sigma);
  }
  return out;
}

Matrix<double> GaussianMixture::covariance(int k) const {
  const int64_t d = dim();
  const Eigh& e = axes_[std::size_t(k)];
  Matrix<double> c(d, d);
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j)
      for (int64_t a = 0; a < d; ++a) c[i][j] += e.V[i][a] * e.values[std::size_t(a)] * e.V[j][a];
  return c;
}

Matrix<double> covariance(const Value& v, int64_t d, const std::string& where) {
  Matrix<double> c(d, d);
  if (v.is_number()) {
    for (int64_t i = 0; i < d; ++i) c[i][i] = v.number();
  } else if (v.is_array() && !v.items().empty() && v.items()[0].is_number()) {
    const auto diagonal = v.numbers();
    if (int64_t(diagonal.size()) != d)
      throw Error(where + " has " + std::to_string(diagonal.size()) + " numbers, expected " + std::to_string(d), Exit::spec);
    for (int64_t i = 0; i < d; ++i) c[i][i] = diagonal[std::size_t(i)];
  } else {
    c = v.matrix();
    if (c.rows != d || c.cols != d)
      throw Error(where + " has shape [" + std::to_string(c.rows) + ", " + std::to_string(c.cols) + "], expected [" + std::to_string(d) +
                      ", " + std::to_string(d) + "]",
                  Exit::spec);
    for (int64_t i = 0; i < d; ++i)
      for (int64_t j = 0; j < i; ++j)
        if (std::abs(c[i][j] - c[j][i]) > 1e-12 * (std::abs(c[i][i]) + std::abs(c[j][j])))
          throw Error(where + " is not symmetric: entries [" + std::to_string(i) + ", " + std::to_string(j) + "] and its mirror are " +
                          to_json(c[i][j]) + " and " + to_json(c[j][i]),
                      Exit::spec);
  }
  return c;
}

static const char* covariance_doc = "a matrix, a vector (its diagonal) or a number (times the identity)";

const DensityEntry gaussian{
    {"gaussian",
     "N(mean, covariance)",
     "",
     {{"mean", numbers(), Value::numbers({0, 0}), "centre, one number a coordinate"}, {"covariance", any(), 1.0, covariance_doc}}},
    [](const Value& o) -> std::unique_ptr<Density> {
      const auto mean = o["mean"].numbers();
      if (mean.empty()) throw Error("density gaussian: mean is empty, expected one number a coordinate", Exit::spec);
      Matrix<double> m(1, int64_t(mean.size()));
      std::copy(mean.begin(), mean.end(), m[0]);
      return std::make_unique<GaussianMixture>(std::vector<double>{1}, m,
                                               std::vector{covariance(o["covariance"], m.cols, "density gaussian: covariance")});
    }};

const DensityEntry gaussian_mixture{
    {"gaussian_mixture",
     "sum of weights[k] N(means[k], covariances[k])",
     "",
     {{"weights", numbers(0).above(), Value(), "one a component, normalised here; unset: equal"},
      {"means", matrix(), Value(), "one row a component", true},
      {"covariances", any(), 1.0, "one entry a component, each " + std::string(covariance_doc) + "; or one number for all"}}},
    [](const Value& o) -> std::unique_ptr<Density> {
      const std::string who = "density gaussian_mixture: ";
      Matrix<double> means = o["means"].matrix();
      const int64_t K = means.rows, d = means.cols;
      if (K == 0 || d == 0) throw Error(who + "means is empty, expected one row a component", Exit::spec);
      std::vector<double> weights(std::size_t(K), 1.0);
      if (!o["weights"].is_null()) weights = o["weights"].numbers();
      if (int64_t(weights.size()) != K)
        throw Error(who + "weights has " + std::to_string(weights.size()) + " numbers, means " + std::to_string(K) + " rows", Exit::spec);
      std::vector<Matrix<double>> covariances;
      const Value& c = o["covariances"];
      if (!c.is_number() && int64_t(c.items().size()) != K)
        throw Error(who + "covariances has " + std::to_string(c.items().size()) + " entries, means " + std::to_string(K) + " rows",
                    Exit::spec);
      for (int64_t k = 0; k < K; ++k)
        covariances.push_back(c.is_number() ? covariance(c, d, "")
                                            : covariance(c.items()[std::size_t(k)], d, who + "covariances/" + std::to_string(k)));
      return std::make_unique<GaussianMixture>(weights, std::move(means), std::move(covariances));
    }};

}  // namespace dm
