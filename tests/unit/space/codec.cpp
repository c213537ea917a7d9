#include "space/codec.h"

#include <cmath>

#include "core/error.h"
#include "space/table.h"
#include "test.h"

using namespace dm;

TEST_CASE("codec: mean and pooled spread at any size") {
  for (const int k : {0, -3, 500, 1000, -500, -1000}) {  // 2^k: the squares of the larger ones overflow, of the smaller ones vanish
    const double u = std::ldexp(1.0, k), w[] = {1, 3};
    const Matrix<double> x = table(2, {1 * u, 5 * u, 3 * u, -3 * u});
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
    double logdet[2];
    c.logdet(x, logdet);
    CHECK(logdet[1] == Approx(-2 * (std::log(std::sqrt(8.5)) + k * std::log(2.0))));
  }
}

TEST_CASE("codec: rows without a spread are refused") {
  CHECK_THROWS_AS(AffineCodec::fit(table(2, {1, 2, 1, 2})), Error);
  CHECK_THROWS_AS(AffineCodec::fit(table(2, {0, 1e-310})), Error);  // no number that can be divided by
}

TEST_CASE("box: there and back, inside always, log-determinant by differences") {
  BoxCodec c(parse_json("[[-1, 3], null]", "test"), 2);
  const Matrix<double> x = table(3, {-0.5, 7, 2.9, -2, 1, 0});
  c.fit(x);
  Matrix<double> z = x;
  c.encode(z);
  double total = 0;
  for (const double v : z.v) total += v * v;
  CHECK(total / 6 == Approx(1));  // pooled spread one
  Matrix<double> back = z;
  c.decode(back);
  for (std::size_t i = 0; i < 6; ++i) CHECK(back.v[i] == Approx(x.v[i]).epsilon(1e-14));

  std::vector<double> logdet(3);
  c.logdet(x, logdet.data());
  const double h = 1e-6;
  for (int i = 0; i < 3; ++i) {
    Matrix<double> up = table(1, {x[i][0] + h, x[i][1] + h}), down = table(1, {x[i][0] - h, x[i][1] - h});
    c.encode(up), c.encode(down);
    CHECK(logdet[std::size_t(i)] == Approx(std::log((up.v[0] - down.v[0]) / (2 * h) * (up.v[1] - down.v[1]) / (2 * h))).epsilon(1e-6));
  }

  Matrix<double> far = table(4, {1e9, 1e9, -1e9, -1e9, 40, 0, -40, 0});
  c.decode(far);
  for (int i = 0; i < 4; ++i) CHECK((far[i][0] >= -1 && far[i][0] <= 3));
  Matrix<double> edge = table(1, {3, 0});
  c.encode(edge);
  CHECK(std::isfinite(edge.v[0]));

  CHECK_THROWS_WITH(c.fit(table(2, {0, 0, 3.5, 0})), Catch::Contains("row 1") && Catch::Contains("3.5") && Catch::Contains("[-1.0, 3.0]"));
  CHECK_THROWS_AS(BoxCodec(parse_json("[[-1, 3]]", "test"), 2), Error);
  CHECK_THROWS_AS(BoxCodec(parse_json("[[3, -1], null]", "test"), 2), Error);
  BoxCodec none(Value(), 2);
  Matrix<double> same = x;
  none.encode(same);
  CHECK(same.v == x.v);
}
