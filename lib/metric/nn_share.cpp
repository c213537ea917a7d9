// Does the model memorise? The share of samples that lie nearer to the training set than to equally many held-out rows; ties count half.
// For samples that know nothing of either set it is 1/2: given the union of both sets, which rows are the training rows is a random half.
// So the standard error follows exactly: with c_k the weight of the samples whose nearest row of the union (2N rows) is k,
//   var = 1/4 [sum_k c_k^2 - ((sum_k c_k)^2 - sum_k c_k^2) / (2N - 1)].
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "metric/entries.h"
#include "metric/nearest.h"

namespace dm {
namespace {

Matrix<double> subset(const Points& p, int64_t n, Stream stream) {
  const Permutation order(stream, uint64_t(p.n()));
  Matrix<double> x(n, p.d());
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = n == p.n() ? i : int64_t(order[uint64_t(i)]);
    std::copy(p.x[row], p.x[row] + p.d(), x[i]);
  }
  return x;
}

struct NnShare : Metric {
  bool has_floor() const override { return false; }
  bool needs_train() const override { return true; }

  Value evaluate(const Sets& s, uint64_t seed) const override {
    if (!s.train) throw Error("nn-share: the rows that the model was trained on are needed.", Exit::spec);
    check_points("nn-share", s.samples, s.reference);
    check_points("nn-share (training rows)", *s.train, s.samples);
    const Stream stream = Stream(seed) / "metric" / "nn-share";
    const int64_t size = std::min(s.train->n(), s.reference.n()), n = s.samples.n();
    const Nearest train(subset(*s.train, size, stream / "train")), held(subset(s.reference, size, stream / "held-out"));

    std::vector<int64_t> hit(size_t(n), -1);  // train row, size + held-out row, -1: tie
    for_tiles({}, n, [&](Rows rows, int64_t) {
      for (int q = 0; q < rows.n; ++q) {
        const auto t = train(s.samples.x[rows[q]]), h = held(s.samples.x[rows[q]]);
        if (t.squared != h.squared) hit[size_t(rows[q])] = t.squared < h.squared ? t.row : size + h.row;
      }
    });
    const std::vector<double> w = probabilities(s.samples);
    std::vector<double> c(size_t(2 * size));
    double share = 0, ties = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < hit.size(); ++i) {
      if (hit[i] < 0)
        ties += w[i];
      else
        c[size_t(hit[i])] += w[i];
      share += w[i] * (hit[i] < 0 ? 0.5 : hit[i] < size ? 1.0 : 0.0);
    }
    for (const double v : c) sum += v, squares += v * v;
    const double se = 0.5 * std::sqrt(std::max(0.0, squares - (sum * sum - squares) / double(2 * size - 1)));

    Value v = Value::object();
    v.set("value", share);
    v.set("se", se);
    v.set("z", se > 0 ? Value((share - 0.5) / se) : Value());  // standard errors from 1/2
    v.set("expected", 0.5);
    v.set("ties", ties);
    v.set("rows_each", size);
    v.set("seed", int64_t(seed));
    return v;
  }
};

}  // namespace

const MetricEntry& nn_share_metric() {
  static const MetricEntry e{
      {"nn-share",
       "share of samples nearer to the training rows than to equally many reference rows; 1/2 expected, more means memorised",
       "",
       {}},
      [](const Value&) { return std::make_unique<NnShare>(); }};
  return e;
}

}  // namespace dm
