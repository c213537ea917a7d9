#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/math.h"
#include "core/wide.h"

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

// Ten rounds on `n` counters at once, word by word in separate arrays: the compiler turns the inner loop into vectors, unless it has
// unrolled it first.
template <int n>
DM_INLINE inline void rounds(uint32_t (&c)[4][n], uint32_t k0, uint32_t k1) {
  for (int r = 0; r < 10; ++r, k0 += W0, k1 += W1)
#pragma GCC unroll 1
    for (int i = 0; i < n; ++i) {
      const uint64_t a = uint64_t(M0) * c[0][i], b = uint64_t(M1) * c[2][i];
      c[0][i] = uint32_t(b >> 32) ^ c[1][i] ^ k0;
      c[1][i] = uint32_t(b);
      c[2][i] = uint32_t(a >> 32) ^ c[3][i] ^ k1;
      c[3][i] = uint32_t(a);
    }
}

// (w + 0.5) / 2^32, exact. The low bits of 2^52 are w itself: there is no vector instruction for uint32 to double.
DM_INLINE inline double unit(uint32_t w) { return (std::bit_cast<double>(0x4330000000000000ull | w) - (0x1p52 - 0.5)) * 0x1p-32; }

DM_INLINE inline void box_muller(uint32_t w0, uint32_t w1, double& z0, double& z1) {
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
  constexpr int W = 32;  // counters a batch
  const int d = int(z.cols), blocks = (d + 3) / 4;
  for (int row = 0, block = 0; row < rows.n;) {
    uint32_t c[4][W];
    double* out[W];  // where the block of each counter goes, and how much of it
    int used[W], n = 0;
    for (; n < W && row < rows.n; ++n) {
      const uint64_t id = uint64_t(rows[row]);
      c[0][n] = uint32_t(id), c[1][n] = uint32_t(id >> 32), c[2][n] = step, c[3][n] = uint32_t(block);
      out[n] = z[row] + block * 4;
      used[n] = std::min(4, d - block * 4);
      if (++block == blocks) block = 0, ++row;
    }
    for (int i = n; i < W; ++i)  // whole vectors always
      for (int q = 0; q < 4; ++q) c[q][i] = 0;
    double g[4][W];
    by_wide_vectors([&]() DM_INLINE {
      rounds(c, uint32_t(stream.key), uint32_t(stream.key >> 32));
      for (int q = 0; q < 4; q += 2)
        for (int i = 0; i < W; ++i) box_muller(c[q][i], c[q + 1][i], g[q][i], g[q + 1][i]);
    });
    for (int i = 0; i < n; ++i)
      for (int q = 0; q < used[i]; ++q) out[i][q] = g[q][i];
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

// Six rounds of a Feistel network: a bijection of the 4^half_bits numbers.
template <int n>
DM_INLINE static inline void feistel(uint64_t (&x)[n], int half_bits, const std::array<uint32_t, 2>& key) {
  const uint64_t mask = (uint64_t(1) << half_bits) - 1;
  uint64_t left[n], right[n];
  for (int i = 0; i < n; ++i) left[i] = x[i] >> half_bits, right[i] = x[i] & mask;
  for (uint32_t round = 0; round < 6; ++round) {
    uint32_t c[4][n];
    for (int i = 0; i < n; ++i) c[0][i] = uint32_t(right[i]), c[1][i] = uint32_t(right[i] >> 32), c[2][i] = round, c[3][i] = 0;
    rounds(c, key[0], key[1]);
    for (int i = 0; i < n; ++i) {
      const uint64_t next = left[i] ^ ((uint64_t(c[0][i]) | uint64_t(c[1][i]) << 32) & mask);
      left[i] = right[i];
      right[i] = next;
    }
  }
  for (int i = 0; i < n; ++i) x[i] = left[i] << half_bits | right[i];
}

uint64_t Permutation::operator[](uint64_t i) const {
  uint64_t x[1] = {i};
  do feistel(x, half_bits_, key_);  // leaving 0 .. n-1 is cured by walking on
  while (x[0] >= n_);
  return x[0];
}

void Permutation::apply(uint64_t* i, int64_t count) const {
  constexpr int W = 32;
  uint64_t x[W] = {};
  int64_t of[W], next = 0;  // walker k is on its way from i[of[k]]; who has arrived gives room to the next
  for (int walking = 0;;) {
    for (; walking < W && next < count; ++next, ++walking) x[walking] = i[next], of[walking] = next;
    if (!walking) return;
    by_wide_vectors([&, bits = half_bits_, key = key_]() DM_INLINE { feistel(x, bits, key); });
    int still = 0;
    for (int k = 0; k < walking; ++k)
      if (x[k] < n_)
        i[of[k]] = x[k];
      else
        x[still] = x[k], of[still++] = of[k];
    walking = still;
  }
}

void shuffled(Stream stream, uint64_t n, uint64_t start, Rows slots, uint64_t* out) {
  for (int i = 0; i < slots.n;) {
    const uint64_t epoch = (start + uint64_t(slots[i])) / n;
    const int first = i;
    for (uint64_t k; i < slots.n && (k = start + uint64_t(slots[i])) / n == epoch; ++i) out[i] = k % n;
    Permutation(stream / epoch, n).apply(out + first, i - first);
  }
}

}  // namespace dm
