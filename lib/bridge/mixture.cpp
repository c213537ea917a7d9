#include "bridge/mixture.h"

#include "bridge/registry.h"
#include "core/linalg.h"
#include "density/toys.h"

namespace dm {

MixtureBridge::MixtureBridge(std::shared_ptr<const GaussianMixture> phi0, std::shared_ptr<const GaussianMixture> h1,
                             std::shared_ptr<const Schedule> reference)
    : Bridge(std::move(reference)), phi0_(std::move(phi0)), h1_(std::move(h1)) {
  if (phi0_->dim() != dim())
    throw Error("potential0 has " + std::to_string(phi0_->dim()) + " dimensions and potential1 " + std::to_string(dim()), Exit::spec);
  p0_ = std::make_shared<GaussianMixture>(marginal(0));
}

MixtureBridge::MixtureBridge(std::shared_ptr<const Law> p0, std::shared_ptr<const GaussianMixture> h1,
                             std::shared_ptr<const Schedule> reference)
    : Bridge(std::move(reference)), h1_(std::move(h1)), p0_(std::move(p0)) {
  if (p0_->dim() != dim())
    throw Error("law0 has " + std::to_string(p0_->dim()) + " dimensions and potential1 " + std::to_string(dim()), Exit::spec);
}

const GaussianMixture& MixtureBridge::phi0() const {
  if (phi0_) return *phi0_;
  throw Error(
      "this mixture bridge knows the law at t = 0 and the potential at t = 1, hence the way forward alone; with potential0, a Gaussian "
      "mixture, in place of law0 the way back and the flow are known too",
      Exit::spec);
}

const Denoiser& MixtureBridge::ends(Direction way) const { return way == Direction::forward ? *h1_ : phi0(); }

// (X_0, X_1): X_0 from its law, X_1 from q(x1 | X_0) h_1(x1), a mixture for each row.
std::unique_ptr<const Law> MixtureBridge::coupling() const {
  struct Coupling : Law {
    std::shared_ptr<const Law> p0;
    std::shared_ptr<const GaussianMixture> h1;
    Level start;
    int dim() const override { return 2 * p0->dim(); }
    void draw(Stream stream, Rows rows, Mat<double> x) const override {
      const int64_t d = p0->dim();
      Mat<double> x0 = x, x1{x.p + d, x.rows, d, x.ld};
      x0.cols = d;
      p0->draw(stream / "x0", rows, x0);
      for (int i = 0; i < rows.n; ++i) h1->posterior(x0[i], start).draw(stream / "x1", {rows[i], 1}, x1.slice(i, 1));
    }
  };
  auto out = std::make_unique<Coupling>();
  out->p0 = p0_, out->h1 = h1_, out->start = schedule(Direction::forward)->at(1);
  return out;
}

std::shared_ptr<const Law> MixtureBridge::start(Direction way) const {
  if (way == Direction::forward) return p0_;
  return phi0_ ? std::make_shared<GaussianMixture>(marginal(1)) : Transport::start(way);
}

// N(x; m1, V1) N(x; m2, V2) = N(m1; m2, S) N(x; m1 + G (m2 - m1), V1 - G V1) with S = V1 + V2 and G = V1 S^-1, for each pair of
// components of phi_t and h_t.
GaussianMixture MixtureBridge::marginal(double t) const {
  const int64_t d = dim();
  const Level l[2] = {schedule(Direction::backward)->at(t), schedule(Direction::forward)->at(1 - t)};
  const GaussianMixture* of[2] = {&phi0(), h1_.get()};
  const auto at = [&](int side, int k) {
    const Level& level = l[side];
    Matrix<double> V = of[side]->covariance(k);
    for (double& v : V.v) v *= level.alpha * level.alpha;
    for (int64_t i = 0; i < d; ++i) V[i][i] += level.sigma * level.sigma;
    return V;
  };
  std::vector<double> log_weight;
  std::vector<Matrix<double>> covariances;
  Matrix<double> means(of[0]->components() * of[1]->components(), d);
  for (int j = 0; j < of[0]->components(); ++j) {
    const Matrix<double> V1 = at(0, j);
    for (int k = 0; k < of[1]->components(); ++k) {
      Matrix<double> S = at(1, k), Gt = V1, gap(d, 1);
      for (std::size_t i = 0; i < S.v.size(); ++i) S.v[i] += V1.v[i];
      double* mean = means[int64_t(log_weight.size())];
      for (int64_t i = 0; i < d; ++i) mean[i] = l[0].alpha * of[0]->mean(j)[i], gap[i][0] = l[1].alpha * of[1]->mean(k)[i] - mean[i];
      const Matrix<double> L = cholesky(S), delta = gap;
      solve(L, Gt), solve(L, gap);  // G^T = S^-1 V1
      double lw = std::log(of[0]->weight(j) * of[1]->weight(k));
      for (int64_t i = 0; i < d; ++i) {
        lw -= 0.5 * delta[i][0] * gap[i][0] + std::log(L[i][i]);
        for (int64_t m = 0; m < d; ++m) mean[i] += V1[i][m] * gap[m][0];
      }
      Matrix<double> GV = times(V1, Gt), cov(d, d);
      for (int64_t i = 0; i < d; ++i)
        for (int64_t m = 0; m < d; ++m) cov[i][m] = V1[i][m] - 0.5 * (GV[i][m] + GV[m][i]);
      log_weight.push_back(lw);
      covariances.push_back(std::move(cov));
    }
  }
  const double top = *std::max_element(log_weight.begin(), log_weight.end());
  for (double& w : log_weight) w = std::max(std::exp(w - top), 1e-300);  // a weight is positive
  return GaussianMixture(log_weight, std::move(means), std::move(covariances));
}

namespace {

std::shared_ptr<const GaussianMixture> potential(const Value& o) {
  std::shared_ptr<const Density> density = make<std::unique_ptr<Density>>(densities(), o);
  auto mixture = std::dynamic_pointer_cast<const GaussianMixture>(density);
  if (!mixture) throw Error("the density " + o["type"].text() + " is no Gaussian mixture, which a potential must be", Exit::spec);
  return mixture;
}

}  // namespace

const BridgeEntry mixture_bridge{
    {"mixture",
     "whose Schroedinger potentials are Gaussian mixtures: (X0, X1) has the density potential0(x0) q(x1 | x0) potential1(x1), q the "
     "reference's transition",
     "Korotin et al. 2024, arXiv:2310.01174; Gushchin et al. 2023, arXiv:2306.10161",
     {{"potential1", method(densities), Value(), "what the reference's law is multiplied by at t = 1", true},
      {"potential0", method(densities), Value(), "likewise at t = 0: both ways and the flow are known"},
      {"law0", method(toys), Value(), "in its place the law at t = 0 itself, any of the sets: the way forward is known"},
      {"sigma", number(0).above(), 1.0, "noise of the reference"},
      {"reference", method(references), "brownian", "the reference process"}}},
    [](const Value& o) -> std::unique_ptr<Transport> {
      if (o["potential0"].is_null() == o["law0"].is_null())
        throw Error("bridge mixture: one of potential0 and law0 was expected, and " +
                        std::string(o["law0"].is_null() ? "neither is" : "both are") + " there",
                    Exit::spec);
      std::shared_ptr<const Schedule> reference =
          make<std::unique_ptr<const Schedule>, double>(references(), o["reference"], o["sigma"].number());
      if (o["law0"].is_null()) return std::make_unique<MixtureBridge>(potential(o["potential0"]), potential(o["potential1"]), reference);
      return std::make_unique<MixtureBridge>(std::shared_ptr<const Law>(make<std::unique_ptr<Law>>(toys(), o["law0"])),
                                             potential(o["potential1"]), reference);
    }};

}  // namespace dm
