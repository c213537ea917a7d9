// Where an axis carries numbers.
#pragma once
#include <string>
#include <vector>

namespace dm::plot {

struct Range {
  double lo = 0, hi = 0;  // lo < hi once it belongs to an axis
};

struct Tick {
  double at;
  std::string label;  // empty: a minor tick
};

// The range that an axis shows for data in [lo, hi]: `pad` of its length added at each end; a degenerate range (lo == hi) is opened to
// a unit or a tenth of its size. NaN, infinity or lo > hi is an Error (Exit::data). On a log axis lengths are measured in decades,
// and lo <= 0 is an Error.
Range shown_range(double lo, double hi, double pad, bool log = false);

// Multiples of 1, 2 or 5 times a power of ten inside the range, as near to `target` of them as possible; labels share one
// number of digits (of the distance from offset(range)), and carry a power of ten where they are very large or very small.
std::vector<Tick> linear_ticks(Range, int target);

// A round number near a range that is narrow for its place (1e12 to 1e12 + 3): its ticks are labelled by their distance from it, which the
// axis then names. 0 where ticks can be labelled as they are.
double offset(Range);
std::string offset_label(double);  // "1.5\u00d710^12"

// Powers of ten (every k-th where there are many) with minor ticks at 2 .. 9; below three powers also labels at 2 and 5, as
// decimals where these are short, and below a factor of five or without a power linear ticks.
std::vector<Tick> log_ticks(Range, int target);
// Powers of two, every k-th of them labelled.
std::vector<Tick> log2_ticks(Range, int target);

}  // namespace dm::plot
