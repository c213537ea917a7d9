#include "job/monitor.h"

#include <algorithm>
#include <cmath>

#include "job/sample.h"
#include "job/train.h"
#include "test.h"

using namespace dm;

namespace {

// x = y + noise / 4 in two columns, told by the first two thirds of a period of y.
job::RowSet rows(int n, const char* path, bool told) {
  job::RowSet r{Matrix<double>(n, 2), Matrix<double>(told ? n : 0, told ? 1 : 0), {}};
  normals(Stream(5) / path, {0, n}, 0, r.x);
  for (int i = 0; i < n && told; ++i) r.y[i][0] = 3 + i % 20, r.x[i][0] = r.x[i][0] / 4 + r.y[i][0];
  return r;
}

std::unique_ptr<job::Training> training_of(const job::RowSet& train, const job::RowSet& other, const std::string& options) {
  std::vector<std::string> problems;
  Value spec(Value::Object{{"seed", 7}, {"dimension", 2}, {"names", Value::array()}, {"support", Value()}});
  const Value o = resolve(job::train_options(), parse_json(options, ""), "", problems);
  throw_problems(problems);
  spec.set("condition", job::condition_of(o, train.y).shape());
  spec.set("dm-train", o);
  const job::TrainingRows held{other.x, other.y, other.weights};
  return std::make_unique<job::Training>(spec, job::TrainingRows{train.x, train.y, train.weights, &held});
}

}  // namespace

TEST_CASE("monitor: the parameters kept are those of the lowest distance that was measured, which they have again") {
  const job::RowSet train = rows(200, "train", false), other = rows(300, "other", false);
  const auto t = training_of(train, other,
                             R"({"steps":100,"batch":32,"network":{"type":"mlp","width":16},"rate":0.02,"metrics":"w2,nn-share",
                                 "criterion":"w2"})");
  std::vector<double> w2, step;
  t->log = [&](const Value& line) {
    if (const Value* v = line.find("w2")) w2.push_back(v->number()), step.push_back(line["step"].number());
  };
  Progress silent;
  t->run(silent, 0, [] {});
  CHECK(step == std::vector<double>{10, 20, 30, 40, 50, 60, 70, 80, 90, 100});
  const double lowest = *std::min_element(w2.begin(), w2.end());
  CHECK(lowest < w2.back());  // else the last parameters would do
  job::Monitor again(Value("w2"), t->model(), other, train);
  CHECK(again.measure(1)["w2"].number() == lowest);
  CHECK(again.last("w2") == lowest);
  CHECK_THROWS_WITH(again.expect("mmd"), Catch::Contains("'loss' or 'w2'"));
}

TEST_CASE("monitor: with a condition the joint laws of x and y are compared, y in units of x") {
  const job::RowSet train = rows(200, "train", true);
  job::RowSet other = rows(240, "other", true);
  for (int i = 0; i < 240; ++i) other.weights.push_back(1 + i % 3);
  const auto t = training_of(train, other, R"({"steps":100,"batch":32,"network":{"type":"mlp","width":16},"metrics":"w2"})");
  Progress silent;
  t->run(silent, 0, [] {});
  const job::Model& model = t->model();
  job::Monitor monitor(Value("w2"), model, other, train);
  const Value measured = monitor.measure(1);

  double mean[3]{}, square[3]{};  // of x and y in the rows held out, of y in those trained on
  for (int i = 0; i < 240; ++i)
    for (int j = 0; j < 2; ++j) mean[j] += other.x[i][j] / 240, square[j] += other.x[i][j] * other.x[i][j] / 240;
  const double scale = std::sqrt((square[0] - mean[0] * mean[0] + square[1] - mean[1] * mean[1]) / 2);
  Matrix<double> y(80, 1), drawn(80, 3), reference(160, 3);
  for (int i = 0; i < 80; ++i) y[i][0] = other.y[i][0];
  std::vector<std::string> problems;
  const Value o = resolve(job::sample_options(), Value(Value::Object{{"n", 1}}), "", problems);
  const job::Samples s = job::sample(model, o, (model.stream() / "metrics").key, silent, {.y = &y});
  double y_mean = 0, y_square = 0;
  for (int i = 0; i < 200; ++i) y_mean += train.y[i][0] / 200, y_square += train.y[i][0] * train.y[i][0] / 200;
  const double y_scale = std::sqrt(y_square - y_mean * y_mean);
  for (int i = 0; i < 240; ++i) {
    double* row = i < 80 ? drawn[i] : reference[i - 80];
    const double* x = i < 80 ? s.x[i] : other.x[i];
    row[0] = x[0], row[1] = x[1], row[2] = scale * (other.y[i][0] - y_mean) / y_scale;
  }
  job::EvalSettings settings;
  settings.seed = 7;
  settings.metrics = job::resolve_metrics(Value("w2"), "", problems);
  const Value w2 = job::evaluate({.samples = {drawn, other.weights.data()}, .reference = {reference, other.weights.data() + 80}}, settings,
                                 silent)["w2"];
  CHECK(near(measured["w2"].number(), w2["value"].number(), 1e-9));
  CHECK(near(measured["w2_floor"].number(), w2["floor"].number(), 1e-9));
}
