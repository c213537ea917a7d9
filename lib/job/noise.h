// The engine of dm-noise: rows in, the same rows at later times of a process out.
#pragma once
#include "core/progress.h"
#include "process/process.h"
#include "space/codec.h"

namespace dm::job {

const std::vector<Option>& noise_options();

struct Noised {
  Matrix<double> x;          // marginals: one block of n rows a time, [times n, d]; paths: the rows at the last time, [n, d]
  std::vector<double> t;     // of each row of x
  std::vector<int64_t> row;  // of the data that each row of x comes from
  Matrix<double> path;       // with `paths`: [(times + 1) n, d], the first block the data
  std::vector<double> path_t;
};

// Marginals of different times are independent draws given the row; with `paths` the times belong to one path of the process. With the
// option shard I/N only part I of the N nearly equal parts of those rows.
Noised noise(const Matrix<double>& x, const Value& options, uint64_t seed, Progress&);

}  // namespace dm::job
