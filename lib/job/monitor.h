// What a model under training is worth: distances between rows drawn from it and rows that it is not trained on.
#pragma once
#include "job/eval.h"
#include "job/model.h"

namespace dm::job {

// Rows x [n, d], what is told of them, y [n, dy] or without columns, and their weights [n] or none.
struct RowSet {
  Matrix<double> x, y;
  std::vector<double> weights;
  RowSet take(const std::vector<int64_t>& rows) const;
  Points points() const { return {x, weights.empty() ? nullptr : weights.data()}; }
};

// Of the m rows held out, the conditions of the first n = min(1000, m / 3) are drawn for, and the others are the reference, which leaves
// enough for a floor. Where there is a condition, the joint laws of (x, y) are compared: y as the network sees it, in units of the pooled
// standard deviation of x. The same noise at every measurement.
class Monitor {
 public:
  // `metrics`: as resolve_metrics() takes them. Both sets in data units. Draws and measures once, so that what cannot be is refused before
  // any work (Exit::spec, Exit::data). The model must outlive it.
  Monitor(const Value& metrics, const Model&, const RowSet& held_out, const RowSet& trained);

  // Draws from the model's moving average. {"w2": value, "w2_floor": floor, ...}; null where the rows drawn are not finite.
  Value measure(double step);
  double last(const std::string& metric) const;  // measured; NaN: null
  void expect(const std::string& metric) const;  // throws (Exit::spec) where it is not among those measured
  std::string sentence() const;                  // of the last measurement
  void state(Archive&);                          // what was measured: step, w2, w2_floor, ...

 private:
  Value compared() const;
  RowSet joined(RowSet) const;

  const Model& model_;
  EvalSettings settings_;
  Value options_;             // of dm-sample: its defaults
  RowSet drawn_;              // y that rows are drawn given, and their weights; no x yet
  RowSet reference_, train_;  // joined; train_ only where a metric asks for it
  double scale_ = 1;          // of a standardised condition
  std::vector<double> step_;
  struct Record {
    std::string name;
    std::vector<double> value, floor;
    bool has_floor;
  };
  std::vector<Record> records_;
};

}  // namespace dm::job
