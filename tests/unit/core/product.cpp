#include "core/product.h"

#include <cmath>
#include <cstring>

#include "core/product_block.h"
#include "core/random.h"
#include "test.h"

using namespace dm;

template <class T>
static Matrix<T> noise_matrix(int64_t n, int64_t m, uint64_t path) {
  Matrix<double> z(n, m);
  normals(Stream(3) / path, {0, int(n)}, 0, z);
  Matrix<T> out(n, m);
  std::copy(z.v.begin(), z.v.end(), out.v.begin());
  return out;
}

TEMPLATE_TEST_CASE("product: one k-ordered chain an output, whatever the rows, their number and place", "", float, double) {
  using T = TestType;
  for (const int64_t N : {1, 7, 16, 33}) {
    const int64_t M = 64, K = 37;
    const auto a = noise_matrix<T>(M, K, 1), b = noise_matrix<T>(K, N, 2);
    std::vector<T> store(size_t(packed_size<T>(K, N))), bias(size_t(N) + 16, T(0.5));
    const auto panels = pack<T>(b, store.data());
    Matrix<T> c(M, N);
    product<T>(rows_of<T>(a), panels, K, c, Start::bias, bias.data());
    int wrong = 0;
    for (int64_t i = 0; i < M; ++i)
      for (int64_t j = 0; j < N; ++j) {
        T x = bias[size_t(j)];
        for (int64_t k = 0; k < K; ++k) x = std::fma(a[i][k], b[k][j], x);
        wrong += x != c[i][j];
      }
    CHECK(wrong == 0);
    for (int64_t n = 1; n <= M; ++n) {  // any number of rows from any place
      const int64_t first = (M - n) / 2;
      Matrix<T> part(n, N);
      product<T>(rows_of<T>(a.view().slice(first, n)), panels, K, part, Start::bias, bias.data());
      wrong += !std::equal(part.v.begin(), part.v.end(), c[first]);
    }
    CHECK(wrong == 0);
  }
}

// Each output of all sizes at once: it depends on its row of A, its column of B and K alone, so one chain an output, longer by one k a
// time, is the answer for every number of rows and columns. Bytes are compared, and what lies around the result must stay.
TEMPLATE_TEST_CASE("product: the blocks of every processor family give the same bits, whatever the shape", "", float, double) {
  using T = TestType;
  constexpr int64_t M = 30, N = 70, most = 40, ld = 80;
  const auto a = noise_matrix<T>(M, most, 1), b = noise_matrix<T>(most, ld, 2), before = noise_matrix<T>(M + 1, ld, 3);
  Matrix<T> at(most, M), c(M + 1, ld);
  for (int64_t i = 0; i < M; ++i)
    for (int64_t k = 0; k < most; ++k) at[k][i] = a[i][k];
  const Mat<const T> b_view{b.v.data(), most, N, ld};
  std::vector<T> store(size_t(packed_size<T>(most, N)));
  const T* bias = before[M];
  for (const Start start : {Start::zero, Start::bias, Start::add}) {
    Matrix<T> chain(M, N);
    for (int64_t i = 0; i < M; ++i)
      for (int64_t j = 0; j < N; ++j) chain[i][j] = start == Start::zero ? T(0) : start == Start::bias ? bias[j] : before[i][j];
    for (int64_t K = 0; K <= most; ++K) {
      for (int64_t i = 0; i < M && K > 0; ++i)
        for (int64_t j = 0; j < N; ++j) chain[i][j] = std::fma(a[i][K - 1], b[K - 1][j], chain[i][j]);
      const Mat<const T> b_k = b_view.slice(0, K);
      const auto packed = pack<T>(b_k, store.data());
      for (const Blocks<T>* blocks : usable_blocks<T>()) {
        int wrong = 0;
        for (int64_t m = 1; m <= M; ++m)
          for (int64_t n = 1; n <= N; ++n) {
            const bool strided = (m + n + K) % 2;  // as the forward and the backward products read their operands
            std::memcpy(c.v.data(), before.v.data(), c.v.size() * sizeof(T));
            product<T>(*blocks, strided ? columns_of<T>(at) : rows_of<T>(a), strided ? unpacked<T>(b_k) : packed, K, {c[0], m, n, ld},
                       start, bias);
            for (int64_t i = 0; i < m; ++i)
              wrong +=
                  std::memcmp(c[i], chain[i], size_t(n) * sizeof(T)) || std::memcmp(c[i] + n, before[i] + n, size_t(ld - n) * sizeof(T));
            wrong += std::memcmp(c[m], before[m], size_t((M + 1 - m) * ld) * sizeof(T)) != 0;
          }
        INFO("K = " << K << ", start " << int(start) << ", blocks " << blocks->name);
        REQUIRE(wrong == 0);
      }
    }
  }
}

TEST_CASE("product: transposed packing and left operand, accumulation") {
  const auto w = noise_matrix<double>(20, 9, 1), x = noise_matrix<double>(30, 20, 2);
  Matrix<double> y(30, 32);  // padded rows, as the tape keeps them
  y.cols = 9;
  Mat<double> yv{y.v.data(), 30, 9, 32};
  std::vector<double> store(size_t(packed_size<double>(20, 20) + 200));
  product<double>(rows_of<double>(x), pack<double>(w, store.data()), 20, yv);
  Matrix<double> gx(30, 20);
  const auto before = noise_matrix<double>(20, 9, 3);  // no two rows alike, or what is added to could be any of them
  auto gw = before;
  product<double>(rows_of<double>(yv), pack_transposed<double>(w, store.data()), 9, gx);
  product<double>(columns_of<double>(x), unpacked<double>(yv), 30, gw, Start::add);
  double e = 0;
  for (int i = 0; i < 30; ++i)
    for (int k = 0; k < 20; ++k) {
      double s = 0;
      for (int j = 0; j < 9; ++j) s += yv[i][j] * w[k][j];
      e = std::max(e, std::abs(s - gx[i][k]));
    }
  for (int k = 0; k < 20; ++k)
    for (int j = 0; j < 9; ++j) {
      double s = before[k][j];
      for (int i = 0; i < 30; ++i) s += x[i][k] * yv[i][j];
      e = std::max(e, std::abs(s - gw[k][j]));
    }
  CHECK(e < 1e-12);
}
