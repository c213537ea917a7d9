#include "core/product.h"

#include <algorithm>

#include "core/product_block.h"
#include "core/simd.h"
#include "core/wide.h"

namespace dm {

// 6 x 2 vectors: with those of B they fit the sixteen registers of AVX2.
template <class T>
static constexpr Blocks<T> own_blocks = blocks_of<T, Simd<T>, 6>(simd_path);

template <class T>
std::vector<const Blocks<T>*> usable_blocks() {
  std::vector<const Blocks<T>*> usable{&own_blocks<T>};
  if (Avx512<T>::blocks.rows && processor_is_wide()) usable.push_back(&Avx512<T>::blocks);
  return usable;
}

template <class T>
void product(const Blocks<T>& blocks, Left<T> a, Panels<T> b, int64_t K, Mat<T> c, Start start, const T* bias) {
  constexpr int W = panel_width<T>, R = Blocks<T>::max_rows, most = 2 * W;  // a vector is a panel at most
  static constexpr T zero[most] = {};
  const int64_t w = blocks.width;
  for (int64_t j = 0, width; j < c.cols; j += width) {
    const int64_t vectors = c.cols - j > w ? 2 : 1;
    width = std::min(vectors * w, c.cols - j);
    const bool whole = width == vectors * w, add = start == Start::add;
    T edge[R * most], edge_bias[most];  // the last columns go through a padded copy: the same chains
    const T* from = start == Start::bias ? bias + j : zero;
    if (!whole) {
      std::fill_n(edge, R * most, T(0)), std::fill_n(edge_bias, most, T(0));
      from = std::copy_n(from, width, edge_bias) - width;
    }
    for (int64_t i = 0; i < c.rows; i += blocks.rows) {
      const int64_t n = std::min<int64_t>(blocks.rows, c.rows - i);
      const Mat<T> out = whole ? Mat<T>{c[i] + j, n, width, c.ld} : Mat<T>{edge, n, width, most};
      if (add && !whole)
        for (int64_t r = 0; r < n; ++r) std::copy_n(c[i + r] + j, width, out[r]);
      blocks.of[vectors - 1][n]({a.p + i * a.row, a.row, a.col, b.p + j / W * b.panel_stride + j % W, b.k_stride,
                                 w < W ? w : b.panel_stride, K, add ? out.p : from, add ? out.ld : 0, out.p, out.ld});
      if (!whole)
        for (int64_t r = 0; r < n; ++r) std::copy_n(out[r], width, c[i + r] + j);
    }
  }
}

template <class T>
void product(Left<T> a, Panels<T> b, int64_t K, Mat<T> c, Start start, const T* bias) {
  static const std::vector<const Blocks<T>*> usable = usable_blocks<T>();
  product(wide_vectors() ? *usable.back() : *usable.front(), a, b, K, c, start, bias);
}

// Rows [k, k + n) of B: line k of each panel.
template <class T>
static void pack_lines(Mat<const T> b, int64_t k, int64_t n, T* out) {
  constexpr int64_t W = panel_width<T>;
  for (const int64_t end = k + n; k < end; ++k)
    for (int64_t j = 0; j < b.cols; j += W) {
      const T* __restrict from = b[k] + j;
      T* __restrict line = out + j * b.rows + k * W;
      if (j + W <= b.cols)
        for (int q = 0; q < W; ++q) line[q] = from[q];  // in registers; copy_n would call memmove
      else
        for (int q = 0; q < W; ++q) line[q] = j + q < b.cols ? from[q] : T(0);
    }
}

// The same rows as columns of the transpose: its panel k / W.
template <class T>
static void pack_panel(Mat<const T> b, int64_t k, T* out) {
  constexpr int64_t W = panel_width<T>, w = Simd<T>::width;
  const int64_t rows = std::min(W, b.rows - k), whole = rows == W ? b.cols / w * w : 0;
  T* panel = out + k * b.cols;
  for (int64_t j = 0; j < whole; j += w)
    for (int64_t q = 0; q < W; q += w) transpose(b[k + q] + j, b.ld, panel + j * W + q, W);
  for (int64_t j = whole; j < b.cols; ++j)
    for (int64_t q = 0; q < W; ++q) panel[j * W + q] = q < rows ? b[k + q][j] : T(0);
}

template <class T>
void pack_rows(Mat<const T> b, int64_t k, T* packed, T* transposed) {
  pack_lines(b, k, std::min<int64_t>(panel_width<T>, b.rows - k), packed);
  pack_panel(b, k, transposed);
}

template <class T>
Panels<T> pack(Mat<const T> b, T* out) {
  pack_lines(b, 0, b.rows, out);
  return {out, panel_width<T>, b.rows * panel_width<T>};
}

template <class T>
Panels<T> pack_transposed(Mat<const T> b, T* out) {
  for (int64_t k = 0; k < b.rows; k += panel_width<T>) pack_panel(b, k, out);
  return {out, panel_width<T>, b.cols * panel_width<T>};
}

#define DM_PRODUCT(T)                                                                               \
  template std::vector<const Blocks<T>*> usable_blocks<T>();                                        \
  template void product<T>(const Blocks<T>&, Left<T>, Panels<T>, int64_t, Mat<T>, Start, const T*); \
  template void product<T>(Left<T>, Panels<T>, int64_t, Mat<T>, Start, const T*);                   \
  template Panels<T> pack<T>(Mat<const T>, T*);                                                     \
  template Panels<T> pack_transposed<T>(Mat<const T>, T*);                                          \
  template void pack_rows<T>(Mat<const T>, int64_t, T*, T*);
DM_PRODUCT(float)
DM_PRODUCT(double)

}  // namespace dm
