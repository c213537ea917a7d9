#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/math.h"

namespace dm {

// SplitMix64's finaliser: a bijection of 64 bits with full avalanche, good enough to hash path elements into keys.
static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

Stream::Stream(uint64_t seed) : key(mix(seed)) {}

Stream Stream::operator/(uint64_t index) const {
  Stream s = *this;
  s.key = mix(key ^ mix(index ^ 0x1ull << 63));
  return s;
}

Stream Stream::operator/(std::string_view name) const {
  uint64_t h = 0xcbf29ce484222325ull;  // FNV-1a
  for (const char c : name) h = (h ^ uint8_t(c)) * 0x100000001b3ull;
  Stream s = *this;
  s.key = mix(key ^ mix(h ^ name.size()));
  return s;
}

namespace {
constexpr uint32_t M0 = 0xD2511F53u, M1 = 0xCD9E8D57u, W0 = 0x9E3779B9u, W1 = 0xBB67AE85u;

// Ten rounds on `n` counters at once, word by word in separate arrays: the compiler turns the inner loop into vectors.
template <int n>
inline void rounds(uint32_t (&c)[4][n], uint32_t k0, uint32_t k1) {
  for (int r = 0; r < 10; ++r, k0 += W0, k1 += W1)
    for (int i = 0; i < n; ++i) {
      const uint64_t a = uint64_t(M0) * c[0][i], b = uint64_t(M1) * c[2][i];
      c[0][i] = uint32_t(b >> 32) ^ c[1][i] ^ k0;
      c[1][i] = uint32_t(b);
      c[2][i] = uint32_t(a >> 32) ^ c[3][i] ^ k1;
      c[3][i] = uint32_t(a);
    }
}

inline double unit(uint32_t w) { return (double(w) + 0.5) * 0x1p-32; }

inline void box_muller(uint32_t w0, uint32_t w1, double& z0, double& z1) {
  const double r = std::sqrt(-2.0 * log_d(unit(w0)));
  double s, c;
  sincos_turn(unit(w1), s, c);
  z0 = r * c;
  z1 = r * s;
}
}  // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  uint32_t c[4][1] = {{counter[0]}, {counter[1]}, {counter[2]}, {counter[3]}};
  rounds(c, key[0], key[1]);
  return {c[0][0], c[1][0], c[2][0], c[3][0]};
}

void normals(Stream stream, Rows rows, uint32_t step, Mat<double> z) {
  constexpr int W = 16;  // counters a batch
  const int d = int(z.cols), blocks = (d + 3) / 4;
  const int64_t total = int64_t(rows.n) * blocks;
  for (int64_t first = 0; first < total; first += W) {
    uint32_t c[4][W];
    for (int i = 0; i < W; ++i) {
      const int64_t k = std::min(first + i, total - 1);
      const uint64_t id = uint64_t(rows[int(k / blocks)]);
      c[0][i] = uint32_t(id), c[1][i] = uint32_t(id >> 32), c[2][i] = step, c[3][i] = uint32_t(k % blocks);
    }
    rounds(c, uint32_t(stream.key), uint32_t(stream.key >> 32));
    double g[4][W];
    for (int i = 0; i < W; ++i) box_muller(c[0][i], c[1][i], g[0][i], g[1][i]);
    for (int i = 0; i < W; ++i) box_muller(c[2][i], c[3][i], g[2][i], g[3][i]);
    for (int i = 0; i < W && first + i < total; ++i) {
      double* out = z[(first + i) / blocks];
      const int j = int((first + i) % blocks) * 4;
      for (int q = 0; q < 4 && j + q < d; ++q) out[j + q] = g[q][i];
    }
  }
}

Draws::Draws(Stream s, int64_t row, uint32_t step)
    : key_{uint32_t(s.key), uint32_t(s.key >> 32)}, counter_{uint32_t(row), uint32_t(uint64_t(row) >> 32), step, 0}, block_{} {}

uint32_t Draws::word() {
  if (used_ == 4) {
    block_ = philox(counter_, key_);
    ++counter_[3];
    used_ = 0;
  }
  return block_[size_t(used_++)];
}

double Draws::uniform() { return unit(word()); }

double Draws::normal() {
  if (has_spare_) return has_spare_ = false, spare_;
  const uint32_t w0 = word(), w1 = word();
  double z;
  box_muller(w0, w1, z, spare_);
  has_spare_ = true;
  return z;
}

uint64_t Draws::below(uint64_t n) {
  const uint64_t high = word(), low = word();
  return uint64_t((static_cast<unsigned __int128>(high << 32 | low) * n) >> 64);
}

int Draws::pick(const double* weights, int n) {
  double total = 0;
  for (int i = 0; i < n; ++i) total += weights[i];
  double u = uniform() * total;
  for (int i = 0; i < n - 1; ++i)
    if ((u -= weights[i]) < 0) return i;
  return n - 1;
}

Permutation::Permutation(Stream s, uint64_t n) : n_(n), half_bits_(1), key_{uint32_t(s.key), uint32_t(s.key >> 32)} {
  while ((uint64_t(1) << (2 * half_bits_)) < n) ++half_bits_;
}

uint64_t Permutation::operator[](uint64_t i) const {
  const uint64_t mask = (uint64_t(1) << half_bits_) - 1;
  do {  // leaving 0 .. n-1 is cured by walking on: the network is a bijection of 4^half_bits >= n numbers
    uint64_t left = i >> half_bits_, right = i & mask;
    for (uint32_t round = 0; round < 6; ++round) {
      const auto f = philox({uint32_t(right), uint32_t(right >> 32), round, 0}, key_);
      const uint64_t next = left ^ ((uint64_t(f[0]) | uint64_t(f[1]) << 32) & mask);
      left = right;
      right = next;
    }
    i = left << half_bits_ | right;
  } while (i >= n_);
  return i;
}

}  // namespace dm
