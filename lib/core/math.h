// exp, log, sin, cos of the sampling path: our own, so that bits do not depend on which libm variant a processor selects. Branch-free
// where it matters, so that loops over them vectorise. Errors (measured by tests/unit/core): see each function.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace dm {

// e^x, x clamped to [-708, 709], so neither 0 nor infinite; relative error < 4e-16; NaN stays NaN.
inline double exp_d(double x) {
  x = x < -708.0 ? -708.0 : (x > 709.0 ? 709.0 : x);
  const double shifter = 0x1.8p52;
  const double kd = std::fma(x, 1.4426950408889634074, shifter);
  const int64_t k = std::bit_cast<int64_t>(kd) - std::bit_cast<int64_t>(shifter);
  const double n = kd - shifter;
  const double r = std::fma(n, -1.9082149292705877e-10, std::fma(n, -6.93147180369123816490e-01, x));  // |r| <= ln2 / 2
  double p = 2.08767569878680989792e-09;                                                               // 1/12! .. 1/2!
  p = std::fma(p, r, 2.50521083854417187751e-08);
  p = std::fma(p, r, 2.75573192239858906526e-07);
  p = std::fma(p, r, 2.75573192239858906526e-06);
  p = std::fma(p, r, 2.48015873015873015873e-05);
  p = std::fma(p, r, 1.98412698412698412698e-04);
  p = std::fma(p, r, 1.38888888888888888889e-03);
  p = std::fma(p, r, 8.33333333333333333333e-03);
  p = std::fma(p, r, 4.16666666666666666667e-02);
  p = std::fma(p, r, 1.66666666666666666667e-01);
  p = std::fma(p, r, 0.5);
  p = std::fma(p, r * r, r) + 1.0;
  return p * std::bit_cast<double>(uint64_t(k + 1023) << 52);
}

// e^x in float, x clamped to [-87, 88]; relative error < 1e-7; NaN stays NaN.
inline float exp_f(float x) {
  x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  const float shifter = 0x1.8p23f;
  const float kd = std::fma(x, 1.44269504f, shifter);
  const int32_t k = std::bit_cast<int32_t>(kd) - std::bit_cast<int32_t>(shifter);
  const float n = kd - shifter;
  const float r = std::fma(n, 2.12194440e-4f, std::fma(n, -0.693359375f, x));
  float p = 1.9841270e-4f;
  p = std::fma(p, r, 1.3888889e-3f);
  p = std::fma(p, r, 8.3333333e-3f);
  p = std::fma(p, r, 4.1666667e-2f);
  p = std::fma(p, r, 1.6666667e-1f);
  p = std::fma(p, r, 0.5f);
  p = std::fma(p, r * r, r) + 1.0f;
  return p * std::bit_cast<float>(uint32_t(k + 127) << 23);
}

// ln x for positive normal x; error < 0.9 ulp. Below 2^-1022, 0 included, about -709; infinity gives 709.8; NaN and x < 0 are not noticed.
inline double log_d(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  const uint64_t e = (bits + 0x0009'5f61'9980'0000ull) >> 52;  // + 1023; the mantissa ends in [sqrt(1/2), sqrt(2))
  const double m = std::bit_cast<double>(bits - (e << 52) + 0x3ff0'0000'0000'0000ull);
  const double f = m - 1.0, s = f / (2.0 + f), z = s * s;
  double p = 1.479819860511658591e-01;  // log(1+f) = f - s (f - R), the classical minimax series in s^2
  p = std::fma(p, z, 1.531383769920937332e-01);
  p = std::fma(p, z, 1.818357216161805012e-01);
  p = std::fma(p, z, 2.222219843214978396e-01);
  p = std::fma(p, z, 2.857142874366239149e-01);
  p = std::fma(p, z, 3.999999999940941908e-01);
  p = std::fma(p, z, 6.666666666666735130e-01);
  const double r = p * z, half = 0.5 * f * f;
  const double n = std::bit_cast<double>(0x4330'0000'0000'0000ull | e) - (0x1p52 + 1023);  // of integers there is no vector conversion
  return n * 6.93147180369123816490e-01 - ((half - (std::fma(s, half + r, n * 1.90821492927058770002e-10))) - f);
}

// (sin 2 pi u, cos 2 pi u) for |u| < 2^49; absolute error < 2e-16, relative error < 3e-16, exact at quarter turns; NaN for NaN, infinity.
inline void sincos_turn(double u, double& s, double& c) {
  const double shifter = 0x1.8p52;
  const double kd = std::fma(u, 4.0, shifter);  // nearest quarter turn
  const uint64_t k = std::bit_cast<uint64_t>(kd);
  const double t = std::fma(-0.25, kd - shifter, u);  // |t| <= 1/8, exact
  const double x = 6.283185307179586232 * t + 2.449293598294706414e-16 * t, z = x * x;
  double p = -7.6471637318198164759e-13, q = 4.7794773323873852974e-14;
  p = std::fma(p, z, 1.6059043836821614599e-10), q = std::fma(q, z, -1.1470745597729724714e-11);
  p = std::fma(p, z, -2.5052108385441718775e-08), q = std::fma(q, z, 2.0876756987868098979e-09);
  p = std::fma(p, z, 2.7557319223985890653e-06), q = std::fma(q, z, -2.7557319223985890653e-07);
  p = std::fma(p, z, -1.9841269841269841270e-04), q = std::fma(q, z, 2.4801587301587301587e-05);
  p = std::fma(p, z, 8.3333333333333333333e-03), q = std::fma(q, z, -1.3888888888888888889e-03);
  p = std::fma(p, z, -1.6666666666666666667e-01), q = std::fma(q, z, 4.1666666666666666667e-02);
  const double sn = std::fma(x * z, p, x), cs = std::fma(z * z, q, std::fma(z, -0.5, 1.0));
  const bool swap = k & 1;
  const double a = swap ? cs : sn, b = swap ? sn : cs;
  s = std::bit_cast<double>(std::bit_cast<uint64_t>(a) ^ (k & 2) << 62);  // the sign by the half turn
  c = std::bit_cast<double>(std::bit_cast<uint64_t>(b) ^ ((k + 1) & 2) << 62);
}

// P(Z < x) for Z ~ N(0, 1): 1/2 + phi(x) (x + x^3 / 3 + x^5 / 15 + ...), terms of one sign; absolute error < 1.5e-15.
inline double normal_cdf_d(double x) {
  if (std::abs(x) > 8.3) return x > 0;
  double term = x, sum = x;
  for (double k = 3; std::abs(term) > 1e-17 * std::abs(sum); k += 2) sum += term *= x * x / k;
  return 0.5 + 0.39894228040143267794 * exp_d(-0.5 * x * x) * sum;
}

template <class T>
inline T exp_t(T x) {
  if constexpr (sizeof(T) == 4)
    return exp_f(x);
  else
    return exp_d(x);
}

}  // namespace dm
