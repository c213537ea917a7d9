#include "core/random.h"

#if __has_include(<Random123/philox.h>)
#include <Random123/philox.h>
#endif
#include <cstring>
#include <set>

#include "core/math.h"
#include "test.h"

using namespace dm;

TEST_CASE("philox: the known answers of Random123 1.14") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        std::array<uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("philox: Random123 itself on many counters, alone and as Draws and normals take them") {
#if __has_include(<Random123/philox.h>)
  const auto theirs = [](const std::array<uint32_t, 4>& c, const std::array<uint32_t, 2>& k) {
    const r123::Philox4x32::ctr_type out = r123::Philox4x32()({{c[0], c[1], c[2], c[3]}}, {{k[0], k[1]}});
    return std::array<uint32_t, 4>{out[0], out[1], out[2], out[3]};
  };
  int wrong = 0;
  std::array<uint32_t, 4> c{};  // an output is the next counter
  for (uint32_t i = 0; i < 20000; ++i) {
    const std::array<uint32_t, 2> k{c[3] + i, c[1]};
    const auto out = philox(c, k);
    wrong += out != theirs(c, k);
    c = out;
  }
  CHECK(wrong == 0);
  // normals() works on batches of counters; Box-Muller on (w + 0.5) / 2^32 of the reference's words
  const Stream s = Stream(3) / "batches";
  for (const int d : {1, 3, 4, 9, 70}) {
    Matrix<double> z(37, d);
    const int64_t first = (int64_t(1) << 40) + 5;
    normals(s, {first, 37}, 6, z);
    wrong = 0;
    for (int64_t i = 0; i < 37; ++i)
      for (int j = 0; j < d; j += 2) {
        const auto w =
            theirs({uint32_t(first + i), uint32_t((first + i) >> 32), 6, uint32_t(j / 4)}, {uint32_t(s.key), uint32_t(s.key >> 32)});
        const double r = std::sqrt(-2 * log_d((w[std::size_t(j % 4)] + 0.5) / 4294967296.0));
        double sine, cosine;
        sincos_turn((w[std::size_t(j % 4 + 1)] + 0.5) / 4294967296.0, sine, cosine);
        wrong += z[i][j] != r * cosine;
        if (j + 1 < d) wrong += z[i][j + 1] != r * sine;
      }
    CHECK(wrong == 0);
  }
#else
  const char* required = std::getenv("DM_REQUIRE");
  if (required && std::strstr(required, "oracles")) FAIL("Random123 is missing (librandom123-dev), and DM_REQUIRE names the oracles");
  WARN("skipped: Random123 is missing (librandom123-dev)");
#endif
}

TEST_CASE("normals: a row's draw depends on its id and step alone") {
  const Stream s = Stream(7) / "test" / uint64_t(3);
  Matrix<double> all(100, 5), one(1, 5);
  normals(s, {40, 100}, 2, all);
  for (int i = 0; i < 100; i += 9) {
    normals(s, {40 + i, 1}, 2, one);
    for (int j = 0; j < 5; ++j) CHECK(one[0][j] == all[i][j]);
  }
  const int64_t ids[] = {139, 41, 57};
  Matrix<double> some(3, 5);
  normals(s, {0, 3, ids}, 2, some);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 5; ++j) CHECK(some[i][j] == all[ids[i] - 40][j]);
  Draws d(s, 57, 2);
  for (int j = 0; j < 5; ++j) CHECK(d.normal() == all[17][j]);
}

TEST_CASE("normals: moments within four standard errors") {
  const int n = 200000;
  Matrix<double> z(n, 3);
  normals(Stream(1) / "moments", {0, n}, 0, z);
  double m1 = 0, m2 = 0, m4 = 0, cross = 0;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < 3; ++j) m1 += z[i][j], m2 += z[i][j] * z[i][j], m4 += std::pow(z[i][j], 4);
    cross += z[i][0] * z[i][1];
  }
  const double k = 3.0 * n;
  CHECK(std::abs(m1 / k) < 4 / std::sqrt(k));
  CHECK(std::abs(m2 / k - 1) < 4 * std::sqrt(2 / k));
  CHECK(std::abs(m4 / k - 3) < 4 * std::sqrt(96 / k));
  CHECK(std::abs(cross / n) < 4 / std::sqrt(double(n)));
}

TEST_CASE("permutation: a bijection that moves with its key") {
  for (const uint64_t n : {1, 2, 5, 64, 1000}) {
    const Permutation p(Stream(1) / "epoch" / uint64_t(0), n), q(Stream(1) / "epoch" / uint64_t(1), n);
    std::set<uint64_t> seen;
    int same = 0;
    for (uint64_t i = 0; i < n; ++i) seen.insert(p[i]), same += p[i] == q[i];
    CHECK(seen.size() == n);
    CHECK(*seen.rbegin() == n - 1);
    if (n == 1000) CHECK(same < 10);
  }
}

TEST_CASE("permutation: many at once and by epochs are the same one by one") {
  for (const uint64_t n : {1, 2, 5, 17, 64, 65, 1000}) {  // 17 and 65 lie just above a power of 4: most walks leave the range
    const Stream s = Stream(2) / "epochs";
    const Permutation p(s, n);
    std::vector<uint64_t> at(n), one(n);
    for (uint64_t i = 0; i < n; ++i) at[i] = n - 1 - i, one[i] = p[n - 1 - i];
    p.apply(at.data(), int64_t(n));
    CHECK(at == one);
    const int64_t ids[] = {4, 0, 2000, 2001, 7, 7};
    for (const Rows slots : {Rows{3, 200}, Rows{0, 1}, Rows{0, 6, ids}, Rows{5, 0}}) {
      std::vector<uint64_t> many(std::size_t(slots.n)), expected;
      const uint64_t start = 3 * n / 2;
      shuffled(s, n, start, slots, many.data());
      for (int i = 0; i < slots.n; ++i) {
        const uint64_t k = start + uint64_t(slots[i]);
        expected.push_back(Permutation(s / (k / n), n)[k % n]);
      }
      CHECK(many == expected);
    }
  }
}

TEST_CASE("paths: the first draws are pinned, so nobody's bits move unnoticed") {
  const auto first = [](Stream s) { return Draws(s, 0).word(); };
  CHECK(first(Stream(1) / "dm-data" / "make" / "moons") == 698726354u);
  CHECK(first(Stream(1) / "dm-noise" / "marginal" / uint64_t(0)) == 3597721280u);
  CHECK(first(Stream(1) / "dm-train" / "rows" / uint64_t(0)) == 823700425u);
  CHECK(first(Stream(1) / "dm-train" / "noise" / uint64_t(0) / "eps") == 2517034465u);
  CHECK(first(Stream(1) / "dm-train" / "noise" / uint64_t(0) / "level") == 1713685567u);
  CHECK(first(Stream(1) / "dm-train" / "init" / "layer0/weight") == 1075344114u);
  CHECK(first(Stream(1) / "dm-sample" / "reference") == 4289833108u);
  CHECK(first(Stream(1) / "dm-sample" / "z") == 3849432923u);
  CHECK(first(Stream(1) / "a" / "b") != first(Stream(1) / "ab"));
  CHECK(first(Stream(1) / uint64_t(1) / uint64_t(2)) != first(Stream(1) / uint64_t(2) / uint64_t(1)));
  Draws words(Stream(1), 0), uniforms(Stream(1), 0);
  CHECK(uniforms.uniform() == (words.word() + 0.5) / 4294967296.0);
}
