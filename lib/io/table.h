// Tables of any kind in, CSV and .npy out.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/dataset.h"
#include "io/where.h"

namespace dm::io {

// Columns are "2,1", "1-5", "LATITUDE,LONGITUDE", "PC1-PC10" (1-based numbers, header names, ranges of either), joined by commas, with
// blanks between them or not; a text that is a name as a whole, commas and all, is that column. A
// column has one meaning: naming it twice is refused. Of "FILE.h5:/path" a column may also stand beside the table (beside.h). The cells of
// columns without a meaning are not read, nor are rows that fail a condition.
struct TableOptions {
  std::string x = "";  // columns of x; empty: all that the others do not take
  std::string y = "";  // columns of y; empty: none
  std::string t = "", weights = "", log_weights = "", index = "", obs = "", energy = "";  // one column of each; empty: none
  int64_t skip = 0;                                                                       // physical lines to skip at the top of a CSV
  std::string header = "auto";  // auto (a first line without a number, or all in quotes, names the columns), yes, no
  bool allow_nonfinite = false;
  // Rows to keep, "day=4" (where.h): of a column of the table, or for "FILE.h5:/path" of one beside it in the same file: /obs/day, where
  // AnnData has it, or a path.
  std::vector<std::string> where = {};
};

// CSV, .npy, PNG, "FILE.h5:/path", "-" for any of them on stdin. A PNG is one row: its pixels line by line from the top left, the
// channels of a pixel side by side, in [0, 1]; the state says their shape.
Dataset read_table(const std::string& path, const TableOptions& = {});
Dataset read_table(const Input&, const TableOptions& = {});

// What a table calls columns that have no names: x1, x2, ... A table that calls them so gives a dataset without names.
std::vector<std::string> made_up(char of, int64_t columns);
// Whether a file's name ends so, in capitals or not: ".csv".
bool has_suffix(const std::string& path, const std::string& suffix);
// Numbers are written with the fewest digits that read back as the same bits (17 at most); header: names or x1.., y1.., and the columns
// beside them by their fields (for_columns), all in quotes where one of them is a number. Paths are left out.
std::string to_csv(const Dataset&);
// One row under its header, see core/columns.h: text where needed in quotes, arrays as JSON, nothing for null.
std::string to_csv(const std::vector<std::pair<std::string, Value>>& row);
// .npy 1.0, little-endian float64 [n, d] in C order.
std::string to_npy(Mat<const double> x);

// The parsers by themselves; `name` is what the sentences call the text. Errors carry name:line:column.
struct Table {
  Matrix<double> cells;             // [rows, columns]; NaN in columns that are not selected
  std::vector<std::string> header;  // empty: none
  std::vector<int64_t> line;        // physical line number of each row of a CSV
  std::vector<int64_t> row;         // where rows were passed over elsewhere: the number (0-based) of each
  std::vector<std::string> beside;  // where its last columns stand, which joined it: "/obs/day"
  int64_t comments = 0;             // Dataset::comments
  bool integers = false;            // the numbers were integers, which doubles may not tell apart
};
// What is wanted of a CSV with this header (empty: none) and so many columns.
struct Asked {
  std::vector<int> numbers;     // columns (0-based) whose cells must be numbers; the others are not looked at
  std::vector<int> where = {};  // column of each condition of the filter
  Filter* filter = nullptr;
};
using Selection = std::function<Asked(const std::vector<std::string>& header, int count)>;
// A first line that mixes numbers and words, or is of numbers in quotes with such a line below, is refused unless `header` says yes or no.
// Without a selection every column is used.
Table parse_csv(std::string_view text, const std::string& name, int64_t skip = 0, const std::string& header = "auto",
                const Selection& = {});
// The cells of one line, `number` of the text `name`.
std::vector<std::string> csv_cells(std::string_view line, const std::string& name, int64_t number);
std::string counted(int64_t n, const std::string& what);                              // "1 column", "2 columns"
Matrix<double> by_columns(const std::vector<double>& v, int64_t rows, int64_t cols);  // of numbers that stand column after column
// Booleans, integers and floats of up to 8 bytes, in either order of bytes.
Matrix<double> parse_npy(std::string_view bytes, const std::string& name, bool* integers = nullptr);
// One row [1, h w c]; shape = {h, w, c}, c is 1 for grey and 3 for RGB.
Matrix<double> parse_png(std::string_view bytes, const std::string& name, std::vector<int64_t>& shape);
int64_t ordinal(std::string_view);  // "3" -> 3; anything else -> 0
// Column numbers (0-based) that `columns` names. A name that stands twice in the header is refused.
std::vector<int> columns(const std::string& columns, const std::vector<std::string>& header, int count, const std::string& name);

}  // namespace dm::io
