// The engine of dm-eval: arrays and settings in, one ordered object of results out.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/option.h"
#include "core/progress.h"
#include "core/value.h"
#include "metric/model_metric.h"
#include "ot/points.h"

namespace dm::job {

struct EvalSets {
  Points samples, reference;      // no reference (no rows): only for metrics that need none
  const Points* train = nullptr;  // rows the model was trained on
  const Points* floor = nullptr;  // rows of the reference's law, independent of the reference
  // What a metric takes of a model for the samples with these row numbers; empty: no model. See job/likelihood.h.
  std::function<LogDensities(const ModelMetric&, const std::vector<int64_t>& rows)> log_p = nullptr;
  const Ways* ways = nullptr;  // of the samples, for metrics of paths
};

// Where the floor of a distance comes from.
//   automatic: with n samples and N >= 2 n reference rows, two disjoint parts of n reference rows are drawn (a keyed permutation);
//              value = distance(samples, part 1), floor = distance(part 2, part 1): both compare n rows with the same n rows. Both are
//              means over `splits` such pairs of parts, since one pair alone may lie far from the mean (shares of modes fluctuate). With
//              fewer, value uses all reference rows and floor is null with the reason.
//   rows:      value and floor compare with the whole reference; floor = distance(n rows of `EvalSets::floor`, reference).
//   number:    stated. none: null.
struct EvalSettings {
  std::vector<Value> metrics;  // resolved method values of metrics(), see resolve_metrics()
  enum class Floor { automatic, rows, number, none } floor = Floor::automatic;
  double floor_number = 0;
  int64_t rows = 0;  // use at most this many rows, drawn at random, of the samples and twice as many of the reference; 0: all
  int64_t splits = 4;
  uint64_t seed = 1;
};

// Metrics as users write them: "w1,w2", ["w1", {"type": "sw2", "projections": 100}], one object. Problems are appended.
std::vector<Value> resolve_metrics(const Value& given, const std::string& pointer, std::vector<std::string>& problems);

// {"w2": {"value": .., "floor": .., ...}, ..., "rows": {...}, "warnings": [...]}. A floor that is null stands with a
// "floor_reason". Warnings count the rows that are bit-equal between the inputs. Errors: dm::Error, Exit::data or Exit::spec.
Value evaluate(const EvalSets&, const EvalSettings&, Progress&);

// How many rows of a are bit-equal to some row of b (the same number of columns). O((n + m) log m).
int64_t equal_rows(Mat<const double> a, Mat<const double> b);

}  // namespace dm::job
