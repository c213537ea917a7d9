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

// What a value and its floor are computed from.
struct Pairing {
  Sets value, floor;
  bool has_floor = false;
  std::string reason;  // why there is none
  Sets whole;          // metrics without a floor use all reference rows
};

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
  check_points("comparing samples with the reference", given.samples, given.reference);
  if (given.train) check_points("comparing samples with the training rows", given.samples, *given.train);
  if (given.floor) check_points("comparing the floor's rows with the reference", *given.floor, given.reference);
  std::vector<std::unique_ptr<Metric>> metric;
  for (const Value& v : settings.metrics) {
    metric.push_back(make_metric(v));
    if (metric.back()->needs_train() && !given.train)
      throw Error("metric '" + v["type"].text() + "' needs the rows that the model was trained on; give them with --train FILE.", Exit::usage);
  }

  Value warnings = Value::array();
  warn_equal(given.samples, "samples", given.reference, "reference", "distances between them are too small.", warnings);
  if (given.train) {
    warn_equal(given.samples, "samples", *given.train, "training data", "the model repeats what it was trained on.", warnings);
    warn_equal(given.reference, "reference", *given.train, "training data", "the reference is not held out.", warnings);
  }
  if (given.floor)
    warn_equal(*given.floor, "floor's rows", given.reference, "reference", "the floor needs independent rows.", warnings);

  // Which rows are compared.
  const Stream stream = Stream(settings.seed) / "dm-eval";
  const int64_t n = settings.rows > 0 ? std::min(settings.rows, given.samples.n()) : given.samples.n(), all = given.reference.n();
  std::vector<Part> parts;
  parts.reserve(4);
  Pairing pair;
  const Permutation order(stream / "reference", uint64_t(all));
  Points samples = given.samples;
  if (n < given.samples.n()) samples = parts.emplace_back(given.samples, Permutation(stream / "samples", uint64_t(given.samples.n())), 0, n).points();
  using Floor = EvalSettings::Floor;
  const int64_t most = settings.rows > 0 ? std::min(all, 2 * settings.rows) : all;
  Points reference = given.reference;
  if (settings.floor == Floor::automatic && all >= 2 * n) {
    reference = parts.emplace_back(given.reference, order, 0, n).points();
    pair.floor = {parts.emplace_back(given.reference, order, n, n).points(), reference, given.train};
    pair.has_floor = true;
  } else {
    if (most < all) reference = parts.emplace_back(given.reference, order, 0, most).points();
    if (settings.floor == Floor::automatic)
      pair.reason = "the reference has " + count(all, "row") + ", a floor for " + count(n, "sample") + " needs " + std::to_string(2 * n) +
                    "; give more reference rows, fewer samples or --floor FILE";
    if (settings.floor == Floor::none) pair.reason = "switched off";
    if (settings.floor == Floor::rows) {
      if (!given.floor) throw Error("a floor from rows is asked for, but there are none.", Exit::usage);
      const int64_t k = std::min(n, given.floor->n());
      if (k < n)
        warnings.items().emplace_back("the floor's set has only " + count(k, "row") + ", fewer than the " + count(n, "sample") +
                                      "; the floor is too high.");
      pair.floor = {parts.emplace_back(*given.floor, Permutation(stream / "floor", uint64_t(given.floor->n())), 0, k).points(), reference, given.train};
      pair.has_floor = true;
    }
  }
  pair.value = {samples, reference, given.train};
  pair.whole = {samples, given.reference, given.train};

  // One task a metric and a floor; which thread takes which is invisible in the results.
  const int64_t m = int64_t(metric.size());
  std::vector<Value> value(static_cast<size_t>(m)), floor(static_cast<size_t>(m));
  std::mutex mutex;
  int64_t done = 0;
  progress.begin("measuring");
  parallel(2 * m, [&](int64_t task) {
    const size_t k = size_t(task / 2);
    const bool is_floor = task % 2;
    try {
      if (!is_floor) value[k] = metric[k]->evaluate(metric[k]->has_floor() ? pair.value : pair.whole, settings.seed);
      else if (metric[k]->has_floor() && pair.has_floor) floor[k] = metric[k]->evaluate(pair.floor, settings.seed);
    } catch (const Error& e) {
      throw e.in("metric '" + settings.metrics[k]["type"].text() + "'");
    }
    const std::lock_guard lock(mutex);
    progress.update(++done, 2 * m);
  });
  progress.stop_point();

  Value out = Value::object();
  for (size_t k = 0; k < metric.size(); ++k) {
    Value entry = Value::object();
    entry.set("value", value[k]["value"]);
    entry.set("floor", nullptr);
    if (!metric[k]->has_floor()) {
      entry.set("floor_reason", "the value is compared with a fixed number, not with a distance");
    } else if (settings.floor == Floor::number) {
      entry.set("floor", settings.floor_number);
    } else if (pair.has_floor) {
      entry.set("floor", floor[k]["value"]);
      if (const Value* reason = floor[k].find("reason")) entry.set("floor_reason", *reason);
    } else {
      entry.set("floor_reason", pair.reason);
    }
    if (const Value &v = entry["value"], &f = entry["floor"]; v.is_number() && f.is_number() && f.number() > 0)
      entry.set("ratio", v.number() / f.number());
    for (const auto& [key, v] : value[k].members())
      if (key != "value") entry.set(key, v);
    out.set(settings.metrics[k]["type"].text(), std::move(entry));
  }
  Value rows = Value::object();
  rows.set("samples", samples.n());
  rows.set("reference", reference.n());
  rows.set("floor", pair.has_floor ? Value(pair.floor.samples.n()) : Value());
  rows.set("samples_given", given.samples.n());
  rows.set("reference_given", all);
  out.set("rows", std::move(rows));
  out.set("seed", int64_t(settings.seed));
  out.set("warnings", std::move(warnings));
  return out;
}

}  // namespace dm::job
