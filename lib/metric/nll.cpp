// Negative log-likelihood of the samples under a model: value = -sum_i w_i log p(x_i) in nats, and in bits a dimension.
#include <cmath>

#include "core/error.h"
#include "metric/entries.h"

namespace dm {
namespace {

struct Nll : Metric {
  double offset;
  explicit Nll(const Value& o) : offset(o["offset"].number()) {}
  bool has_floor() const override { return false; }
  const char* no_floor() const override {
    return "no model has a smaller expectation than the entropy of the data's law, which is not known";
  }
  bool needs_reference() const override { return false; }
  bool needs_model() const override { return true; }

  Value evaluate(const Sets& s, uint64_t) const override {
    if (!s.log_p) throw Error("the log-densities of the rows under a model are needed.", Exit::usage);
    const LogDensities& l = *s.log_p;
    const std::vector<double> w = probabilities(s.samples);
    double mean = 0, square = 0, weight = 0, variance = 0, spread = 0;
    for (size_t i = 0; i < w.size(); ++i) mean -= w[i] * l.log_p[i], weight += w[i] * w[i];
    for (size_t i = 0; i < w.size(); ++i) square += std::pow(w[i] * (-l.log_p[i] - mean), 2);
    for (size_t i = 0; i < l.probe_variance.size(); ++i) {
      spread += w[i] * l.probe_variance[i];
      variance += w[i] * w[i] * l.probe_variance[i] / l.used["probes"].number();
    }
    Value v = Value::object();
    v.set("value", mean);
    v.set("standard_error", weight < 1 ? Value(std::sqrt(square / (1 - weight))) : Value());  // of the mean over rows
    v.set("bits_per_dim", mean / (double(s.samples.d()) * M_LN2) + offset);
    v.set("offset", offset);
    v.set("probe_variance", l.probe_variance.empty() ? Value() : Value(spread));            // of log p from one probe, mean over rows
    v.set("probe_error", l.probe_variance.empty() ? Value() : Value(std::sqrt(variance)));  // standard error of value from the probes
    v.set("evaluations", l.evaluations);
    for (const auto& [key, value] : l.used.members()) v.set(key, value);
    return v;
  }
};

}  // namespace

const MetricEntry& nll_metric() {
  static const MetricEntry e{{"nll",
                              "mean of -log p over the samples (data units, nats) under a model or an oracle (--model), by its "
                              "probability flow; with its standard error over rows, and in bits a dimension. No reference is needed",
                              "Song et al. 2021, arXiv:2011.13456",
                              {{"offset", number(), 0.0,
                                "bits a dimension to add: 8 where integers 0 .. 255 were divided by 256 (plus noise), 7 where they were "
                                "scaled to [-1, 1]"}}},
                             [](const Value& o) { return std::make_unique<Nll>(o); }};
  return e;
}

}  // namespace dm
