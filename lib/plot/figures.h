// The kinds of figure. A kind is one file and one line in figures(); it turns sets of arrays into panels.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/mat.h"
#include "core/option.h"
#include "plot/chart.h"
#include "plot/figure.h"

namespace dm::plot {

// What one input holds, in data units. Absent parts are empty.
struct Set {
  std::string name;
  Matrix<double> x;                  // [n, d]
  Matrix<double> y;                  // [n, dy]; with dy = d it may be where the rows started
  std::vector<std::string> columns;  // [d] headers
  std::vector<double> weights;       // [n], >= 0
  std::vector<double> t;             // [n], the time of each row: one panel or colour a time
  std::vector<double> path;          // [times, trajectories, dims], row-major; index 0 is the start
  int64_t times = 0, trajectories = 0, dims = 0;
  std::vector<double> path_t;                   // [times]
  std::vector<double> loss, step;               // [records]; step may be empty: 1, 2, ...
  std::vector<double> held_out, held_out_step;  // the loss on rows that are not trained on, and when it was taken
  std::vector<double> phase_ends;               // steps at which another thing is learned from then on, rising
  std::vector<Chart> charts;                    // how a table says that its columns are drawn
  std::vector<int64_t> shape;                   // of rows that are images: height, width, channels
  // Of a table of results: column j holds words where words[j] is not empty, and its cells are numbers of them. NaN: nothing is said.
  std::vector<std::vector<std::string>> words;
  std::vector<std::string> word_at;  // of such a column, a word that is no number and where it stands: "'heun' in line 3"
  // What an oracle, a model or a transport says of any x [n, d] at one time, and the box [d] in which that is worth a look.
  std::function<void(Mat<const double> x, double* out)> log_p;     // [n]
  std::function<void(Mat<const double> x, Mat<double> v)> arrows;  // [n, d]
  std::string arrows_name;                                         // "score"
  std::vector<Range> box;
  int64_t dim() const { return box.empty() ? x.cols : int64_t(box.size()); }
};

// Options that every kind understands.
struct Look {
  std::vector<std::string> labels;  // of the axes
  std::optional<Range> xlim, ylim;
  std::optional<int64_t> limit;  // most points or trajectories drawn of each set
};

using FigureEntry = Entry<Figure, const std::vector<Set>&, const Look&>;
const Family& figures();

// The kind that suits the data: lines where a table brings charts, loss curves, densities, arrows, images, else paths, else by dimension: 1
// density, 2 scatter, more corner.
std::string suited(const std::vector<Set>&);
// What an option `kind` says before any data are seen: its type, else the only kind that has all of its options, else "".
std::string implied(const Value& kind);

// --- for the kinds ---------------------------------------------------------------------------------------------------------------

// The common number of columns; an Error (Exit::data) where the sets differ, are empty or hold no /x, unless they say with a `function`
// what is drawn. Kinds call it first.
int64_t common_dimension(const std::vector<Set>&, const char* kind, bool functions = false);
// The columns (0-based) that an option `coordinates` names, counted from 1, of `dims`; null: the first ones, up to `most`. An Error
// (Exit::spec) where they are not between `least` and `most` whole numbers from 1 to `dims`. `doing` opens the sentence.
std::vector<int64_t> coordinates(const Value& given, int64_t dims, size_t least, size_t most, const std::string& doing);
// The smallest range that holds column j of every set, rows and boxes.
Range extent(std::span<const Set>, int64_t j);
// What an axis shows of column j: `asked`, else all with `pad` of the length at each end. But where at most one row in a hundred lies so
// far out that the rest would be a dot (the whole is 20 times as wide), the middle 99 per cent and half of their width on either side.
Range axis_range(std::span<const Set>, int64_t j, double pad, const std::optional<Range>& asked = {});
// Where bins of column j begin and end on an axis that shows `r`: at the smallest and the largest value of all rows on it, so that none is
// half empty; at its ends where all rows are one value.
Range bin_range(const std::vector<Set>&, int64_t j, Range r);
// "3 outside": rows (all where null) beyond the panel's x range in column a or, where b >= 0, beyond its y range in column b.
std::string outside_note(const Set&, const std::vector<int64_t>* rows, const Panel&, int64_t a, int64_t b);
std::string joined(const std::string& a, const std::string& b);  // with a comma where neither is empty
// Label k of the look, else the column's header, else x_j (x where there is only one column).
std::string axis_label(const std::vector<Set>&, const Look&, size_t k, int64_t j);
int beside(size_t panels);  // how many panels stand in a row: up to three, four of seven and more, two of four
// The form on the outline of density k of so many in a panel: -1, none, for up to three, whose colours differ in lightness.
inline int outline_form(size_t k, size_t sets) { return sets > 3 ? int(k) : -1; }
// Of panels that show the same ranges: numbers and labels stand at the left and below alone.
void share_axes(Figure&);

// The sets with their paths checked: those without one whose rows have a /y of as many columns are paths of two times, from y to x. An
// Error (Exit::data) where a set is neither, or they do not fit together. `doing` opens the sentence.
std::vector<Set> with_paths(const std::vector<Set>&, const std::string& doing);
std::string path_label(const Set&, const Look&, size_t k, int64_t j);  // as axis_label, of a path's coordinate

// How a heat map is made: cells along the longer axis, and the kernel's deviation as a share of it.
struct Cells {
  std::optional<int> bins;
  std::optional<double> smooth;
};
// Densities of two columns, a panel a set on common axes and colours; where one range is more than four times as long as another, each
// panel on its own axes, and its colours by its own peak.
Figure heat_maps(const std::vector<Set>&, const Look&, const Cells&);

// Which rows are drawn: all of them in order, or `limit` drawn without replacement, the same on every run.
std::vector<int64_t> chosen_rows(int64_t n, int64_t limit);
// "5,000 of 20,000 points", empty where all are drawn.
std::string limit_note(int64_t drawn, int64_t all, const char* what);
std::string grouped(int64_t);  // 20,000
// Radii in proportion to sqrt(weight / mean weight), up to 6; empty where the set has no weights.
std::vector<double> weight_scale(const Set&);

// Counts per cell of equal width over [r.lo, r.hi], in weight (1 a row where w is null), of the values v[0], v[stride], ...
std::vector<double> histogram(const double* v, int64_t n, int64_t stride, const double* w, Range r, int bins);
// Convolution with a normal density of standard deviation `sd` cells along an axis of `n` cells, `count` lines of them.
void smooth(std::vector<double>& cells, int n, int64_t stride, int64_t count, int64_t line_stride, double sd);

}  // namespace dm::plot
