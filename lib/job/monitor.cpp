#include "job/monitor.h"

#include <algorithm>
#include <cmath>

#include "job/sample.h"
#include "metric/metric.h"

namespace dm::job {

RowSet RowSet::take(const std::vector<int64_t>& rows) const {
  RowSet s{take_rows(x.view(), rows), take_rows(y.view(), rows), {}};
  if (!weights.empty())
    for (const int64_t i : rows) s.weights.push_back(weights[std::size_t(i)]);
  return s;
}

Monitor::Monitor(const Value& metrics, const Model& model, const RowSet& held_out, const RowSet& trained) : model_(model) {
  const int64_t m = held_out.x.rows, n = std::min<int64_t>(1000, m / 3);
  if (n < 1)
    throw Error("--metrics compares rows drawn from the model with held-out rows, and there are " + std::to_string(m) +
                    "; at least 3 were expected. Say which with --held-out or --validation",
                Exit::spec);
  std::vector<std::string> problems;
  settings_.metrics = resolve_metrics(metrics, "/metrics", problems);
  throw_problems(problems);
  settings_.seed = uint64_t(model.spec["seed"].integer());
  const bool told = held_out.y.cols > 0;
  options_ = resolve(sample_options(), Value(Value::Object{{"n", told ? 1 : n}}), "", problems);
  if (told) scale_ = AffineCodec::fit(held_out.x).scale;
  for (const Value& v : settings_.metrics) {
    const std::string& name = v["type"].text();
    const auto metric = make_metric(v);
    if (metric->of_model() || metric->ordered() || !metric->needs_reference())
      throw Error(
          "the metric " + name +
              " does not compare rows drawn with rows held out; --metrics of a training takes those that do, and dm-eval the others",
          Exit::spec);
    if (metric->needs_train()) train_ = joined(trained);
    records_.push_back({name, {}, {}, metric->has_floor()});
  }
  std::vector<int64_t> first, others;
  for (int64_t i = 0; i < m; ++i) (i < n ? first : others).push_back(i);
  reference_ = joined(held_out.take(others));
  if (told) drawn_ = held_out.take(first), drawn_.x = {};
  try {
    compared();
  } catch (const Error& e) {
    throw Error("--metrics draws rows from the model: " + std::string(e.what()), Exit::spec);
  }
}

// [x, scale y].
RowSet Monitor::joined(RowSet rows) const {
  if (!rows.y.cols) return rows;
  const Matrix<double> given = model_.condition.encode(rows.y);
  Matrix<double> out(rows.x.rows, rows.x.cols + given.cols);
  for (int64_t i = 0; i < out.rows; ++i) {
    std::copy_n(rows.x[i], rows.x.cols, out[i]);
    for (int64_t j = 0; j < given.cols; ++j) out[i][rows.x.cols + j] = scale_ * given[i][j];
  }
  return {std::move(out), {}, rows.weights};
}

Value Monitor::compared() const {
  Progress silent;
  RowSet drawn = drawn_;
  try {
    drawn.x = sample(model_, options_, (model_.stream() / "metrics").key, silent, {.y = drawn.y.cols ? &drawn.y : nullptr}).x;
  } catch (const Error& e) {
    if (e.code() != Exit::failure) throw;
    return {};  // rows that run away are what is reported, and no reason to lose what was trained
  }
  drawn = joined(std::move(drawn));
  const Points train = train_.points();
  return evaluate({.samples = drawn.points(), .reference = reference_.points(), .train = train_.x.rows ? &train : nullptr}, settings_,
                  silent);
}

Value Monitor::measure(double step) {
  const Value result = compared();
  Value out = Value::object();
  step_.push_back(step);
  for (Record& r : records_) {
    const auto number = [&](const char* key) {
      const Value v = result.is_null() ? Value() : result[r.name][key];
      return v.is_number() ? v.number() : NAN;
    };
    const auto shown = [](double v) { return std::isfinite(v) ? Value(v) : Value(); };
    r.value.push_back(number("value"));
    out.set(r.name, shown(r.value.back()));
    if (!r.has_floor) continue;
    r.floor.push_back(number("floor"));
    out.set(r.name + "_floor", shown(r.floor.back()));
  }
  return out;
}

static auto named(auto& records, const std::string& metric) {
  return std::find_if(records.begin(), records.end(), [&](const auto& r) { return r.name == metric; });
}

double Monitor::last(const std::string& metric) const { return named(records_, metric)->value.back(); }

void Monitor::expect(const std::string& metric) const {
  if (named(records_, metric) != records_.end()) return;
  std::string names;
  for (const Record& r : records_) names += " or '" + r.name + "'";
  throw Error("--criterion: found '" + metric + "', expected 'loss'" + names + ", a metric of --metrics", Exit::spec);
}

std::string Monitor::sentence() const {
  std::string s = "step " + shortest(step_.back()) + ":";
  for (const Record& r : records_) {
    s += (&r == &records_[0] ? " " : ", ") + r.name + " ";
    const auto number = [](double v) {
      char text[40];
      std::snprintf(text, sizeof text, "%.4g", v);
      return std::string(text);
    };
    s += std::isfinite(r.value.back()) ? number(r.value.back()) : "none, for the rows drawn are not finite";
    if (r.has_floor && std::isfinite(r.value.back())) s += " (floor " + number(r.floor.back()) + ")";
  }
  return s;
}

void Monitor::state(Archive& archive) {
  archive.field("step", step_);
  for (Record& r : records_) {
    archive.field(r.name.c_str(), r.value);
    if (r.has_floor) archive.field((r.name + "_floor").c_str(), r.floor);
    if (r.value.size() != step_.size() || (r.has_floor && r.floor.size() != step_.size()))
      throw Error("/metrics does not hold as many numbers of " + r.name + " as steps. The file is damaged or was edited", Exit::data);
  }
}

}  // namespace dm::job
