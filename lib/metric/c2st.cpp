// Classifier two-sample test (Lopez-Paz & Oquab 2017) as simulation-based inference reports it (Lueckmann et al. 2021): columns are
// z-scored by the reference, a network with two hidden layers of 10 d rectified units learns to tell samples from reference, and the
// value is its accuracy on held-out rows, averaged over 5 folds: 1/2 where it cannot, 1 where it always can.
//
// The training is that of the published definition: Adam at rate 1e-3 on the logistic loss, batches of 200, until the loss of an epoch
// has not gone below its best by 1e-4 for ten epochs in a row (1,000 epochs at most). Its weight decay (1e-4 / rows) is left out.
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/math.h"
#include "core/parallel.h"
#include "metric/entries.h"
#include "nn/adam.h"
#include "nn/ops.h"

namespace dm {
namespace {

constexpr int batch = 200, patience = 10, most_epochs = 1000;
constexpr double tolerance = 1e-4;

struct Classifier {
  Layout layout;
  int weight[3], bias[3];

  explicit Classifier(int d) {
    const int width[] = {d, 10 * d, 10 * d, 1};
    for (int l = 0; l < 3; ++l) {
      const double bound = std::sqrt(6 / double(width[l] + width[l + 1]));  // Glorot & Bengio 2010
      const std::string name = "layer" + std::to_string(l);
      weight[l] = layout.weight(name + "/weight", width[l], width[l + 1], bound);
      bias[l] = layout.bias(name + "/bias", width[l + 1], bound);
    }
  }

  // features [n, d] -> logit of "is a sample" [n, 1]
  Var record(Tape<float>& tape, Mat<float> x) const {
    Var h = tape.constant(x);
    for (int l = 0; l < 3; ++l) {
      h = linear(tape, h, weight[l], bias[l]);
      if (l < 2) h = activate(tape, h, Activation::relu);
    }
    return h;
  }
};

// The rows of both sets, z-scored; the first `samples` of them are samples.
struct Labelled {
  Matrix<float> x;
  int64_t samples;
  double label(int64_t i) const { return i < samples ? 1 : 0; }
};

// Accuracy on `test` of a classifier that learned on `train` (row numbers of `data`).
double fold(const Labelled& data, const std::vector<int64_t>& train, const std::vector<int64_t>& test, Stream stream) {
  const int64_t d = data.x.cols, n = int64_t(train.size()), per_epoch = (n + batch - 1) / batch;
  const Classifier net{int(d)};
  std::vector<std::string> problems;
  const Value o = resolve(
      Adam::options(), parse_json(R"({"rate": 1e-3, "warmup": 0, "decay": "constant", "clip": 0, "beta2": 0.999})", "c2st"), "", problems);
  throw_problems(problems);
  Adam adam(o, most_epochs * per_epoch, net.layout.size);
  ParamSet<float> params(net.layout), average(net.layout);
  params.initialise(stream / "init");
  params.pack();
  std::vector<float> gradient(size_t(net.layout.size));
  Arena arena;
  const auto rows = [&](int64_t count, auto&& row) {
    const Mat<float> x = arena.matrix<float>(count, d);
    for (int64_t i = 0; i < count; ++i) std::copy_n(data.x[row(i)], d, x[i]);
    return x;
  };

  double best = HUGE_VAL;
  int64_t step = 0;
  for (int epoch = 0, stalled = 0; epoch < most_epochs && stalled <= patience; ++epoch) {
    const Permutation order(stream / "epoch" / uint64_t(epoch), uint64_t(n));
    double loss = 0;
    for (int64_t first = 0; first < n; first += batch) {
      const int64_t count = std::min<int64_t>(batch, n - first);
      const auto row = [&](int64_t i) { return train[size_t(order[uint64_t(first + i)])]; };
      arena.reset();
      std::fill(gradient.begin(), gradient.end(), 0.f);
      Tape<float> tape(params, arena, gradient.data());
      const Var logit = net.record(tape, rows(count, row));
      const Mat<float> seed = arena.matrix<float>(count, 1);
      for (int64_t i = 0; i < count; ++i) {  // loss log(1 + e^-z) with z the logit, its sign turned for reference rows
        const double y = data.label(row(i)), z = (2 * y - 1) * double(tape.value(logit)[i][0]), e = exp_d(-std::abs(z));
        loss += log_d(1 + e) + std::max(-z, 0.0);
        seed[i][0] = float((1 - 2 * y) * (z > 0 ? e : 1) / (1 + e) / double(count));
      }
      tape.backward(logit, seed);
      adam.step(step++, gradient.data(), params, average.v);
    }
    loss /= double(n);
    stalled = loss > best - tolerance ? stalled + 1 : 0;
    best = std::min(best, loss);
  }

  int64_t right = 0;
  for (int64_t first = 0; first < int64_t(test.size()); first += batch) {
    const int64_t count = std::min<int64_t>(batch, int64_t(test.size()) - first);
    arena.reset();
    Tape<float> tape(params, arena);
    const Mat<float> logit = tape.value(net.record(tape, rows(count, [&](int64_t i) { return test[size_t(first + i)]; })));
    for (int64_t i = 0; i < count; ++i) right += (logit[i][0] > 0) == (data.label(test[size_t(first + i)]) > 0);
  }
  return double(right) / double(test.size());
}

struct C2st : Metric {
  int folds;
  int64_t rows;
  explicit C2st(const Value& o) : folds(int(o["folds"].integer())), rows(o["rows"].integer()) {}
  bool has_floor() const override { return false; }

  Value evaluate(const Sets& s, uint64_t seed) const override {
    check_points("c2st", s.samples, s.reference);
    if (s.samples.w || s.reference.w)
      throw Error("the rows carry weights, which a classifier does not see; resample them first.", Exit::data);
    const Stream stream = Stream(seed) / "metric" / "c2st";
    const int64_t n = std::min({rows, s.samples.n(), s.reference.n()}), d = s.samples.d();
    if (n < folds) throw Error(std::to_string(n) + " rows in a set; at least one a fold is needed.", Exit::data);

    const auto drawn = [&](Mat<const double> x, const char* path) {
      const Permutation order(stream / path, uint64_t(x.rows));
      std::vector<int64_t> rows;
      for (int64_t i = 0; i < n; ++i) rows.push_back(int64_t(order[uint64_t(i)]));
      return take_rows(x, rows);
    };
    const Matrix<double> from[] = {drawn(s.samples.x, "samples"), drawn(s.reference.x, "reference")};
    Labelled data{Matrix<float>(2 * n, d), n};
    for (int64_t j = 0; j < d; ++j) {
      double mean = 0, square = 0;
      for (int64_t i = 0; i < n; ++i) mean += from[1][i][j] / double(n);
      for (int64_t i = 0; i < n; ++i) square += std::pow(from[1][i][j] - mean, 2);
      const double sd = square > 0 ? std::sqrt(square / double(std::max<int64_t>(n - 1, 1))) : 1;
      for (int k = 0; k < 2; ++k)
        for (int64_t i = 0; i < n; ++i) data.x[k * n + i][j] = float((from[k][i][j] - mean) / sd);
    }
    const Permutation shuffled(stream / "folds", uint64_t(2 * n));
    std::vector<double> accuracy(size_t(folds), 0.0);
    parallel(folds, [&](int64_t f) {
      std::vector<int64_t> train, test;
      for (int64_t i = 0; i < 2 * n; ++i) (i * folds / (2 * n) == f ? test : train).push_back(int64_t(shuffled[uint64_t(i)]));
      accuracy[size_t(f)] = fold(data, train, test, stream / uint64_t(f));
    });
    Value v = Value::object();
    v.set("value", std::accumulate(accuracy.begin(), accuracy.end(), 0.0) / folds);
    v.set("expected", 0.5);
    v.set("se", 0.5 / std::sqrt(double(2 * n)));  // of the accuracy of a coin
    v.set("rows_each", n);
    v.set("folds", Value::numbers(accuracy));
    v.set("seed", int64_t(seed));
    return v;
  }
};

}  // namespace

const MetricEntry& c2st_metric() {
  static const MetricEntry e{
      {"c2st",
       "accuracy of a classifier that tells samples from reference on held-out rows; 1/2: it cannot, 1: it always can",
       "Lopez-Paz & Oquab 2017, arXiv:1610.06545; as in Lueckmann et al. 2021, arXiv:2101.04653",
       {{"folds", integer(2, 100), 5, "parts of the cross-validation"},
        {"rows", integer(10, 1e7), 10000, "at most this many rows of each set, drawn at random, the same number of both"}}},
      [](const Value& o) { return std::make_unique<C2st>(o); }};
  return e;
}

}  // namespace dm
