// Conditions on the rows of a table: "day=4", "type!=B cell", "score>=.5".
#pragma once
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dm::io {

// Strictly a finite or non-finite decimal number with an optional sign; what a cell of a table is. An integer that no double holds, as
// identifiers may be, is none. The exponent of Fortran's double precision, 1.5D+01 or 1.5D1, is read.
bool to_number(std::string_view, double&);

bool numeral(std::string_view);  // a number, though it may be none that a double holds

// Whether a double that came from an integer may have come from its neighbour as well.
inline bool ambiguous(double integer) { return !(std::abs(integer) < 0x1p53); }

std::string_view trim(std::string_view);  // without the blanks around it

// = and != compare numbers where both sides are numbers or the cell is one and the value a truth, else texts as they stand, without the
// blanks around them; <, <=, >, >= compare numbers.
struct Where {
  std::string column, op, value;
  double number;  // of the value; NaN: it is a text
  double truth;   // 1 for TRUE, True and true, 0 for the like of FALSE, else NaN: what they are to cells that are numbers

  explicit Where(const std::string& given);  // throws Exit::spec
  bool compares() const { return op[0] == '<' || op[0] == '>'; }
  bool holds(double) const;
  bool holds(std::string_view cell) const;  // throws where numbers are compared and the cell is none: "'x' is not a number; ..."
  std::string text() const { return column + op + value; }
};

// All conditions, asked in their order, so that one may keep from the next what it cannot compare. Remembers what it has seen, for the
// sentence that is due where no row passes.
class Filter {
 public:
  explicit Filter(const std::vector<std::string>& given);
  const std::vector<Where>& conditions() const { return conditions_; }
  // Whether condition k holds for the cell of a row: a text, or a number.
  bool passes(std::size_t k, std::string_view cell);
  bool passes(std::size_t k, double cell);
  std::string none() const;  // "no row passes --where day=9. 'day' holds 0, 1, 2."

 private:
  std::vector<Where> conditions_;
  std::vector<std::set<std::string>> seen_;  // a few cells of each column
};

}  // namespace dm::io
