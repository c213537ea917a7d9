#include "bridge/gaussian.h"

#include "bridge/registry.h"
#include "core/linalg.h"
#include "density/gaussian_mixture.h"

namespace dm {

struct GaussianBridge::End : EndDenoiser {
  const GaussianBridge& bridge;
  End(const GaussianBridge& b, Direction d) : EndDenoiser(d), bridge(b) {}
  int dim() const override { return bridge.dim(); }
  bool differentiable() const override { return true; }
  static void add(const Matrix<double>& K, const double* x, double* out) {
    for (int64_t j = 0; j < K.rows; ++j)
      for (int64_t k = 0; k < K.cols; ++k) out[j] += K[j][k] * x[k];
  }
  void end(Mat<const double> x, const double* t, Mat<double> out) const override {
    Affine map;
    for (int64_t i = 0; i < x.rows; ++i) {
      if (i == 0 || t[i] != t[i - 1]) map = bridge.end(direction, t[i]);
      std::copy(map.offset.begin(), map.offset.end(), out[i]);
      add(map.K, x[i], out[i]);
    }
  }
  // d x0/dx = K, d eps/dx = (I - alpha K) / sigma
  struct Linear : Replay {
    std::vector<Matrix<double>> K;
    std::vector<Level> at;
    bool same;
    const Matrix<double>& map(int64_t i) const { return K[std::size_t(same ? 0 : i)]; }
    void jvp(Mat<const double> dx, Pred& out) override {
      for (int64_t i = 0; i < dx.rows; ++i) {
        const Level& l = at[std::size_t(same ? 0 : i)];
        std::fill_n(out.x0[i], dx.cols, 0.0);
        add(map(i), dx[i], out.x0[i]);
        for (int64_t j = 0; j < dx.cols; ++j) out.eps[i][j] = (dx[i][j] - l.alpha * out.x0[i][j]) / l.sigma;
      }
    }
    void vjp(const Pred& c, Mat<double> gx) override {
      for (int64_t i = 0; i < gx.rows; ++i) {
        const Level& l = at[std::size_t(same ? 0 : i)];
        const Matrix<double>& k = map(i);
        for (int64_t j = 0; j < gx.cols; ++j) {
          gx[i][j] = c.eps[i][j] / l.sigma;
          for (int64_t m = 0; m < gx.cols; ++m) gx[i][j] += k[m][j] * (c.x0[i][m] - l.alpha / l.sigma * c.eps[i][m]);
        }
      }
    }
  };
  std::unique_ptr<Replay> replay(const State& x, Times times, Pred& out) const override {
    eval(x, times, out);
    auto replay = std::make_unique<Linear>();
    replay->same = times.same;
    for (int64_t i = 0; i < (times.same ? std::min<int64_t>(1, x.x().rows) : x.x().rows); ++i) {
      replay->at.push_back(times[i]);
      replay->K.push_back(bridge.end(direction, to_go(direction, times[i].t)).K);
    }
    return replay;
  }
};

GaussianBridge::GaussianBridge(Gaussian p0, Gaussian p1, std::shared_ptr<const Schedule> reference)
    : Bridge(std::move(reference)), p0_(std::move(p0)), p1_(std::move(p1)) {
  const int64_t d = dim();
  const auto check = [d](const Gaussian& p, const char* which) {
    if (int64_t(p.mean.size()) != d || p.cov.rows != d || p.cov.cols != d)
      throw Error(std::string("the mean and the covariance of ") + which + " have other dimensions than the mean of the first law, " +
                      std::to_string(d),
                  Exit::spec);
    try {
      cholesky(p.cov);
    } catch (const Error&) {
      throw Error(std::string("the covariance of ") + which + " is not positive definite; a Gaussian bridge needs one that is", Exit::spec);
    }
  };
  check(p0_, "the first law"), check(p1_, "the second law");
  const Level end = schedule(Direction::backward)->at(1);
  const double A = end.alpha, S2 = end.sigma * end.sigma;
  Matrix<double> scaled = p0_.cov;
  for (double& v : scaled.v) v *= A * A;
  const Matrix<double> root = spectral(scaled, [](double v) { return std::sqrt(v); }),
                       inverse = spectral(scaled, [](double v) { return 1 / std::sqrt(v); });
  Matrix<double> inner = times(times(root, p1_.cov), root);
  for (double& v : inner.v) v *= 4;
  C_ = times(times(root, spectral(inner, [S2](double v) { return std::sqrt(v + S2 * S2); })), inverse);
  for (int64_t i = 0; i < d; ++i) C_[i][i] -= S2;
  for (double& v : C_.v) v /= 2 * A;
  for (const Direction way : {Direction::backward, Direction::forward})
    ends_[way == Direction::forward] = std::make_unique<End>(*this, way);
}

GaussianBridge::~GaussianBridge() = default;

std::unique_ptr<const Law> GaussianBridge::coupling() const {
  const int64_t d = dim();
  Matrix<double> mean(1, 2 * d), cov(2 * d, 2 * d);
  std::copy(p0_.mean.begin(), p0_.mean.end(), mean[0]);
  std::copy(p1_.mean.begin(), p1_.mean.end(), mean[0] + d);
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j) {
      cov[i][j] = p0_.cov[i][j], cov[d + i][d + j] = p1_.cov[i][j];
      cov[i][d + j] = cov[d + j][i] = C_[i][j];
    }
  return std::make_unique<GaussianMixture>(std::vector<double>{1}, mean, std::vector{cov});
}

std::shared_ptr<const Law> GaussianBridge::start(Direction way) const {
  const Gaussian& p = way == Direction::forward ? p0_ : p1_;
  Matrix<double> mean(1, dim());
  mean.v = p.mean;
  return std::make_shared<GaussianMixture>(std::vector<double>{1}, mean, std::vector{p.cov});
}

const Denoiser& GaussianBridge::ends(Direction way) const { return *ends_[way == Direction::forward]; }

Gaussian GaussianBridge::marginal(double t) const {
  const int64_t d = dim();
  const Pinned p(*schedule(Direction::backward), t);
  Gaussian out{std::vector<double>(std::size_t(d)), Matrix<double>(d, d)};
  for (int64_t i = 0; i < d; ++i) {
    out.mean[std::size_t(i)] = p.a * p0_.mean[std::size_t(i)] + p.b * p1_.mean[std::size_t(i)];
    for (int64_t j = 0; j < d; ++j)
      out.cov[i][j] = p.a * p.a * p0_.cov[i][j] + p.b * p.b * p1_.cov[i][j] + p.a * p.b * (C_[i][j] + C_[j][i]) + (i == j ? p.s * p.s : 0);
  }
  return out;
}

// K = Cov(X_end, X_t) S_t^-1: Cov(X1, X_t) = a C^T + b S1, Cov(X0, X_t) = a S0 + b C.
GaussianBridge::Affine GaussianBridge::end(Direction way, double t) const {
  const int64_t d = dim();
  const bool forward = way == Direction::forward;
  const Pinned p(*schedule(Direction::backward), t);
  const Gaussian now = marginal(t);
  Affine out{Matrix<double>(d, d), (forward ? p1_ : p0_).mean};
  Matrix<double> Kt(d, d);  // column i: Cov(X_t, X_end_i)
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j) Kt[j][i] = forward ? p.a * C_[j][i] + p.b * p1_.cov[i][j] : p.a * p0_.cov[i][j] + p.b * C_[i][j];
  solve(cholesky(now.cov), Kt);
  for (int64_t i = 0; i < d; ++i)
    for (int64_t j = 0; j < d; ++j) {
      out.K[i][j] = Kt[j][i];
      out.offset[std::size_t(i)] -= Kt[j][i] * now.mean[std::size_t(j)];
    }
  return out;
}

namespace {

Gaussian gaussian_of(const Value& mean, const Value& cov) {
  Gaussian p{mean.numbers(), {}};
  const int64_t d = int64_t(p.mean.size());
  p.cov = covariance(cov, d, "the covariance");
  return p;
}

}  // namespace

const BridgeEntry gaussian_bridge{{"gaussian",
                                   "between two Gaussians",
                                   "Bunne et al. 2022, arXiv:2202.05722",
                                   {{"mean0", numbers(), Value(), "mean of the first law", true},
                                    {"cov0", any(), 1.0, "its covariance: a matrix, its diagonal, or a number times the identity"},
                                    {"mean1", numbers(), Value(), "mean of the second law", true},
                                    {"cov1", any(), 1.0, "its covariance"},
                                    {"sigma", number(0).above(), 1.0, "noise of the reference"},
                                    {"reference", method(references), "brownian", "the reference process"}}},
                                  [](const Value& o) -> std::unique_ptr<Transport> {
                                    return std::make_unique<GaussianBridge>(
                                        gaussian_of(o["mean0"], o["cov0"]), gaussian_of(o["mean1"], o["cov1"]),
                                        make<std::unique_ptr<const Schedule>, double>(references(), o["reference"], o["sigma"].number()));
                                  }};

}  // namespace dm
