#include "peak.h"

#include <chrono>
#include <ctime>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/simd.h"

namespace dm {

double wall_time() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
double processor_time() { return double(std::clock()) / CLOCKS_PER_SEC; }

double peak(double seconds, bool wide, double (*clock)()) {
  using Own = Chains<Simd<float>>;
  const ChainsOf chains = wide && chains_avx512.run ? chains_avx512 : ChainsOf{Own::run, Own::flops};
  constexpr int64_t vector = 16;
  std::vector<float> sink(std::size_t(threads() * vector));
  const double start = clock();
  const auto spent = [&] { return clock() - start; };
  double done = 0;
  for (; spent() < seconds; done += chains.flops * threads())
    parallel(threads(), [&](int64_t piece) { chains.run(sink.data() + piece * vector); });
  const double gflops = done / spent() / 1e9;
  for (int64_t piece = 0; piece < threads(); ++piece)
    if (!(sink[std::size_t(piece * vector)] > 0)) throw Error("the multiply-adds were not made");
  return gflops;
}

}  // namespace dm
