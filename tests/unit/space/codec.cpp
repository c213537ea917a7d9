#include "space/codec.h"

#include <cmath>

#include "core/error.h"
#include "test.h"

using namespace dm;

static Matrix<double> rows(int64_t n, std::vector<double> v) {
  Matrix<double> m(n, int64_t(v.size()) / n);
  m.v = std::move(v);
  return m;
}

TEST_CASE("codec: mean and pooled spread at any size") {
  for (const int k : {0, -3, 500, 1000, -500, -1000}) {  // 2^k: the squares of the larger ones overflow, of the smaller ones vanish
    const double u = std::ldexp(1.0, k), w[] = {1, 3};
    const Matrix<double> x = rows(2, {1 * u, 5 * u, 3 * u, -3 * u});
    const AffineCodec c = AffineCodec::fit(x), weighted = AffineCodec::fit(x, w);
    CHECK(c.mean == std::vector<double>{2 * u, 1 * u});
    CHECK(c.scale == std::sqrt(17.0 / 2) * u);  // deviations (-1, 4), (1, -4)
    CHECK(weighted.mean == std::vector<double>{2.5 * u, -1 * u});
    CHECK(weighted.scale == Approx(std::sqrt((2.25 + 36 + 3 * (0.25 + 4)) / 8) * u).epsilon(1e-15));
    Matrix<double> y = x;
    c.encode(y);
    CHECK(y.v[1] == Approx(4 / std::sqrt(8.5)).epsilon(1e-15));
    c.decode(y);
    for (int i = 0; i < 4; ++i) CHECK(y.v[std::size_t(i)] == Approx(x.v[std::size_t(i)]).epsilon(1e-15));
    CHECK(c.logdet() == Approx(-2 * (std::log(std::sqrt(8.5)) + k * std::log(2.0))));
  }
}

TEST_CASE("codec: rows without a spread are refused") {
  CHECK_THROWS_AS(AffineCodec::fit(rows(2, {1, 2, 1, 2})), Error);
  CHECK_THROWS_AS(AffineCodec::fit(rows(2, {0, 1e-310})), Error);  // no number that can be divided by
}
