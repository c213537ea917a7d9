#include "space/codec.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/math.h"
#include "core/value.h"

namespace dm {

AffineCodec AffineCodec::identity(int d) {
  AffineCodec c;
  c.mean.assign(std::size_t(d), 0.0);
  return c;
}

AffineCodec AffineCodec::fit(Mat<const double> x, const double* w) {
  AffineCodec c = identity(int(x.cols));
  const auto weight = [&](int64_t i) { return w ? w[i] : 1.0; };
  // Sums are taken in a unit that is a power of two near the largest number: exact, and neither they nor their squares overflow.
  const auto unit = [&](auto&& number) {
    double top = 0;
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < x.cols; ++j) top = std::max(top, std::abs(number(i, j)));
    return top > 0 ? std::ilogb(top) : 0;
  };
  const int size = unit([&](int64_t i, int64_t j) { return x[i][j]; });
  double total = 0, square = 0;
  for (int64_t i = 0; i < x.rows; ++i) {
    total += weight(i);
    for (int64_t j = 0; j < x.cols; ++j) c.mean[std::size_t(j)] += weight(i) * std::ldexp(x[i][j], -size);
  }
  for (double& m : c.mean) m = std::ldexp(m / total, size);
  const auto deviation = [&](int64_t i, int64_t j) { return x[i][j] / 2 - c.mean[std::size_t(j)] / 2; };  // half of it cannot overflow
  const int spread = unit(deviation);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) {
      const double e = std::ldexp(deviation(i, j), -spread);
      square += weight(i) * e * e;
    }
  c.scale = std::ldexp(std::sqrt(square / (total * double(x.cols))), spread + 1);
  if (!(c.scale > 0))
    throw Error("all rows (" + std::to_string(x.rows) +
                    ") are equal, so their spread, the unit of the model, is zero; expected at least two different rows",
                Exit::data);
  if (!std::isfinite(c.scale) || !std::isnormal(c.scale))
    throw Error("the spread of the rows, " + to_json(c.scale) + ", is no number that can be divided by; rescale the data", Exit::data);
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
