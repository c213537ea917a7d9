// Shares of the samples that belong to known modes. A row belongs to its nearest mean; it is out of mode where that is farther than
// `radius`. value = total variation between the shares of all rows and the true weights.
#include <cmath>
#include <string>

#include "core/error.h"
#include "metric/entries.h"

namespace dm {
namespace {

struct ModeWeights : Metric {
  explicit ModeWeights(const Value& o) : means(o["means"].matrix()) {
    const int64_t k = means.rows;
    if (k < 1 || means.cols < 1) throw Error("mode-weights: 'means' is empty; one row a mode is needed.", Exit::spec);
    weights.assign(size_t(k), 1.0 / double(k));
    if (!o["weights"].is_null()) {
      weights = o["weights"].numbers();
      double sum = 0;
      for (const double w : weights) sum += w;
      if (int64_t(weights.size()) != k || !(sum > 0))
        throw Error("mode-weights: " + std::to_string(weights.size()) + " weights for " + std::to_string(k) +
                        " means; one weight >= 0 a mode is needed, not all 0.",
                    Exit::spec);
      for (double& w : weights) w /= sum;
    }
    radius = o["radius"].is_null() ? HUGE_VAL : o["radius"].number();
    if (o["radius"].is_null())
      for (int64_t i = 0; i < k; ++i)
        for (int64_t j = 0; j < i; ++j) radius = std::min(radius, 0.5 * distance(means[i], means[j]));
  }

  double distance(const double* x, const double* y) const {
    double s = 0;
    for (int64_t l = 0; l < means.cols; ++l) s += (x[l] - y[l]) * (x[l] - y[l]);
    return std::sqrt(s);
  }

  Value evaluate(const Sets& s, uint64_t) const override {
    const Points& p = s.samples;
    check_points("mode-weights", p, s.reference);
    if (p.d() != means.cols)
      throw Error("mode-weights: the means have " + std::to_string(means.cols) + " columns, the samples " + std::to_string(p.d()) + ".",
                  Exit::data);
    const std::vector<double> w = probabilities(p);
    const size_t k = weights.size(), d = size_t(means.cols);
    std::vector<double> share(k), inside(k), variance(k);  // of all rows; of rows within the radius, about their own mean
    Matrix<double> centre(means.rows, means.cols);
    std::vector<size_t> mode(w.size(), k);
    double out = 0;
    for (int64_t i = 0; i < p.n(); ++i) {
      size_t best = 0;
      for (size_t q = 1; q < k; ++q)
        if (distance(p.x[i], means[int64_t(q)]) < distance(p.x[i], means[int64_t(best)])) best = q;
      share[best] += w[size_t(i)];
      if (distance(p.x[i], means[int64_t(best)]) > radius) {
        out += w[size_t(i)];
        continue;
      }
      mode[size_t(i)] = best, inside[best] += w[size_t(i)];
      for (size_t l = 0; l < d; ++l) centre[int64_t(best)][l] += w[size_t(i)] * p.x[i][l];
    }
    for (size_t q = 0; q < k; ++q)
      for (size_t l = 0; l < d && inside[q] > 0; ++l) centre[int64_t(q)][l] /= inside[q];
    for (int64_t i = 0; i < p.n(); ++i)
      if (const size_t q = mode[size_t(i)]; q < k)
        variance[q] += w[size_t(i)] / inside[q] * std::pow(distance(p.x[i], centre[int64_t(q)]), 2) / double(d);
    double tv = 0;
    for (size_t q = 0; q < k; ++q) tv += 0.5 * std::abs(share[q] - weights[q]);

    Value v = Value::object(), variances = Value::array();
    for (size_t q = 0; q < k; ++q) {
      variances.items().emplace_back();
      if (inside[q] > 0) variances.items().back() = variance[q];
    }
    v.set("value", tv);
    v.set("shares", Value::numbers(share));
    v.set("weights", Value::numbers(weights));
    v.set("variances", variances);
    v.set("out_of_mode", out);
    v.set("radius", std::isfinite(radius) ? Value(radius) : Value());
    return v;
  }

  Matrix<double> means;  // [k, d]
  std::vector<double> weights;
  double radius;
};

}  // namespace

const MetricEntry& mode_weights_metric() {
  static const MetricEntry e{{"mode-weights",
                              "shares of the rows nearest to each known mode: total variation to the true weights",
                              "",
                              {{"means", matrix(), nullptr, "centres of the modes, one row each, in data units", true},
                               {"weights", numbers(0), nullptr, "true weights of the modes; unset: all equal"},
                               {"radius", number(0).above(), nullptr,
                                "a row farther than this from its mode is out of mode; unset: half the smallest distance between modes"}}},
                             [](const Value& o) { return std::make_unique<ModeWeights>(o); }};
  return e;
}

}  // namespace dm
