// bench_kernels: what a training step is made of, kernel by kernel, on one thread, in processor time. For products GFLOP/s and their share
// of the rate of multiply-adds in registers, measured just before each; for the rest elements a second (items_per_second).
#include <benchmark/benchmark.h>

#include "../peak.h"
#include "core/math.h"
#include "core/parallel.h"
#include "core/product.h"
#include "core/random.h"
#include "core/wide.h"
#include "job/noise.h"
#include "nn/adam.h"
#include "nn/ops.h"

using namespace dm;

namespace {

// Small numbers of both signs; room for the panels that are read beyond the last column.
std::vector<float> filled(int64_t n) {
  std::vector<float> v(std::size_t(n) + 16);
  Draws d(Stream(1) / "bench", 0);
  for (float& x : v) x = float(d.uniform(-1, 1));
  return v;
}

// The three products of a linear layer [from, to] on a tile of 64 rows.
enum class Part { forward, input, weight };

void layer(benchmark::State& state, Part part, int64_t from, int64_t to) {
  const int64_t rows = 64, in = part == Part::forward ? from : to, out = part == Part::forward ? to : from;
  const double most = peak(0.02, wide_vectors(), processor_time);
  const std::vector<float> a = filled(rows * from), w = filled(from * to), g = filled(rows * (to + 16)), bias = filled(to);
  std::vector<float> panels(std::size_t(packed_size<float>(in, out))), c(std::size_t(std::max(rows, from) * std::max(from, to)) + 16);
  const Mat<const float> weight{w.data(), from, to, to};
  const Panels<float> b = part == Part::forward ? pack<float>(weight, panels.data()) : pack_transposed<float>(weight, panels.data());
  for (auto _ : state) {
    if (part == Part::forward)
      product<float>({a.data(), from, 1}, b, from, {c.data(), rows, to, to}, Start::bias, bias.data());
    else if (part == Part::input)
      product<float>({g.data(), to + 16, 1}, b, to, {c.data(), rows, from, from});
    else
      product<float>({a.data(), 1, from}, {g.data(), to + 16, 16}, rows, {c.data(), from, to, to}, Start::add);
    benchmark::ClobberMemory();
  }
  const double flops = 2.0 * double(rows * from * to) * double(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(flops / 1e9, benchmark::Counter::kIsRate);
  state.counters["%peak"] = benchmark::Counter(100 * flops / 1e9 / most, benchmark::Counter::kIsRate);
}

void activation(benchmark::State& state, Activation f) {
  const Layout none;
  const ParamSet<float> params(none);
  Arena room, arena;
  Tape<float> fixed(params, room);
  const Mat<float> x = room.matrix<float>(64, 256);
  Draws d(Stream(1) / "bench", 1);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) x[i][j] = float(d.uniform(-4, 4));
  for (auto _ : state) {
    arena.reset();
    Tape<float> tape(params, arena);
    benchmark::DoNotOptimize(tape.value(activate(tape, tape.input(x), f)).p);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * x.rows * x.cols);
}

template <class T, class F>
void function(benchmark::State& state, F f, T lo, T hi) {
  constexpr int64_t n = 4096;
  std::vector<T> x(n), y(n);
  Draws d(Stream(1) / "bench", 2);
  for (T& v : x) v = T(d.uniform(double(lo), double(hi)));
  for (auto _ : state) {
    const T* __restrict from = x.data();
    T* __restrict to = y.data();
    for (int64_t i = 0; i < n; ++i) to[i] = f(from[i]);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
}

void normal(benchmark::State& state, int64_t d) {
  Matrix<double> z(64, d);
  const Stream stream = Stream(1) / "bench" / "normals";
  uint32_t step = 0;
  for (auto _ : state) {
    normals(stream, {0, 64}, step++, z);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 64 * d);
}

void noising(benchmark::State& state, int64_t n, int64_t d) {
  const Matrix<double> x(n, d);
  std::vector<std::string> problems;
  const Value section = resolve(job::noise_options(), parse_json(R"({"time": [0.5]})", "bench"), "", problems);
  Progress silent;
  uint64_t seed = 0;
  for (auto _ : state) benchmark::DoNotOptimize(job::noise(x, section, ++seed, silent).x.v.data());
  state.SetItemsProcessed(state.iterations() * n * d);
}

void order(benchmark::State& state, uint64_t n) {
  uint64_t rows[64], start = 0;
  for (auto _ : state) {
    shuffled(Stream(1), n, start, {0, 64}, rows);
    start += 64;
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 64);
}

void adam(benchmark::State& state, int64_t size) {
  std::vector<std::string> problems;
  Adam optimiser(resolve(Adam::options(), Value::object(), "", problems), 1 << 30, size);
  Layout layout;
  layout.weight("w", size / 256, 256, 1);
  ParamSet<float> p(layout);
  const std::vector<float> g = filled(size);
  std::vector<float> average = p.v = g;
  int64_t k = 0;
  for (auto _ : state) benchmark::DoNotOptimize(optimiser.step(k++, g.data(), p, average));
  state.SetItemsProcessed(state.iterations() * size);
}

void packing(benchmark::State& state, int64_t width) {
  Layout layout;
  layout.weight("w", width, width, 1);
  ParamSet<float> params(layout);
  for (auto _ : state) {
    params.pack();
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * width * width);
}

}  // namespace

int main(int argc, char** argv) {
  set_threads(1);
  for (const auto& [from, to] : {std::pair<int64_t, int64_t>{34, 256}, {256, 256}, {256, 2}, {6, 256}, {256, 5}, {51, 256}, {256, 50}})
    for (const auto& [name, part] : {std::pair{"forward", Part::forward}, {"input", Part::input}, {"weight", Part::weight}})
      benchmark::RegisterBenchmark(("product/" + std::to_string(from) + "x" + std::to_string(to) + "/" + name).c_str(), layer, part, from,
                                   to);
  for (const auto& name : activation_names())
    benchmark::RegisterBenchmark(("activation/" + name).c_str(), activation, activation_named(name));
  const auto math = [](const char* name, auto f, auto lo, decltype(lo) hi) {
    benchmark::RegisterBenchmark(name, [=](benchmark::State& state) { function(state, f, lo, hi); });
  };
  math(
      "math/exp", [](double x) { return exp_d(x); }, -50.0, 50.0);
  math(
      "math/exp-float", [](float x) { return exp_f(x); }, -50.0f, 50.0f);
  math(
      "math/log", [](double x) { return log_d(x); }, 0.001, 1000.0);
  const auto turn = [](double u) {
    double s, c;
    sincos_turn(u, s, c);
    return s + c;
  };
  math("math/sincos", turn, -4.0, 4.0);
  for (const int64_t d : {2, 5, 50}) benchmark::RegisterBenchmark(("normals/" + std::to_string(d)).c_str(), normal, d);
  benchmark::RegisterBenchmark("noising/1000000x2", noising, 1000000, 2);
  for (const uint64_t n : {1000, 10000}) benchmark::RegisterBenchmark(("shuffled/" + std::to_string(n)).c_str(), order, n);
  for (const int64_t size : {68608, 141056}) benchmark::RegisterBenchmark(("adam/" + std::to_string(size)).c_str(), adam, size);
  benchmark::RegisterBenchmark("pack/256x256", packing, 256);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
