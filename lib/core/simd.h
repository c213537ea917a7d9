// The vector type of the hand-tiled kernels: 32 bytes of float or double with a fused multiply-add. A processor family is one
// specialisation; the portable form computes the same bits more slowly. transpose: out = in' for a square of `width` rows and columns.
#pragma once
#include <cmath>
#include <cstdint>
#include <type_traits>

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#endif

namespace dm {

#if defined(__AVX2__) && defined(__FMA__)

inline constexpr const char* simd_path = "avx2";

template <class T>
struct Simd;

template <>
struct Simd<float> {
  static constexpr int width = 8;
  using V = __m256;
  static V load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, V v) { _mm256_storeu_ps(p, v); }
  static V set(float x) { return _mm256_set1_ps(x); }
  static V fma(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
};

template <>
struct Simd<double> {
  static constexpr int width = 4;
  using V = __m256d;
  static V load(const double* p) { return _mm256_loadu_pd(p); }
  static V load(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }  // widened
  static void store(double* p, V v) { _mm256_storeu_pd(p, v); }
  static V set(double x) { return _mm256_set1_pd(x); }
  static V fma(V a, V b, V c) { return _mm256_fmadd_pd(a, b, c); }
};

// In log2 width rounds that pair row i with row i + width / 2.
template <class T>
inline void transpose(const T* in, int64_t in_ld, T* out, int64_t out_ld) {
  constexpr int w = Simd<T>::width;
  using V [[gnu::vector_size(32), gnu::aligned(sizeof(T))]] = T;
  using Places [[gnu::vector_size(32)]] = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
  Places low, high;
  for (int i = 0; i < w; ++i) low[i] = i / 2 + i % 2 * w, high[i] = low[i] + w / 2;
  V a[w], b[w];
  for (int i = 0; i < w; ++i) a[i] = *reinterpret_cast<const V*>(in + i * in_ld);
#pragma GCC unroll 3
  for (int round = 1; round < w; round *= 2) {
    for (int i = 0; i < w / 2; ++i)
      b[2 * i] = __builtin_shuffle(a[i], a[i + w / 2], low), b[2 * i + 1] = __builtin_shuffle(a[i], a[i + w / 2], high);
    for (int i = 0; i < w; ++i) a[i] = b[i];
  }
  for (int i = 0; i < w; ++i) *reinterpret_cast<V*>(out + i * out_ld) = a[i];
}

#else

inline constexpr const char* simd_path = "portable";

template <class T>
struct Simd {
  static constexpr int width = 32 / sizeof(T);
  struct V {
    T x[width];
  };
  template <class From>  // T, or float where T is double
  static V load(const From* p) {
    V v;
    for (int i = 0; i < width; ++i) v.x[i] = T(p[i]);
    return v;
  }
  static void store(T* p, V v) {
    for (int i = 0; i < width; ++i) p[i] = v.x[i];
  }
  static V set(T x) {
    V v;
    for (int i = 0; i < width; ++i) v.x[i] = x;
    return v;
  }
  static V fma(V a, V b, V c) {
    for (int i = 0; i < width; ++i) c.x[i] = std::fma(a.x[i], b.x[i], c.x[i]);
    return c;
  }
};

template <class T>
inline void transpose(const T* in, int64_t in_ld, T* out, int64_t out_ld) {
  for (int i = 0; i < Simd<T>::width; ++i)
    for (int j = 0; j < Simd<T>::width; ++j) out[j * out_ld + i] = in[i * in_ld + j];
}

#endif

}  // namespace dm
