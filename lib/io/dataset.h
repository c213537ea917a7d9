// Datasets: rows in R^d and what belongs to them. The layout in words stands in schemas/formats.md.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/mat.h"
#include "core/value.h"
#include "io/input.h"

namespace dm::io {

// x[k, i, j]: coordinate j of row i at step k; v holds (steps + 1) * n * d numbers.
struct Path {
  int64_t points = 0, n = 0, d = 0;  // points = steps + 1
  std::vector<double> v;
  std::vector<double> t;  // [points], may be empty
  Mat<const double> at(int64_t k) const { return {v.data() + k * n * d, n, d, d}; }
};

struct Dataset {
  Matrix<double> x;                                // [n, d]
  std::optional<Matrix<double>> y;                 // [n, dy], the condition
  std::optional<std::vector<double>> t;            // [n], time of each row, in [0, 1]
  std::optional<std::vector<double>> weights;      // [n], >= 0
  std::optional<std::vector<double>> log_weights;  // [n]
  std::optional<std::vector<int64_t>> index;       // [n], row numbers in the file that a split came from
  std::optional<std::vector<int64_t>> obs;         // [n], number of the observation that a row answers to
  std::optional<std::vector<double>> energy;       // [n], the integral of |v|^2 along the path that led to the row
  std::optional<Path> path;
  std::vector<std::string> names, y_names;  // of the columns; empty: none
  Value y_labels;                           // {column of y: [text, ...]}: what its numbers 0, 1, ... stand for; null: nothing
  Value state;                              // the state's description, an object or null
  Value provenance;                         // as read: {"command": ..., "spec": ..., "inputs": ...}, null where absent
  int64_t comments = 0;                     // as read from a CSV: lines among the rows that begin with # and have as many cells
  std::string source, sha256;               // as read: the path given and the hash of its bytes
};

// The columns beside x and y, f("t", d.t...) and so on, by the names of their datasets.
template <class F, class... D>
void for_columns(F&& f, D&&... d) {
  f("t", d.t...), f("weights", d.weights...), f("log_weights", d.log_weights...);
  f("index", d.index...), f("obs", d.obs...), f("energy", d.energy...);
}

// The state's description of R^d: {"components": [{"name": "x", "space": "rd", "dim": d, "support": ...}]}; a null support is left out.
Value boxed_state(int64_t d, const Value& support);

// The same for rows that are images of shape {height, width, channels}: the component also has a "shape".
Value image_state(const std::vector<int64_t>& shape);

// One weight a row: /weights, or /log_weights relative to their largest; empty where the rows count alike.
std::vector<double> row_weights(const Dataset&);

// Refuses (Exit::data) times outside [0, 1], weights that are no numbers >= 0 or all zero, and log-weights that are NaN, +inf or all -inf.
// place(field, row): what the sentence calls it; row -1: the whole column.
void check_columns(const Dataset&, const std::function<std::string(const std::string& field, int64_t row)>& place);

// Refuses an integer that was read as a double and may be another's by now (ambiguous() of where.h).
[[noreturn]] void refuse_ambiguous(const std::string& place, double integer);

// Whether the rows carry more than one time /t.
bool several_times(const Dataset&);

struct ReadOptions {
  bool allow_nonfinite = false;  // else NaN and Inf are refused with the first offending [row, column]
};

// Reads "FILE.h5", "FILE.h5:/path" (any numeric 1-D or 2-D dataset of any HDF5 file), CSV or .npy, "-" for any of them on stdin.
Dataset read_dataset(const std::string& path, const ReadOptions& = {});
Dataset read_dataset(const Input&, const ReadOptions& = {});  // what a tool has opened to see what it holds

struct WriteOptions {
  bool force = false;
  bool float32 = false;  // x, y and path as float32; finite numbers beyond its range are refused (Exit::data)
};

// Writes `path` atomically. `provenance` (null: none) is stored with the hashes of the inputs read by this process.
void write_dataset(const std::string& path, const Dataset&, const Value& provenance = {}, const WriteOptions& = {});

}  // namespace dm::io
