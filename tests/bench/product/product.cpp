// bench_product PAIRS: float32 products of a tile with layers 256 wide, forward (rows) and of the weights' gradient (columns), by the
// blocks of every processor family that runs here, each beside the peak of its vectors. One thread; a line of JSON a measurement.
#include "core/product.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "../peak.h"
#include "core/parallel.h"
#include "core/product_block.h"
#include "core/random.h"

using namespace dm;

static const struct {
  int64_t rows, K, cols;
  bool columns;
} shapes[] = {{64, 256, 256, false}, {256, 64, 256, true}, {64, 34, 256, false}, {34, 64, 256, true}, {64, 256, 2, false}};

static std::vector<float> noise(int64_t n) {
  Matrix<double> z(1, n);
  normals(Stream(1) / "bench", {0, 1}, 0, z);
  return {z.v.begin(), z.v.end()};
}

int main(int argc, char** argv) try {
  set_threads(1);
  constexpr int64_t ld = 272;  // rows padded as the tape pads them
  const auto a = noise(256 * ld), b = noise(256 * ld);
  std::vector<float> packed(size_t(packed_size<float>(256, 256))), c(256 * ld);
  for (const auto& s : shapes)
    for (int pair = 0, pairs = argc > 1 ? std::atoi(argv[1]) : 7; pair < pairs; ++pair)
      for (const Blocks<float>* blocks : usable_blocks<float>()) {
        const double limit = peak(.02, blocks != usable_blocks<float>()[0]);
        const Mat<const float> left{a.data(), s.columns ? s.K : s.rows, s.columns ? s.rows : s.K, ld}, right{b.data(), s.K, s.cols, ld};
        const auto panels = s.columns ? unpacked<float>(right) : pack<float>(right, packed.data());
        const double flops = 2.0 * double(s.rows * s.K * s.cols);
        const int64_t rounds = int64_t(2e9 / flops) + 1;
        const auto start = std::chrono::steady_clock::now();
        for (int64_t r = 0; r < rounds; ++r)
          product<float>(*blocks, s.columns ? columns_of<float>(left) : rows_of<float>(left), panels, s.K, {c.data(), s.rows, s.cols, ld});
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        std::printf("{\"rows\": %d, \"K\": %d, \"cols\": %d, \"left\": \"%s\", \"blocks\": \"%s\", \"gflops\": %.4g, \"peak\": %.4g}\n",
                    int(s.rows), int(s.K), int(s.cols), s.columns ? "columns" : "rows", blocks->name,
                    flops * double(rounds) / seconds / 1e9, limit);
      }
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_product: %s\n", e.what());
  return 1;
}
