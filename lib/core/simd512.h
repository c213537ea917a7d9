// As simd.h, with vectors of 64 bytes: for sources named *_avx512.cpp alone, which are compiled for AVX-512 and entered only on processors
// that have it.
#pragma once
#include <immintrin.h>

namespace dm {

template <class T>
struct Simd512;

template <>
struct Simd512<float> {
  static constexpr int width = 16;
  using V = __m512;
  static V load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, V v) { _mm512_storeu_ps(p, v); }
  static V set(float x) { return _mm512_set1_ps(x); }
  static V fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
};

template <>
struct Simd512<double> {
  static constexpr int width = 8;
  using V = __m512d;
  static V load(const double* p) { return _mm512_loadu_pd(p); }
  static void store(double* p, V v) { _mm512_storeu_pd(p, v); }
  static V set(double x) { return _mm512_set1_pd(x); }
  static V fma(V a, V b, V c) { return _mm512_fmadd_pd(a, b, c); }
};

}  // namespace dm
