#include "core/product.h"

#include <algorithm>

#include "core/simd.h"

namespace dm {

// One block: R rows by one panel. The 2 R accumulators and both B vectors fit the sixteen registers for R = 6; the loops over r must be
// unrolled wherever acc is touched, else the compiler keeps acc in memory (a factor of two).
template <class T, int R>
static inline void block(const T* __restrict a, int64_t a_row, int64_t a_col, const T* __restrict b, int64_t b_stride, int64_t K, T* c,
                         int64_t ldc, Start start, const T* bias) {
  using S = Simd<T>;
  constexpr int w = S::width;
  typename S::V acc[R][2];
#pragma GCC unroll 6
  for (int r = 0; r < R; ++r) {
    const T* from = start == Start::add ? c + r * ldc : bias;
    acc[r][0] = start == Start::zero ? S::set(0) : S::load(from);
    acc[r][1] = start == Start::zero ? S::set(0) : S::load(from + w);
  }
  for (int64_t k = 0; k < K; ++k) {
    const auto b0 = S::load(b + k * b_stride), b1 = S::load(b + k * b_stride + w);
#pragma GCC unroll 6
    for (int r = 0; r < R; ++r) {
      const auto x = S::set(a[r * a_row + k * a_col]);
      acc[r][0] = S::fma(x, b0, acc[r][0]);
      acc[r][1] = S::fma(x, b1, acc[r][1]);
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < R; ++r) {
    S::store(c + r * ldc, acc[r][0]);
    S::store(c + r * ldc + w, acc[r][1]);
  }
}

template <class T>
void product(Left<T> a, Panels<T> b, int64_t K, Mat<T> c, Start start, const T* bias) {
  constexpr int W = panel_width<T>, R = 6;
  using Block = void (*)(const T*, int64_t, int64_t, const T*, int64_t, int64_t, T*, int64_t, Start, const T*);
  static constexpr Block blocks[] = {nullptr, block<T, 1>, block<T, 2>, block<T, 3>, block<T, 4>, block<T, 5>, block<T, 6>};
  for (int64_t j = 0; j < c.cols; j += W) {
    const T* panel = b.p + j / W * b.panel_stride;
    const int64_t width = std::min<int64_t>(W, c.cols - j);
    for (int64_t i = 0; i < c.rows; i += R) {
      const int64_t n = std::min<int64_t>(R, c.rows - i);
      if (width == W) {
        blocks[n](a.p + i * a.row, a.row, a.col, panel, b.k_stride, K, c[i] + j, c.ld, start, bias ? bias + j : nullptr);
        continue;
      }
      T edge[R * W] = {}, edge_bias[W] = {};  // the last columns go through a padded copy: the same chains
      if (start == Start::add)
        for (int64_t r = 0; r < n; ++r) std::copy_n(c[i + r] + j, width, edge + r * W);
      if (start == Start::bias) std::copy_n(bias + j, width, edge_bias);
      blocks[n](a.p + i * a.row, a.row, a.col, panel, b.k_stride, K, edge, W, start, edge_bias);
      for (int64_t r = 0; r < n; ++r) std::copy_n(edge + r * W, width, c[i + r] + j);
    }
  }
}

template <class T>
Panels<T> pack(Mat<const T> b, T* out) {
  constexpr int W = panel_width<T>;
  for (int64_t j = 0; j < b.cols; j += W)
    for (int64_t k = 0; k < b.rows; ++k)
      for (int64_t q = 0; q < W; ++q) out[(j * b.rows) + k * W + q] = j + q < b.cols ? b[k][j + q] : T(0);
  return {out, W, b.rows * W};
}

template <class T>
Panels<T> pack_transposed(Mat<const T> b, T* out) {
  constexpr int W = panel_width<T>;
  for (int64_t j = 0; j < b.rows; j += W)
    for (int64_t q = 0; q < W; ++q)
      for (int64_t k = 0; k < b.cols; ++k) out[(j * b.cols) + k * W + q] = j + q < b.rows ? b[j + q][k] : T(0);
  return {out, W, b.cols * W};
}

#define DM_PRODUCT(T)                                                             \
  template void product<T>(Left<T>, Panels<T>, int64_t, Mat<T>, Start, const T*); \
  template Panels<T> pack<T>(Mat<const T>, T*);                                   \
  template Panels<T> pack_transposed<T>(Mat<const T>, T*);
DM_PRODUCT(float)
DM_PRODUCT(double)

}  // namespace dm
