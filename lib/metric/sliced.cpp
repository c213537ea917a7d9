#include "metric/entries.h"
#include "ot/wasserstein.h"

namespace dm {
namespace {

struct SlicedMetric : Metric {
  SlicedMetric(int order, bool largest, int64_t count) : p(order), max(largest), projections(int(count)) {}
  Value evaluate(const Sets& s, uint64_t seed) const override {
    const Sliced r = sliced_wasserstein(s.samples, s.reference, p, projections, Stream(seed) / "metric" / "projections");
    Value v = Value::object();
    v.set("value", max ? r.max : r.mean);
    v.set("projections", projections);
    v.set("seed", int64_t(seed));
    return v;
  }
  int p;
  bool max;
  int projections;
};

MetricEntry entry(const char* name, int p, bool max, const char* doc, const char* paper) {
  return {{name, doc, paper, {{"projections", integer(1, 1e7), 500, "number of random directions"}}},
          [p, max](const Value& o) { return std::make_unique<SlicedMetric>(p, max, o["projections"].integer()); }};
}

}  // namespace

const MetricEntry& sw1_metric() {
  static const MetricEntry e = entry("sw1", 1, false, "sliced Wasserstein-1 distance: mean over random directions", "Bonneel et al. 2015");
  return e;
}
const MetricEntry& sw2_metric() {
  static const MetricEntry e =
      entry("sw2", 2, false, "sliced Wasserstein-2 distance: root mean square over random directions", "Bonneel et al. 2015");
  return e;
}
const MetricEntry& max_sw2_metric() {
  static const MetricEntry e = entry("max-sw2", 2, true, "largest Wasserstein-2 distance among random directions", "Deshpande et al. 2019");
  return e;
}

}  // namespace dm
