// Matrix products of the row path. Every output is ONE chain of fused multiply-adds in the order k = 0, 1, ..., K-1, started from its
// initial value: so a row's bits depend neither on how many rows are computed together nor on their place (Eigen and every BLAS change
// bits with the width). A block of 6 or 8 rows by two vectors of the result stays in registers (product_block.h); the widest vectors that
// the processor has are taken when the program runs, since an output's chain, and so its bits, is the same in a lane of any.
#pragma once
#include <cstdint>
#include <vector>

#include "core/mat.h"

namespace dm {

// B [K, N] cut into column panels of `panel_width` columns, k fastest within a panel, the last one zero-padded: how the kernel reads it.
template <class T>
constexpr int panel_width = 64 / int(sizeof(T));

template <class T>
struct Panels {
  const T* p = nullptr;
  int64_t k_stride = 0, panel_stride = 0;  // element (k, panel q, j) is p[q * panel_stride + k * k_stride + j]
};

// What `pack` needs: elements of the packed form of a [K, N] matrix.
template <class T>
int64_t packed_size(int64_t K, int64_t N) {
  return (N + panel_width<T> - 1) / panel_width<T> * K * panel_width<T>;
}

// Packs B [K, N], or its transpose [N, K], into `out`.
template <class T>
Panels<T> pack(Mat<const T> b, T* out);
template <class T>
Panels<T> pack_transposed(Mat<const T> b, T* out);

// The share that `panel_width` rows of B (fewer at its end) have in both, from row k, a multiple of panel_width: no element of another's.
template <class T>
void pack_rows(Mat<const T> b, int64_t k, T* packed, T* transposed);

// The rows of B as they lie (ld), without packing; rows must be readable up to the next multiple of the panel width.
template <class T>
Panels<T> unpacked(Mat<const T> b) {
  return {b.p, b.ld, panel_width<T>};
}

// The left operand: element (i, k) is p[i * row + k * col], so a transposed view costs nothing.
template <class T>
struct Left {
  const T* p;
  int64_t row, col;
};
template <class T>
Left<T> rows_of(Mat<const T> a) {
  return {a.p, a.ld, 1};
}
template <class T>
Left<T> columns_of(Mat<const T> a) {
  return {a.p, 1, a.ld};
}

enum class Start { zero, bias, add };  // the initial value of each chain: 0, bias[j], or what C holds

// C [M, N] = start + A [M, K] B [K, N]
template <class T>
void product(Left<T> a, Panels<T> b, int64_t K, Mat<T> c, Start start = Start::zero, const T* bias = nullptr);

// The same by the blocks of one processor family, and those that this build has and this processor runs: the build's own first, the fastest
// last. product() takes the last; tests compare them bit for bit.
template <class T>
struct Blocks;
template <class T>
std::vector<const Blocks<T>*> usable_blocks();
template <class T>
void product(const Blocks<T>&, Left<T> a, Panels<T> b, int64_t K, Mat<T> c, Start start = Start::zero, const T* bias = nullptr);

}  // namespace dm
