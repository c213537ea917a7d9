// Gaussians and mixtures of them.
#include <cmath>

#include "core/linalg.h"
#include "core/math.h"
#include "density/toys.h"

namespace dm::toy {

namespace {

// k centres evenly on a circle; the Gaussian itself is the frame's noise.
Base ring(const Value& o) {
  return [radius = o["radius"].number(), k = int(o["components"].integer()), balanced = o["balanced"].boolean()](Draws& draws, int64_t row,
                                                                                                                 double* b) {
    double s, c;
    sincos_turn(double(component(draws, row, k, balanced)) / k, s, c);
    b[0] = radius * c, b[1] = radius * s;
  };
}

Base pair(const Value& o) {
  return [at = o["distance"].number(), balanced = o["balanced"].boolean()](Draws& draws, int64_t row, double* b) {
    b[0] = component(draws, row, 2, balanced) ? -at : at;
    b[1] = 0;
  };
}

// Means {-10, 0, 10}^2, first coordinate fastest.
Base ninemodes(const Value& o) {
  const std::vector<double> weights = o["weights"].numbers();
  double total = 0;
  for (const double w : weights) total += w;
  if (weights.size() != 9 || !(total > 0))
    throw Error("ninemodes: weights has " + std::to_string(weights.size()) + " numbers; nine numbers >= 0, not all zero, were expected.",
                Exit::spec);
  return [weights](Draws& draws, int64_t, double* b) {
    const int k = draws.pick(weights.data(), 9);
    b[0] = 10.0 * (k % 3 - 1), b[1] = 10.0 * (k / 3 - 1);
  };
}

// x = m + L z with L L^T the covariance.
class Normal : public Law {
 public:
  explicit Normal(const Value& o) {
    const Value &mean = o["mean"], &covariance = o["covariance"];
    int64_t d = o["dim"].is_null() ? 0 : o["dim"].integer();
    const auto agree = [&](int64_t n, const char* what) {
      if (d && d != n)
        throw Error(
            std::string("gaussian: ") + what + " has size " + std::to_string(n) + "; the other options say " + std::to_string(d) + ".",
            Exit::spec);
      d = n;
    };
    if (!mean.is_null()) agree(int64_t(mean.items().size()), "mean");
    if (!covariance.is_null()) {
      const Matrix<double> C = covariance.matrix();
      if (C.rows != C.cols) throw Error("gaussian: the covariance is not square.", Exit::spec);
      agree(C.rows, "covariance");
      for (int64_t i = 0; i < d; ++i)
        for (int64_t j = 0; j < i; ++j)
          if (C[i][j] != C[j][i]) throw Error("gaussian: the covariance is not symmetric.", Exit::spec);
      try {
        L_ = cholesky(C);
      } catch (const Error&) {
        throw Error("gaussian: the covariance is not positive definite.", Exit::spec);
      }
    }
    if (!d) d = 2;
    mean_ = mean.is_null() ? std::vector<double>(size_t(d), 0.0) : mean.numbers();
    std_ = o["std"].number();
  }
  int dim() const override { return int(mean_.size()); }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    const int64_t d = dim();
    normals(stream, rows, 0, x);
    for (int i = 0; i < rows.n; ++i)
      for (int64_t j = d - 1; j >= 0; --j) {  // downwards: row j of L needs z_0 .. z_j, which stand until then
        double s = L_.rows ? 0 : x[i][j];
        for (int64_t k = 0; k <= j && L_.rows; ++k) s += L_[j][k] * x[i][k];
        x[i][j] = mean_[size_t(j)] + std_ * s;
      }
  }

 private:
  std::vector<double> mean_;
  Matrix<double> L_;  // empty: the identity
  double std_;
};

LawEntry gaussian() {
  LawEntry e;
  e.name = "gaussian", e.doc = "A Gaussian: x = mean + std L z, L L^T = covariance, z ~ N(0, I).";
  e.options = {{"dim", integer(1, 1e6), nullptr, "dimension; unset: that of mean or covariance, else 2"},
               {"mean", numbers(), nullptr, "mean; unset: zero"},
               {"std", number(0), 1.0, "factor of all coordinates"},
               {"covariance", matrix(), nullptr, "covariance before std, symmetric positive definite; unset: identity"}};
  e.make = [](const Value& o) -> std::unique_ptr<Law> { return std::make_unique<Normal>(o); };
  return e;
}

const char *ring_doc = "Gaussians evenly on a circle: b = radius (cos 2 pi k / K, sin 2 pi k / K), k ~ U{0 .. K-1}.",
           *pair_doc = "Two Gaussians: b = (distance, 0) or (-distance, 0).",
           *nine_doc = "Nine Gaussians of variance noise^2 = 0.1: b in {-10, 0, 10}^2, first coordinate fastest, component by weight.";

}  // namespace

const std::vector<LawEntry>& mixtures() {
  const auto on_circle = [](double radius) {
    return std::vector<Option>{{"radius", number(0), radius, "distance of the centres from the origin, before scale"},
                               {"components", integer(1, 1000000), 8, "number K of Gaussians"},
                               balanced_option()};
  };
  const std::vector<Option> two{{"distance", number(0), 7.0, "distance of the centres from the origin"}, balanced_option()};
  const Option weights{"weights", numbers(0),
                       Value::numbers({.6439377, .3225157, .1934937, .8864933, .7247435, .1919301, .3451309, .2523831, .6319014}),
                       "nine weights, not necessarily normalised"};
  static const std::vector<LawEntry> all{
      planar("8gaussians", ring_doc, "Tong et al. 2023, arXiv:2302.00482, code (package)", {0.5623413251903491}, on_circle(5), ring),
      gaussian(),
      planar("ninemodes", nine_doc, "Victorino Cardoso, DDIM tutorial, Hi! Paris 2024", {0.31622776601683794}, {weights}, ninemodes),
      planar("8gaussians-dsb", ring_doc, "De Bortoli et al. 2021, arXiv:2106.01357, code", {0.5, 3}, on_circle(4), ring),
      planar("mixture-dsb", pair_doc, "De Bortoli et al. 2021, arXiv:2106.01357, code", {1}, two, pair),
      planar("8gaussians-tcfm", ring_doc, "Tong et al. 2023, arXiv:2302.00482, code (runner)", {1}, on_circle(5), ring)};
  return all;
}

}  // namespace dm::toy
