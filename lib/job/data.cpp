#include "job/data.h"

#include <algorithm>
#include <cmath>

#include "bridge/bridge.h"
#include "core/parallel.h"
#include "density/toys.h"
#include "job/shard.h"

namespace dm::job {

const Family& laws() {
  static const Family family = [] {
    Family f = toys();
    f.methods.push_back(&bridge_pairs);
    return f;
  }();
  return family;
}

const std::vector<Option>& make_options() {
  static const std::vector<Option> all{{.name = "law", .type = method(laws), .dflt = nullptr, .doc = "which set", .required = true},
                                       {.name = "n", .type = integer(1, 1e12), .dflt = 10000, .doc = "number of rows", .letter = 'n'},
                                       shard_option()};
  return all;
}

const std::vector<Option>& split_options() {
  static const std::vector<Option> all{
      {.name = "fractions", .type = numbers(0, 1), .dflt = Value::numbers({.8, .2}), .doc = "share of the rows for each output, in order"},
      {.name = "shuffle", .type = flag(), .dflt = true, .doc = "parts are drawn at random; off: consecutive blocks of rows"}};
  return all;
}

Made make(const Value& options, int64_t seed, Progress& progress) {
  const auto law = dm::make<std::unique_ptr<Law>>(laws(), options["law"]);
  const auto [begin, n] = shard_of(options, options["n"].integer());
  const int64_t d = law->dim();
  int64_t numbers = 0;
  if (__builtin_mul_overflow(n, d, &numbers) || numbers > int64_t(1) << 40)
    throw Error("n: " + std::to_string(n) + " rows of " + std::to_string(d) + " columns do not fit in memory; ask for fewer.", Exit::spec);
  const Stream stream = Stream(uint64_t(seed)) / "dm-data" / "make" / options["law"]["type"].text();
  if (options["law"].find("dim")) progress.chose("law.dim", d);
  progress.ready(Memory().add("rows", double(numbers) * (law->conditions() ? 2 : 1)));
  Matrix<double> x(n, d);
  const Cut cut;
  constexpr int64_t stretch = 1 << 20;  // rows between two looks at the clock and at signals
  for (int64_t first = 0; first < n; first += stretch) {
    const int64_t rows = std::min(stretch, n - first);
    for_tiles(cut, rows, [&](Rows r, int64_t) {
      const int64_t at = first + r.first;
      law->draw(stream, {begin + at, r.n}, x.view().slice(at, r.n));
    });
    for (int64_t k = first * d; k < (first + rows) * d; ++k)
      if (!std::isfinite(x.v[size_t(k)]))
        throw Error("law: row " + std::to_string(begin + k / d) + " of " + to_json(options["law"]) +
                        " is not finite; finite rows were expected. Give it smaller numbers.",
                    Exit::spec);
    progress.stop_point();
    progress.update(first + rows, n);
  }
  const int64_t dy = law->conditions();
  if (!dy) return {std::move(x), {}, law->support()};
  Made out{Matrix<double>(n, d - dy), Matrix<double>(n, dy), law->support()};
  for (int64_t i = 0; i < n; ++i) std::copy_n(x[i], d - dy, out.x[i]), std::copy_n(x[i] + d - dy, dy, out.y[i]);
  return out;
}

std::vector<std::vector<int64_t>> split(const Value& options, int64_t n, int64_t seed) {
  const std::vector<double> fractions = options["fractions"].numbers();
  double total = 0;
  for (const double f : fractions) total += f;
  if (fractions.empty() || total > 1 + 1e-9)
    throw Error("fractions: they sum to " + to_json(total) + "; at most 1 was expected.", Exit::spec);
  const Permutation shuffled(Stream(uint64_t(seed)) / "dm-data" / "split", uint64_t(n));
  const bool shuffle = options["shuffle"].boolean();
  std::vector<std::vector<int64_t>> parts;
  int64_t from = 0;
  double sum = 0;
  for (size_t k = 0; k < fractions.size(); ++k) {
    sum += fractions[k];
    const int64_t to = std::min(n, int64_t(std::floor(sum * double(n) + 0.5)));
    if (to <= from)
      throw Error("fractions: part " + std::to_string(k + 1) + " of " + std::to_string(n) + " rows would be empty; give it a larger share.",
                  Exit::spec);
    std::vector<int64_t> rows;
    for (int64_t i = from; i < to; ++i) rows.push_back(shuffle ? int64_t(shuffled[uint64_t(i)]) : i);
    std::sort(rows.begin(), rows.end());
    parts.push_back(std::move(rows));
    from = to;
  }
  return parts;
}

Value summary(Mat<const double> x, const std::vector<double>& weights) {
  const size_t d = size_t(x.cols);
  const auto weight = [&](int64_t i) { return weights.empty() ? 1 : weights[size_t(i)]; };
  double n = 0;  // rows, or what they weigh
  ordered_sum<double>(
      {}, x.rows,
      [&](Rows r, double* lane) {
        for (int i = 0; i < r.n; ++i) *lane += weight(r[i]);
      },
      &n, 1);
  std::vector<double> mean(d), var(d), lo(d, HUGE_VAL), hi(d, -HUGE_VAL);
  const auto sum = [&](auto&& term, std::vector<double>& out) {
    ordered_sum<double>(
        {}, x.rows,
        [&](Rows r, double* lane) {
          for (int i = 0; i < r.n; ++i)
            for (size_t j = 0; j < d; ++j) lane[j] += weight(r[i]) * term(x[r[i]][j], j);
        },
        out.data(), x.cols);
    for (double& s : out) s /= n;
  };
  for (int64_t i = 0; i < x.rows; ++i)
    for (size_t j = 0; j < d; ++j) lo[j] = std::min(lo[j], x[i][j]), hi[j] = std::max(hi[j], x[i][j]);
  std::vector<int> unit(d);  // a power of two near each column's largest number: exact, and no square overflows or vanishes
  for (size_t j = 0; j < d; ++j)
    if (const double top = std::max(std::abs(lo[j]), std::abs(hi[j])); top > 0 && std::isfinite(top)) unit[j] = std::ilogb(top);
  const auto small = [&](double v, size_t j) { return std::ldexp(v, -unit[j]); };
  sum(small, mean);
  sum([&](double v, size_t j) { return (small(v, j) - mean[j]) * (small(v, j) - mean[j]); }, var);
  for (size_t j = 0; j < d; ++j) mean[j] = std::ldexp(mean[j], unit[j]), var[j] = std::ldexp(std::sqrt(var[j]), unit[j]);
  return Value(Value::Object{
      {"mean", Value::numbers(mean)}, {"std", Value::numbers(var)}, {"min", Value::numbers(lo)}, {"max", Value::numbers(hi)}});
}

}  // namespace dm::job
