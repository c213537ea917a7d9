#include "space/codec.h"

#include <cmath>

#include "core/error.h"
#include "core/math.h"

namespace dm {

AffineCodec AffineCodec::identity(int d) {
  AffineCodec c;
  c.mean.assign(std::size_t(d), 0.0);
  return c;
}

AffineCodec AffineCodec::fit(Mat<const double> x, const double* w) {
  AffineCodec c = identity(int(x.cols));
  const auto weight = [&](int64_t i) { return w ? w[i] : 1.0; };
  double total = 0, square = 0;
  for (int64_t i = 0; i < x.rows; ++i) {
    total += weight(i);
    for (int64_t j = 0; j < x.cols; ++j) c.mean[std::size_t(j)] += weight(i) * x[i][j];
  }
  for (double& m : c.mean) m /= total;
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) {
      const double e = x[i][j] - c.mean[std::size_t(j)];
      square += weight(i) * e * e;
    }
  c.scale = std::sqrt(square / (total * double(x.cols)));
  if (!(c.scale > 0))
    throw Error("all rows (" + std::to_string(x.rows) +
                    ") are equal, so their spread, the unit of the model, is zero; expected at least two different rows",
                Exit::data);
  return c;
}

void AffineCodec::encode(Mat<double> x) const {
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) x[i][j] = (x[i][j] - mean[std::size_t(j)]) / scale;
}

void AffineCodec::decode(Mat<double> x) const {
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) x[i][j] = mean[std::size_t(j)] + scale * x[i][j];
}

double AffineCodec::logdet() const { return -double(mean.size()) * log_d(scale); }

void AffineCodec::state(Archive& a) {
  a.field("mean", mean);
  a.field("scale", scale);
}

}  // namespace dm
