#include "ot/wasserstein.h"

#include "metric/entries.h"

namespace dm {
namespace {

struct Exact : Metric {
  explicit Exact(int order) : p(order) {}
  Value evaluate(const Sets& s, uint64_t) const override {
    Value v = Value::object();
    v.set("value", wasserstein(s.samples, s.reference, p));
    return v;
  }
  // In more than eight columns the costs are stored (network_simplex.cpp).
  double memory(int64_t n, int64_t m, int64_t d) const override {
    return Metric::memory(n, m, d) + (d > 8 ? 8 * double(n) * double(m) : 0);
  }
  int p;
};

MetricEntry entry(int p, const char* doc) {
  return {{"w" + std::to_string(p), doc, "Peyre & Cuturi 2019, Computational Optimal Transport, ch. 2-3", {}},
          [p](const Value&) { return std::make_unique<Exact>(p); }};
}

}  // namespace

const MetricEntry& w1_metric() {
  static const MetricEntry e = entry(1, "exact Wasserstein-1 distance (Euclidean cost), in data units; at most 2e8 pairs of rows");
  return e;
}
const MetricEntry& w2_metric() {
  static const MetricEntry e =
      entry(2, "exact Wasserstein-2 distance (root of the squared Euclidean cost), in data units; at most 2e8 pairs of rows");
  return e;
}

}  // namespace dm
