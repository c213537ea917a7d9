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

void AffineCodec::logdet(Mat<const double> x, double* out) const { std::fill_n(out, x.rows, -double(mean.size()) * log_d(scale)); }

void AffineCodec::state(Archive& a) {
  a.field("mean", mean);
  a.field("scale", scale);
  expect_finite(a, "the codec's mean", mean);
  if (!a.saving() && !(scale > 0 && std::isfinite(scale)))
    throw Error("the codec's scale is " + to_json(scale) + "; a number > 0 was expected. The file is damaged or was edited", Exit::data);
}

BoxCodec::BoxCodec(const Value& support, int d) : affine(AffineCodec::identity(d)) {
  if (support.is_null()) return;
  const auto wrong = [&](const std::string& what) {
    throw Error("support: " + what + "; an array of [lo, hi] with lo < hi was expected, one a column, null for a column without bounds",
                Exit::spec);
  };
  if (!support.is_array() || int(support.items().size()) != d)
    wrong("found " + to_json(support) + " for " + std::to_string(d) + " columns");
  for (const Value& v : support.items()) {
    lo.push_back(-HUGE_VAL), hi.push_back(HUGE_VAL);
    if (v.is_null()) continue;
    if (!v.is_array() || v.items().size() != 2 || !v.items()[0].is_number() || !v.items()[1].is_number()) wrong("found " + to_json(v));
    lo.back() = v.items()[0].number(), hi.back() = v.items()[1].number();
    if (!(lo.back() < hi.back())) wrong("found " + to_json(v));
  }
}

double BoxCodec::share(std::size_t j, double x) const {
  constexpr double edge = 1e-6;
  return std::clamp((x - lo[j]) / (hi[j] - lo[j]), edge, 1 - edge);
}

void BoxCodec::unbox(Mat<double> x) const {
  for (int64_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < lo.size(); ++j)
      if (std::isfinite(lo[j])) {
        const double u = share(j, x[i][j]);
        x[i][j] = log_d(u) - log_d(1 - u);
      }
}

void BoxCodec::require_inside(Mat<const double> x) const {
  for (int64_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < lo.size(); ++j)
      if (x[i][j] < lo[j] || x[i][j] > hi[j])
        throw Error("row " + std::to_string(i) + " has " + to_json(x[i][j]) + " in column " + std::to_string(j + 1) +
                        ", outside its support [" + to_json(lo[j]) + ", " + to_json(hi[j]) + "]",
                    Exit::data);
}

void BoxCodec::fit(Mat<const double> x, const double* w) {
  require_inside(x);
  Matrix<double> z(x.rows, x.cols);
  for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], x.cols, z[i]);
  unbox(z);
  affine = AffineCodec::fit(z, w);
}

void BoxCodec::encode(Mat<double> x) const {
  unbox(x);
  affine.encode(x);
}

void BoxCodec::decode(Mat<double> x) const {
  affine.decode(x);
  for (int64_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < lo.size(); ++j)
      if (std::isfinite(lo[j])) {
        const double u = 1 / (1 + exp_d(-x[i][j]));
        x[i][j] = std::clamp(lo[j] + (hi[j] - lo[j]) * u, lo[j], hi[j]);
      }
}

void BoxCodec::logdet(Mat<const double> x, double* out) const {
  affine.logdet(x, out);
  for (int64_t i = 0; i < x.rows; ++i)
    for (std::size_t j = 0; j < lo.size(); ++j)
      if (std::isfinite(lo[j])) {
        const double u = share(j, x[i][j]);
        out[i] -= log_d(hi[j] - lo[j]) + log_d(u) + log_d(1 - u);
      }
}

void BoxCodec::state(Archive& a) { affine.state(a); }

}  // namespace dm
