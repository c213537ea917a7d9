#include "core/math.h"

#include <limits>

#include "core/random.h"
#include "test.h"

using namespace dm;

// Each against libm in long double, whose own error is a thousandth of the limits. Numbers are drawn by their bits, so every binade counts
// the same; limits are those that core/math.h states.
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

struct Numbers {
  Draws draws{Stream(5) / "math", 0};
  uint64_t bits() { return uint64_t(draws.word()) << 32 | draws.word(); }
  double between(double lo, double hi) { return lo + (hi - lo) * (double(bits() >> 11) * 0x1p-53); }
  double binades(int lo, int hi) {
    return std::ldexp(1 + double(bits() >> 12) * 0x1p-52, lo + int(bits() % uint64_t(hi - lo)));
  }  // [2^lo, 2^hi)
};

double ulp(long double y) {
  const double a = std::abs(double(y));
  return std::nextafter(a, inf) - a;
}

}  // namespace

TEST_CASE("math: exp over its whole range, and clamped outside") {
  Numbers x;
  double worst = 0, worst_f = 0;
  for (int i = 0; i < 200000; ++i) {
    const double a = i % 2 ? x.between(-708, 709) : (i % 4 ? 1 : -1) * x.binades(-1000, 9);
    worst = std::max(worst, double(std::abs(exp_d(a) / expl(a) - 1)));
    const float f = float(i % 2 ? x.between(-87, 88) : (i % 4 ? 1 : -1) * x.binades(-120, 6));
    worst_f = std::max(worst_f, double(std::abs(exp_f(f) / expl(f) - 1)));
  }
  CHECK(worst < 4e-16);
  CHECK(worst_f < 1e-7);
  for (const double tiny : {0.0, -0.0, 5e-324, -5e-324}) CHECK(exp_d(tiny) == 1);
  for (const float tiny : {0.0f, -0.0f, 1e-45f, -1e-45f}) CHECK(exp_f(tiny) == 1);
  for (const double low : {-inf, -1e300, -709.0}) CHECK(exp_d(low) == exp_d(-708));
  for (const double high : {inf, 1e300, 710.0}) CHECK(exp_d(high) == exp_d(709));
  CHECK(exp_f(-float(inf)) == exp_f(-87));
  CHECK(exp_f(float(inf)) == exp_f(88));
  CHECK(std::isfinite(exp_d(709)));
  CHECK(std::isfinite(exp_f(88)));
  CHECK(exp_d(-708) >= std::numeric_limits<double>::min());
  CHECK(exp_f(-87) >= std::numeric_limits<float>::min());
  CHECK(std::isnan(exp_d(NAN)));
  CHECK(std::isnan(exp_f(NAN)));
}

TEST_CASE("math: log of every normal number, near 1 too, and what lies outside") {
  Numbers x;
  double worst = 0;
  const auto try_at = [&](double a) {
    const long double y = logl(a);
    if (y != 0) worst = std::max(worst, double(std::abs(log_d(a) - y)) / ulp(y));
  };
  for (int i = 0; i < 200000; ++i) {
    try_at(x.binades(-1022, 1023));
    try_at(1 + x.binades(-52, -1));
    try_at(1 - x.binades(-53, -1));
    try_at((i % 2 ? M_SQRT2 : M_SQRT1_2) * (1 + x.between(-1e-6, 1e-6)));  // where the exponent changes hands
  }
  try_at(std::numeric_limits<double>::min());
  try_at(std::numeric_limits<double>::max());
  CHECK(worst < 0.9);
  CHECK(log_d(1) == 0);
  for (int k = -1022; k < 1024; ++k) CHECK(near(log_d(std::ldexp(1.0, k)), k * M_LN2, 3e-16));
  for (const double below : {0.0, 5e-324, 1e-310}) CHECK(std::abs(log_d(below) + 709) < 0.7);
  CHECK(near(log_d(inf), 1024 * M_LN2, 1e-15));
}

TEST_CASE("math: sin and cos of turns, near every quarter turn and for huge numbers of turns") {
  Numbers x;
  double worst = 0, relative = 0;
  const auto try_at = [&](double u) {
    const double quarters = std::rint(4 * u);
    const long double angle = 2 * M_PIl * (static_cast<long double>(u) - 0.25L * quarters);  // the difference is exact
    const int k = int(quarters - 4 * std::floor(quarters / 4));
    const long double a = sinl(angle), b = cosl(angle);
    const long double sine = k == 0 ? a : k == 1 ? b : k == 2 ? -a : -b, cosine = k == 0 ? b : k == 1 ? -a : k == 2 ? -b : a;
    double s, c;
    sincos_turn(u, s, c);
    for (const auto& [got, is] : {std::pair{s, sine}, std::pair{c, cosine}}) {
      const double error = double(std::abs(got - is));
      worst = std::max(worst, error);
      if (is != 0) relative = std::max(relative, error / double(std::abs(is)));
      if (is == 0 && got != 0) relative = inf;
    }
  };
  for (int i = 0; i < 100000; ++i) {
    const double sign = i % 2 ? 1 : -1;
    try_at(sign * x.between(0, 4));
    try_at(sign * x.binades(-1000, 49));
    try_at(std::rint(x.between(-40, 40)) / 4 + sign * x.binades(-60, -2));  // near quarters
  }
  for (int k = -100; k <= 100; ++k) try_at(k / 4.0), try_at(k / 8.0);
  CHECK(worst < 2e-16);
  CHECK(relative < 3e-16);
  double s, c;
  for (const double wild : {inf, -inf, double(NAN)}) {
    sincos_turn(wild, s, c);
    CHECK(std::isnan(s));
    CHECK(std::isnan(c));
  }
}

TEST_CASE("math: the normal distribution function") {
  Numbers x;
  double worst = 0;
  for (int i = 0; i < 50000; ++i) {
    const double y = x.between(-10, 10);
    worst = std::max(worst, double(std::abs(normal_cdf_d(y) - erfcl(-y / sqrtl(2)) / 2)));
  }
  CHECK(worst < 1.5e-15);
  CHECK(normal_cdf_d(-inf) == 0);
  CHECK(normal_cdf_d(inf) == 1);
  CHECK(normal_cdf_d(0) == 0.5);
}
