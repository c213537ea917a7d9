// What a table of curves says about its own picture: panels, and in each which column against which, over which rows. It travels with the
// table as JSON (schemas/formats.md), so that the picture of a file needs no flags.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/value.h"
#include "plot/ticks.h"

namespace dm::plot {

struct Curve {
  enum Style { line, dots, dashes } style = line;  // truth, truth at few points, bound
  std::string name;
  std::string y;                // a column
  int64_t first = 0, rows = 0;  // over these rows of the table
  int colour = 0;               // category(colour); -1: grey
};

struct Chart {
  std::string title;
  std::string x;  // a column
  std::string x_label, y_label;
  bool x_log = false, y_log = false;
  std::optional<Range> y_range;  // unset: all points
  std::vector<Curve> curves;
};

Value to_value(const std::vector<Chart>&);
// Of the attribute `state` of a table with these columns and so many rows; empty where it holds no "charts". Throws (Exit::data) with
// `name` where a chart names a column or rows that the table does not have.
std::vector<Chart> charts_of(const Value& state, const std::vector<std::string>& columns, int64_t rows, const std::string& name);

}  // namespace dm::plot
