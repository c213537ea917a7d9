#include "space/condition.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dm {

Condition Condition::fit(Kind kind, Mat<const double> y) {
  Condition c;
  c.kind = kind;
  if (kind == Kind::label) {
    if (y.cols != 1)
      throw Error("a label is one column, found " + std::to_string(y.cols) + " columns of y; take the condition as a vector", Exit::data);
    for (int64_t i = 0; i < y.rows; ++i) c.labels.push_back(y[i][0]);
    std::sort(c.labels.begin(), c.labels.end());
    c.labels.erase(std::unique(c.labels.begin(), c.labels.end()), c.labels.end());
    if (c.labels.size() > 1000)
      throw Error(
          "y has " + std::to_string(c.labels.size()) + " different labels, at most 1000 were expected; take the condition as a vector",
          Exit::data);
  }
  if (kind == Kind::vector)
    for (int64_t j = 0; j < y.cols; ++j) {
      double mean = 0, square = 0;
      for (int64_t i = 0; i < y.rows; ++i) mean += y[i][j] / double(y.rows);
      for (int64_t i = 0; i < y.rows; ++i) square += (y[i][j] - mean) * (y[i][j] - mean) / double(y.rows);
      c.mean.push_back(mean), c.scale.push_back(square > 0 ? std::sqrt(square) : 1);
    }
  return c;
}

Value Condition::shape() const {
  if (kind == Kind::none) return {};
  if (kind == Kind::vector) return Value(Value::Object{{"type", "vector"}, {"columns", columns()}});
  return Value(Value::Object{{"type", "label"}, {"classes", int64_t(labels.size())}});
}

Condition Condition::of(const Value& v) {
  Condition c;
  if (v.is_null()) return c;
  const auto size = [&](const char* key) {
    const int64_t n = v[key].integer();
    if (n < 1 || n > 1 << 20) throw Error("the model's spec is damaged: /condition is " + to_json(v), Exit::data);
    return std::size_t(n);
  };
  if (v["type"].text() == "vector") {
    c.kind = Kind::vector;
    c.mean.resize(size("columns")), c.scale.resize(size("columns"));
  } else {
    c.kind = Kind::label;
    c.labels.resize(size("classes"));
  }
  return c;
}

int Condition::width() const { return kind == Kind::vector ? int(mean.size()) + 1 : kind == Kind::label ? int(labels.size()) + 1 : 0; }

Matrix<double> Condition::encode(Mat<const double> y) const {
  if (y.cols != columns())
    throw Error("the condition y has " + std::to_string(y.cols) + " columns; the model was trained on " + std::to_string(columns()),
                Exit::data);
  const int w = width();
  Matrix<double> out(y.rows, w);
  for (int64_t i = 0; i < y.rows; ++i) {
    out[i][w - 1] = 1;
    for (std::size_t j = 0; j < mean.size(); ++j) out[i][j] = (y[i][int64_t(j)] - mean[j]) / scale[j];
    if (kind != Kind::label) continue;
    const auto at = std::lower_bound(labels.begin(), labels.end(), y[i][0]);
    if (at == labels.end() || *at != y[i][0])
      throw Error("row " + std::to_string(i) + " of y is the label " + to_json(y[i][0]) + ", which the model has not seen in training",
                  Exit::data);
    out[i][at - labels.begin()] = 1;
  }
  return out;
}

void Condition::state(Archive& a) {
  if (kind == Kind::vector) a.field("mean", mean), a.field("scale", scale);
  expect_finite(a, "the condition's mean", mean), expect_finite(a, "the condition's scale", scale);
  if (kind == Kind::label) a.field("labels", labels);
  expect_finite(a, "the list of the condition's labels", labels);
}

}  // namespace dm
