// Results: what measurements printed, a line each, to be drawn against their settings.
#pragma once
#include <string>
#include <vector>

#include "core/mat.h"
#include "io/input.h"

namespace dm::io {

// A row a line; columns as core/columns.h names them (w2.value, dm-sample.sampler, dm-sample.sampler.eta).
struct Results {
  std::vector<std::string> columns;
  Matrix<double> cells;                         // NaN where a line says nothing, null, or NaN, inf or NA among numbers
  std::vector<std::vector<std::string>> words;  // of column j, in the order in which they appear; empty: it holds numbers
  std::vector<std::string> word_at;             // of a column of words the first that is no number, "'heun' in line 3"
};

// Whether an input is JSON lines of results, be they damaged, and no spec of an oracle or a bridge.
bool holds_results(const Input&);
// JSON lines, or CSV with such names as header; a line whose first cell is that of the first line is a header again, of the rows below
// it, and a first line of numbers alone is a row. Throws Exit::data with the line's number.
Results read_results(const Input&);

}  // namespace dm::io
