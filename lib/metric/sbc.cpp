// Simulation-based calibration (Talts et al. 2018): theta_k from the prior, y_k from the simulator, L draws from the posterior learned
// for y_k. Where that posterior is right, the rank of theta_kj among its L draws is uniform on 0 .. L, for every coordinate j. The
// reference holds the K rows theta_k; the samples hold L draws for each in the same order, K L rows.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "metric/entries.h"

namespace dm {
namespace {

// P(chi^2_k > x) by the cube-root approximation of Wilson & Hilferty 1931, good to a few 1e-4 from k = 5.
double chi_square_tail(double x, double k) {
  const double c = 2 / (9 * k);
  return 0.5 * std::erfc((std::cbrt(x / k) - (1 - c)) / std::sqrt(2 * c));
}

struct Sbc : Metric {
  int bins;
  explicit Sbc(const Value& o) : bins(int(o["bins"].integer())) {}
  bool has_floor() const override { return false; }
  bool ordered() const override { return true; }

  Value evaluate(const Sets& s, uint64_t seed) const override {
    check_points("sbc", s.samples, s.reference);
    const int64_t K = s.reference.n(), L = s.samples.n() / K, d = s.reference.d();
    if (L * K != s.samples.n() || L < bins - 1)
      throw Error(std::to_string(s.samples.n()) + " samples for " + std::to_string(K) +
                      " reference rows; the same number of draws for each row, in the rows' order, and at least " +
                      std::to_string(bins - 1) + " of them are needed.",
                  Exit::data);
    const Stream stream = Stream(seed) / "metric" / "sbc";
    double worst = 0, lowest = 1;
    Value histograms = Value::array();
    for (int64_t j = 0; j < d; ++j) {
      std::vector<double> count(size_t(bins), 0.0);
      for (int64_t k = 0; k < K; ++k) {
        int64_t below = 0, ties = 0;
        for (int64_t l = 0; l < L; ++l) {
          const double x = s.samples.x[k * L + l][j], theta = s.reference.x[k][j];
          below += x < theta, ties += x == theta;
        }
        const int64_t rank = below + (ties ? int64_t(Draws(stream / uint64_t(j), k).below(uint64_t(ties + 1))) : 0);
        ++count[size_t(rank * bins / (L + 1))];
      }
      double chi2 = 0;
      for (int b = 0; b < bins; ++b) {  // bins hold unequal numbers of ranks where bins does not divide L + 1
        const int64_t first = (int64_t(b) * (L + 1) + bins - 1) / bins, last = (int64_t(b + 1) * (L + 1) + bins - 1) / bins;
        const double expected = double(K) * double(last - first) / double(L + 1);
        chi2 += (count[size_t(b)] - expected) * (count[size_t(b)] - expected) / expected;
      }
      worst = std::max(worst, chi2 / (bins - 1));
      lowest = std::min(lowest, chi_square_tail(chi2, bins - 1));
      histograms.items().push_back(Value::numbers(count));
    }
    Value v = Value::object();
    v.set("value", worst);
    v.set("p", std::min(1.0, double(d) * lowest));
    v.set("expected", 1);
    v.set("draws", L);
    v.set("histograms", std::move(histograms));
    v.set("seed", int64_t(seed));
    return v;
  }
};

}  // namespace

const MetricEntry& sbc_metric() {
  static const MetricEntry e{{"sbc",
                              "ranks of each reference row among its own draws (samples: equally many for each reference row, in order); "
                              "value = the largest chi^2 "
                              "per degree of freedom over columns, 1 expected; p its probability over all columns (Bonferroni)",
                              "Talts et al. 2018, arXiv:1804.06788",
                              {{"bins", integer(2, 1000), 20, "of the rank histogram"}}},
                             [](const Value& o) { return std::make_unique<Sbc>(o); }};
  return e;
}

}  // namespace dm
