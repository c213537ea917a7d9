// The engine of dm-data: rows from laws, partitions of rows, summaries of columns.
#pragma once
#include <memory>
#include <vector>

#include "core/option.h"
#include "core/progress.h"
#include "core/random.h"
#include "density/law.h"

namespace dm::job {

// The toy sets, and the pairs of a bridge.
const Family& laws();
const std::vector<Option>& make_options();
const std::vector<Option>& split_options();

struct Made {
  Matrix<double> x, y;  // [n, d], [n, dy]; dy is 0 for a law without a condition
  Value support;        // of x: see Law
};
// options["n"] rows of the set options["law"], or the shard of them that is asked for, on the path seed / dm-data / make / name: row i does
// not depend on n.
Made make(const Value& options, int64_t seed, Progress&);

// Row numbers of each part, ascending, by a keyed random permutation of n rows (with `shuffle` off: consecutive blocks). Part k ends at
// round(n (f_1 + .. + f_k)). Throws (Exit::spec) where the fractions exceed 1 or a part would be empty.
std::vector<std::vector<int64_t>> split(const Value& options, int64_t n, int64_t seed);

// {"mean": [d], "std": [d], "min": [d], "max": [d]}: sum_i w_i x_i / sum_i w_i, the root of the same mean of (x_i - mean)^2, and the
// extremes of all rows. `weights` is empty where the rows count alike.
Value summary(Mat<const double> x, const std::vector<double>& weights = {});

}  // namespace dm::job
