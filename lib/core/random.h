// Random numbers as a pure function (Salmon et al. 2011, Philox4x32-10). The key is the hash of a path
// ("1/dm-sample/z"), the counter is (row 64 bit, step 32 bit, block 32 bit): the draw of a row never depends on how many rows there
// are, on their place or on threads. A new feature takes a new path, so nobody else's bits move.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/mat.h"

namespace dm {

// A node of the path tree: Stream(seed) / "dm-train" / "data" / epoch.
struct Stream {
  uint64_t key = 0;
  explicit Stream(uint64_t seed);
  Stream operator/(std::string_view name) const;
  Stream operator/(uint64_t index) const;
};

// Four 32-bit words of Philox4x32-10.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// z[i, j] ~ N(0, 1) for row rows[i], column j at `step`. z is [rows.n, d]. Box-Muller on (w + 0.5) / 2^32, tail 6.8 sigma.
void normals(Stream, Rows rows, uint32_t step, Mat<double> z);

// A sequence of variates of one row at one step: any number of them, of any law.
class Draws {
 public:
  Draws(Stream, int64_t row, uint32_t step = 0);
  uint32_t word();
  double uniform();  // (0, 1), 32 bits
  double uniform(double lo, double hi) { return lo + (hi - lo) * uniform(); }
  double normal();                         // the same formula as normals()
  uint64_t below(uint64_t n);              // uniform on 0 .. n-1 (64-bit multiply-shift)
  int pick(const double* weights, int n);  // index by inverse CDF in double; weights need not be normalised

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_, block_;
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0;
};

// A keyed permutation of 0 .. n-1 (cycle-walking Feistel network): position i of the shuffled order, without storing it.
class Permutation {
 public:
  Permutation(Stream, uint64_t n);
  uint64_t operator[](uint64_t i) const;
  void apply(uint64_t* i, int64_t count) const;  // each i[k] becomes p[i[k]]: the same, many at once

 private:
  uint64_t n_;
  int half_bits_;
  std::array<uint32_t, 2> key_;
};

// An endless sequence of epochs, each a permutation of 0 .. n-1 of its own (stream / epoch): out[i] is its member number start + slots[i].
void shuffled(Stream, uint64_t n, uint64_t start, Rows slots, uint64_t* out);

}  // namespace dm
