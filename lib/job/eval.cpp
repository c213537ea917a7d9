#include "job/eval.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <numeric>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "metric/metric.h"

namespace dm::job {
namespace {

// Rows first .. first + n - 1 of a keyed permutation of p, with their weights.
struct Part {
  Matrix<double> x;
  std::vector<double> w;
  Part(const Points& p, const Permutation& order, int64_t first, int64_t n) : x(n, p.d()) {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t row = int64_t(order[uint64_t(first + i)]);
      std::copy(p.x[row], p.x[row] + p.d(), x[i]);
      if (p.w) w.push_back(p.w[row]);
    }
  }
  Points points() const { return {x, w.empty() ? nullptr : w.data()}; }
};

std::vector<std::string> split(const std::string& names) {
  std::vector<std::string> out(1);
  for (const char c : names) c == ',' ? void(out.emplace_back()) : c == ' ' ? void() : out.back().push_back(c);
  return out;
}

std::string count(int64_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

void warn_equal(const Points& a, const char* name, const Points& b, const char* other, const char* meaning, Value& warnings) {
  if (const int64_t n = equal_rows(a.x, b.x))
    warnings.items().emplace_back(count(n, "row") + " of the " + name + " (of " + std::to_string(a.n()) + ") " + (n == 1 ? "is" : "are") +
                                  " bit-equal to rows of the " + other + "; " + meaning);
}

// What one value and its floor are computed from.
struct Pair {
  Sets value, floor;
};

// The same measurement on several splits, as one: numbers that differ are replaced by their mean, null wins.
Value mean(const std::vector<const Value*>& v) {
  const Value& first = *v[0];
  if (std::all_of(v.begin(), v.end(), [&](const Value* x) { return *x == first; })) return first;
  if (std::all_of(v.begin(), v.end(), [](const Value* x) { return x->is_number(); })) {
    double sum = 0;
    for (const Value* x : v) sum += x->number();
    return sum / double(v.size());
  }
  const bool arrays = std::all_of(
      v.begin(), v.end(), [&](const Value* x) { return first.is_array() && x->is_array() && x->items().size() == first.items().size(); });
  if (!arrays) return {};
  Value out = Value::array();
  for (size_t i = 0; i < first.items().size(); ++i) {
    std::vector<const Value*> column;
    for (const Value* x : v) column.push_back(&x->items()[i]);
    out.items().push_back(mean(column));
  }
  return out;
}
Value mean(const std::vector<Value>& v) {
  Value out = Value::object();
  for (const auto& [key, first] : v[0].members()) {
    std::vector<const Value*> column;
    for (const Value& x : v)
      if (const Value* found = x.find(key)) column.push_back(found);
    out.set(key, mean(column));
  }
  return out;
}

}  // namespace

int64_t equal_rows(Mat<const double> a, Mat<const double> b) {
  if (a.cols != b.cols) return 0;
  const size_t bytes = size_t(a.cols) * sizeof(double);
  std::vector<const double*> rows(size_t(b.rows), nullptr);
  for (int64_t i = 0; i < b.rows; ++i) rows[size_t(i)] = b[i];
  const auto less = [bytes](const double* x, const double* y) { return std::memcmp(x, y, bytes) < 0; };
  std::sort(rows.begin(), rows.end(), less);
  int64_t n = 0;
  for (int64_t i = 0; i < a.rows; ++i) n += std::binary_search(rows.begin(), rows.end(), a[i], less);
  return n;
}

std::vector<Value> resolve_metrics(const Value& given, const std::string& pointer, std::vector<std::string>& problems) {
  Value::Array list;
  if (given.is_text())
    for (const std::string& name : split(given.text())) list.emplace_back(name);
  else if (given.is_array())
    list = given.items();
  else
    list.push_back(given);
  std::vector<Value> out;
  for (size_t i = 0; i < list.size(); ++i) {
    const size_t before = problems.size();
    out.push_back(resolve(metrics(), list[i], given.is_array() ? pointer + "/" + std::to_string(i) : pointer, problems));
    if (problems.size() > before) continue;
    for (size_t j = 0; j < i; ++j)
      if (out[j].is_object() && out[j]["type"] == out[i]["type"])
        problems.push_back(pointer + ": metric '" + out[i]["type"].text() + "' is asked for twice; one entry a metric.");
  }
  if (list.empty()) problems.push_back(pointer + ": no metric is named.");
  return out;
}

Value evaluate(const EvalSets& given, const EvalSettings& settings, Progress& progress) {
  const bool compared = given.reference.n() > 0;
  check_points("comparing samples with the reference", given.samples, compared ? given.reference : given.samples);
  if (given.train) check_points("comparing samples with the training rows", given.samples, *given.train);
  if (!compared && settings.floor == EvalSettings::Floor::rows)
    throw Error("a floor from rows is asked for, and there is no reference to compare them with.", Exit::usage);
  if (given.floor) check_points("comparing the floor's rows with the reference", *given.floor, given.reference);
  std::vector<std::unique_ptr<Metric>> metric;
  for (const Value& v : settings.metrics) {
    metric.push_back(make_metric(v));
    if (metric.back()->needs_reference() && !compared)
      throw Error("metric '" + v["type"].text() +
                      "' compares the samples with reference rows, and none are given; give their file after that of the samples.",
                  Exit::usage);
    if (metric.back()->ordered() && settings.rows > 0 && settings.rows < given.samples.n())
      throw Error("metric '" + v["type"].text() + "' finds in the samples' order which of them belong together, and --rows draws " +
                      count(settings.rows, "row") + " of " + std::to_string(given.samples.n()) +
                      " at random; leave --rows out, or judge a file that holds fewer.",
                  Exit::spec);
    if (metric.back()->of_model() && !given.log_p)
      throw Error("metric '" + v["type"].text() + "' needs the model whose density it judges; give it with --model FILE.", Exit::spec);
    if (metric.back()->needs_train() && !given.train)
      throw Error("metric '" + v["type"].text() + "' needs the rows that the model was trained on; give them with --train FILE.",
                  Exit::spec);
  }

  Value warnings = Value::array();
  if (compared) warn_equal(given.samples, "samples", given.reference, "reference", "distances between them are too small.", warnings);
  if (given.train) {
    warn_equal(given.samples, "samples", *given.train, "training data",
               given.log_p ? "log p is not that of held-out rows." : "the model repeats what it was trained on.", warnings);
    if (compared) warn_equal(given.reference, "reference", *given.train, "training data", "the reference is not held out.", warnings);
  }
  if (given.floor) warn_equal(*given.floor, "floor's rows", given.reference, "reference", "the floor needs independent rows.", warnings);

  // Which rows are compared.
  const Stream stream = Stream(settings.seed) / "dm-eval";
  const int64_t n = settings.rows > 0 ? std::min(settings.rows, given.samples.n()) : given.samples.n(), all = given.reference.n();
  using Floor = EvalSettings::Floor;
  const bool split = settings.floor == Floor::automatic && all >= 2 * n;
  const int64_t splits = split ? settings.splits : 1;
  std::vector<Part> parts;
  parts.reserve(size_t(2 * splits + 2));  // Points look into them
  Points samples = given.samples, whole = given.reference;
  std::vector<int64_t> numbers(static_cast<size_t>(n));  // of the samples' rows
  std::iota(numbers.begin(), numbers.end(), 0);
  if (n < given.samples.n()) {
    const Permutation order(stream / "samples", uint64_t(given.samples.n()));
    for (int64_t& i : numbers) i = int64_t(order[uint64_t(i)]);
    samples = parts.emplace_back(given.samples, order, 0, n).points();
  }
  std::vector<Pair> pairs;
  std::string reason;  // why there is no floor
  for (int64_t s = 0; split && s < splits; ++s) {
    const Permutation order(stream / "reference" / uint64_t(s), uint64_t(all));
    const Points first = parts.emplace_back(given.reference, order, 0, n).points(),
                 second = parts.emplace_back(given.reference, order, n, n).points();
    pairs.push_back({{samples, first, given.train, &given.reference}, {second, first, given.train, &given.reference}});
  }
  if (!split) {
    if (settings.rows > 0 && all > 2 * settings.rows)
      whole = parts.emplace_back(given.reference, Permutation(stream / "reference", uint64_t(all)), 0, 2 * settings.rows).points();
    pairs.push_back({{samples, whole, given.train, nullptr}, {}});
    if (settings.floor == Floor::automatic)
      reason = "the reference has " + count(all, "row") + ", a floor for " + count(n, "sample") + " needs " + std::to_string(2 * n) +
               "; give more reference rows, " + (all > 1 ? "fewer samples (--rows " + std::to_string(all / 2) + ")" : "fewer samples") +
               " or --floor FILE";
    if (settings.floor == Floor::none) reason = "switched off";
    if (settings.floor == Floor::rows) {
      if (!given.floor) throw Error("a floor from rows is asked for, but there are none.", Exit::spec);
      const int64_t k = std::min(n, given.floor->n());
      if (k < n)
        warnings.items().emplace_back("the floor's set has only " + count(k, "row") + ", fewer than the " + count(n, "sample") +
                                      "; the floor is too high.");
      pairs[0].floor = {parts.emplace_back(*given.floor, Permutation(stream / "floor", uint64_t(given.floor->n())), 0, k).points(), whole,
                        given.train, nullptr};
    }
  }
  const bool has_floor = split || settings.floor == Floor::rows;
  // Of a model that is asked for densities, the sampler that takes them says when it is ready.
  Memory memory;
  memory.add("samples", double(given.samples.x.rows * given.samples.d())).add("reference", double(all * given.samples.d()));
  if (given.train) memory.add("training rows", double(given.train->n() * given.train->d()));
  for (const Part& p : parts) memory.add("parts of them", double(p.x.rows * p.x.cols));
  double work = 0;
  for (const auto& f : metric) work = std::max(work, f->memory(n, pairs[0].value.reference.n(), given.samples.d()));
  memory.add("work of a metric, a thread", work * double(std::min<int64_t>(threads(), 2 * splits * int64_t(metric.size()))), 1);
  if (std::none_of(metric.begin(), metric.end(), [](const auto& f) { return f->of_model(); })) progress.ready(memory);
  std::vector<LogDensities> log_p(metric.size());
  for (size_t k = 0; k < metric.size(); ++k)
    if (const ModelMetric* m = metric[k]->of_model()) log_p[k] = given.log_p(*m, numbers);

  // One task a metric, a split, and value or floor; which thread takes which is invisible in the results.
  const int64_t m = int64_t(metric.size());
  std::vector<std::vector<Value>> value(static_cast<size_t>(m), std::vector<Value>(size_t(splits))), floor = value;
  std::mutex mutex;
  int64_t done = 0;
  progress.begin("measuring");
  parallel(2 * splits * m, [&](int64_t task) {
    const size_t k = size_t(task / (2 * splits)), s = size_t(task / 2 % splits);
    const bool is_floor = task % 2, distance = metric[k]->has_floor();
    try {
      if (is_floor && distance && has_floor) floor[k][s] = metric[k]->evaluate(pairs[s].floor, settings.seed);
      if (!is_floor && distance) value[k][s] = metric[k]->evaluate(pairs[s].value, settings.seed);
      if (!is_floor && !distance && s == 0)
        value[k][s] = metric[k]->evaluate({samples, given.reference, given.train, nullptr, &log_p[k], given.ways}, settings.seed);
    } catch (const Error& e) {
      throw e.in("metric '" + settings.metrics[k]["type"].text() + "'");
    }
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(++done, 2 * splits * m);
  });

  Value out = Value::object();
  for (size_t k = 0; k < metric.size(); ++k) {
    const bool distance = metric[k]->has_floor();
    const Value measured = distance ? mean(value[k]) : value[k][0], below = distance && has_floor ? mean(floor[k]) : Value();
    Value entry = Value::object();
    entry.set("value", measured["value"]);
    entry.set("floor", nullptr);
    if (!distance) {
      entry.set("floor_reason", metric[k]->no_floor());
    } else if (settings.floor == Floor::number) {
      entry.set("floor", settings.floor_number);
    } else if (has_floor) {
      entry.set("floor", below["value"]);
      if (const Value* why = below.find("reason")) entry.set("floor_reason", *why);
    } else {
      entry.set("floor_reason", reason);
    }
    if (const Value& v = entry["value"], &f = entry["floor"]; v.is_number() && f.is_number() && f.number() > 0)
      entry.set("ratio", v.number() / f.number());
    for (const auto& [key, v] : measured.members())
      if (key != "value") entry.set(key, v);
    out.set(settings.metrics[k]["type"].text(), std::move(entry));
  }
  Value rows = Value::object();
  rows.set("samples", samples.n());
  rows.set("reference", compared ? Value(pairs[0].value.reference.n()) : Value());
  rows.set("floor", has_floor ? Value(pairs[0].floor.samples.n()) : Value());
  rows.set("splits", split ? Value(splits) : Value());
  rows.set("samples_given", given.samples.n());
  rows.set("reference_given", compared ? Value(all) : Value());
  out.set("rows", std::move(rows));
  out.set("warnings", std::move(warnings));
  return out;
}

}  // namespace dm::job
