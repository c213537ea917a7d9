// The rate of independent float32 multiply-adds in registers: what a product cannot exceed.
#pragma once
#include <cstdint>

namespace dm {

double wall_time();       // seconds
double processor_time();  // of all threads together

// GFLOP/s of all threads for about so many seconds of the clock; wide: with vectors of 64 bytes, which the processor must have, else with
// those of the build.
double peak(double seconds, bool wide, double (*clock)() = wall_time);

// Twelve chains, as many as hide the latency of two units; their sum, which is positive, goes to `sink` (a vector).
template <class S>
struct Chains {
  static constexpr int count = 12, rounds = 1 << 20;
  static constexpr double flops = 2.0 * count * rounds * S::width;
  static void run(float* sink) {
    const auto a = S::set(0.999f), b = S::set(0.001f);
    typename S::V c[count];
    for (int k = 0; k < count; ++k) c[k] = S::set(float(k));
    for (int r = 0; r < rounds; ++r)
#pragma GCC unroll 12
      for (int k = 0; k < count; ++k) c[k] = S::fma(a, c[k], b);
    for (int k = 1; k < count; ++k) c[0] = S::fma(a, c[0], c[k]);
    S::store(sink, c[0]);
  }
};

struct ChainsOf {
  void (*run)(float* sink);
  double flops;
};
extern const ChainsOf chains_avx512;  // null where the compiler cannot make them

}  // namespace dm
