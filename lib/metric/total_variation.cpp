// Total variation between histograms on a common grid. The grid spans the reference's box, cut into equal bins per axis, with an open bin
// on either side for rows that fall outside. By default the bin width of axis k is Scott's 3.49 s_k N^(-1/(d+2)), N = min(n, m), s_k the
// reference's standard deviation. TV depends on the bins: compare values of one grid, and read them beside their floor.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "metric/entries.h"

namespace dm {
namespace {

struct Axis {
  double lo, hi;
  int64_t bins;
  int64_t cell(double x) const {
    if (x < lo) return 0;
    if (x > hi) return bins + 1;
    return 1 + std::min(bins - 1, int64_t((x - lo) / (hi - lo) * double(bins)));
  }
};

struct TotalVariation : Metric {
  explicit TotalVariation(const Value& o) : bins(o["bins"].is_null() ? 0 : o["bins"].integer()) {}

  Axis axis(const Sets& s, const Points& r, const std::vector<double>& w, int64_t k) const {
    double lo = r.x[0][k], hi = lo, mean = 0, var = 0;
    for (int64_t i = 0; i < r.n(); ++i) lo = std::min(lo, r.x[i][k]), hi = std::max(hi, r.x[i][k]), mean += w[size_t(i)] * r.x[i][k];
    for (int64_t i = 0; i < r.n(); ++i) var += w[size_t(i)] * (r.x[i][k] - mean) * (r.x[i][k] - mean);
    if (!(hi > lo)) return {lo, hi, 1};
    if (bins) return {lo, hi, bins};
    const double width = 3.49 * std::sqrt(var) * std::pow(double(std::min(s.reference.n(), s.samples.n())), -1.0 / double(r.d() + 2));
    return {lo, hi, std::max<int64_t>(1, int64_t(std::min(1e6, std::ceil((hi - lo) / width))))};
  }

  Value evaluate(const Sets& s, uint64_t) const override {
    check_points("total variation", s.samples, s.reference);
    const std::vector<double> wa = probabilities(s.samples), wb = probabilities(s.reference);
    const Points& scale = s.scale ? *s.scale : s.reference;
    const std::vector<double> ws = probabilities(scale);
    std::vector<Axis> axes;
    Value counts = Value::array(), lo = Value::array(), hi = Value::array();
    double cells = 1;
    for (int64_t k = 0; k < s.reference.d(); ++k) {
      axes.push_back(axis(s, scale, ws, k));
      cells *= double(axes.back().bins + 2);
      counts.items().emplace_back(axes.back().bins), lo.items().emplace_back(axes.back().lo), hi.items().emplace_back(axes.back().hi);
    }
    if (cells > 0x1p53)
      throw Error("total variation: a grid in " + std::to_string(s.reference.d()) +
                      " dimensions has more cells than can be numbered; use a sliced distance (sw1, sw2) instead.",
                  Exit::spec);

    // (cell, p - q) of every row, summed cell by cell in row order.
    std::vector<std::pair<int64_t, double>> mass;
    const auto add = [&](const Points& p, const std::vector<double>& w, double sign) {
      for (int64_t i = 0; i < p.n(); ++i) {
        int64_t cell = 0;
        for (size_t k = 0; k < axes.size(); ++k) cell = cell * (axes[k].bins + 2) + axes[k].cell(p.x[i][k]);
        mass.push_back({cell, sign * w[size_t(i)]});
      }
    };
    add(s.samples, wa, 1);
    add(s.reference, wb, -1);
    std::stable_sort(mass.begin(), mass.end(), [](const auto& x, const auto& y) { return x.first < y.first; });
    double tv = 0;
    for (size_t i = 0; i < mass.size();) {
      double difference = 0;
      const int64_t cell = mass[i].first;
      for (; i < mass.size() && mass[i].first == cell; ++i) difference += mass[i].second;
      tv += 0.5 * std::abs(difference);
    }
    Value v = Value::object();
    v.set("value", tv);
    v.set("bins", counts);
    v.set("low", lo);
    v.set("high", hi);
    return v;
  }
  int64_t bins;
};

}  // namespace

const MetricEntry& total_variation_metric() {
  static const MetricEntry e{{"tv",
                              "total variation between histograms on the reference's box (in [0, 1], depends on the bins)",
                              "Scott 1992, Multivariate Density Estimation",
                              {{"bins", integer(1, 1e6), nullptr, "bins per axis; unset: Scott's rule, width 3.49 s N^(-1/(d+2))"}}},
                             [](const Value& o) { return std::make_unique<TotalVariation>(o); }};
  return e;
}

}  // namespace dm
