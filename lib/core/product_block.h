// The inner kernel of product.h for any vector type: what a processor family brings to it is one source that instantiates this header with
// its vectors. No library template and no inline function of another header is used here: such a source is compiled for more than
// the build's own processor level, and code that the linker may share with other sources would carry that level into them.
#pragma once
#include <cstdint>

namespace dm {

// C = from + A B of one block. Element (r, k) of A is a[r * a_row + k * a_col], vector v of B's row k is at b[k * b_row + v * b_vector],
// those of C follow one another. `from` may be C itself; with from_row = 0 all rows start from the same.
template <class T>
struct Operands {
  const T* a;
  int64_t a_row, a_col;
  const T* b;
  int64_t b_row, b_vector, K;
  const T* from;
  int64_t from_row;
  T* c;
  int64_t c_row;
};

// The R V accumulators and V vectors of B stay in registers; the loops over r and v must be unrolled wherever acc is touched, else the
// compiler keeps acc in memory (a factor of two).
template <class T, class S, int R, int V>
void block(const Operands<T>& o) {
  constexpr int w = S::width;
  const T* __restrict a = o.a, * __restrict b = o.b;
  const int64_t a_row = o.a_row, a_col = o.a_col, b_row = o.b_row, b_vector = o.b_vector, K = o.K, c_row = o.c_row;
  T* c = o.c;
  typename S::V acc[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) acc[r][v] = S::load(o.from + r * o.from_row + v * w);
  for (int64_t k = 0; k < K; ++k) {
    typename S::V y[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) y[v] = S::load(b + k * b_row + v * b_vector);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const auto x = S::set(a[r * a_row + k * a_col]);
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) acc[r][v] = S::fma(x, y[v], acc[r][v]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < V; ++v) S::store(c + r * c_row + v * w, acc[r][v]);
}

// The blocks of a processor family: of[v - 1][r] is r rows by v vectors.
template <class T>
struct Blocks {
  static constexpr int max_rows = 8;
  const char* name = "";
  int rows = 0, width = 0;  // the largest r; elements of a vector
  void (*of[2][max_rows + 1])(const Operands<T>&) = {};
};

template <class T, class S, int R>
constexpr Blocks<T> blocks_of(const char* name) {
  Blocks<T> all;
  if constexpr (R > 1) all = blocks_of<T, S, R - 1>(name);
  all.name = name, all.rows = R, all.width = S::width;
  all.of[0][R] = block<T, S, R, 1>, all.of[1][R] = block<T, S, R, 2>;
  return all;
}

// Those of AVX-512; rows = 0 where the compiler makes none. Constants: choosing among blocks enters no code of a source that is compiled
// for more.
template <class T>
struct Avx512 {
  static const Blocks<T> blocks;
};
extern template struct Avx512<float>;
extern template struct Avx512<double>;

}  // namespace dm
