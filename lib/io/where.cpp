#include "io/where.h"

#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/value.h"

namespace dm::io {

// What comes of all of s as a number; invalid_argument where it is none.
static std::errc scan(std::string_view s, double& x) {
  if (!s.empty() && s[0] == '+') s.remove_prefix(1);
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), x);
  const size_t read = size_t(end - s.data());
  if (read == s.size()) return error;
  const bool fortran = read && (s[read] == 'D' || s[read] == 'd') && s.find_first_of("+-0123456789", read) == read + 1;
  if (!fortran) return std::errc::invalid_argument;
  std::string exponent(s);
  exponent[read] = 'e';
  return scan(exponent, x);
}

bool numeral(std::string_view s) {
  double x;
  return scan(s, x) != std::errc::invalid_argument;
}

bool to_number(std::string_view s, double& x) {
  if (scan(s, x) != std::errc()) return false;
  if (s.starts_with('+')) s.remove_prefix(1);
  if (!ambiguous(x) || s.find_first_not_of("-0123456789") != s.npos) return true;
  char digits[512];
  const char* const last = std::to_chars(digits, digits + sizeof digits, x, std::chars_format::fixed, 0).ptr;
  return std::string_view(digits, size_t(last - digits)) == s;
}

std::string_view trim(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

static double truth_of(std::string_view s) {
  for (const char* yes : {"TRUE", "True", "true"})
    if (s == yes) return 1;
  for (const char* no : {"FALSE", "False", "false"})
    if (s == no) return 0;
  return NAN;
}

Where::Where(const std::string& given) : number(NAN) {
  const auto at = given.find_first_of("=!<>");
  if (at != given.npos) op = given[at];
  if (at != given.npos && at + 1 < given.size() && given[at + 1] == '=') op += '=';
  column = trim(std::string_view(given).substr(0, at));
  if (column.empty() || op.empty() || op == "!")
    throw Error("where: found '" + given + "'; COLUMN=VALUE was expected, or !=, <, <=, > or >= in the place of =", Exit::spec);
  value = trim(std::string_view(given).substr(at + op.size()));
  if (op == "==") op = "=";
  if (double x; to_number(value, x)) number = x;
  truth = truth_of(value);
  if (compares() && std::isnan(number))
    throw Error("where: '" + given + "' compares numbers, and '" + value + "' is none; texts are compared by = and !=", Exit::spec);
}

bool Where::holds(double cell) const {
  if (op == "=") return cell == number || cell == truth;
  if (op == "!=") return cell != number && cell != truth;
  if (op == "<") return cell < number;
  if (op == "<=") return cell <= number;
  return op == ">" ? cell > number : cell >= number;
}

bool Where::holds(std::string_view cell) const {
  cell = trim(cell);
  double x;
  const bool is_number = to_number(cell, x);
  if (compares() && !is_number)
    throw Error((cell.empty() ? "the cell is empty" : "'" + std::string(cell.substr(0, 40)) + "' is not a number") + ", and --where " +
                    text() + " compares numbers. A condition before it may pass over such rows: --where " + column +
                    "!=" + std::string(cell.substr(0, 40)) + ".",
                Exit::data);
  if (is_number && !std::isnan(number)) return holds(x);
  return (op == "=") == (cell == value);
}

Filter::Filter(const std::vector<std::string>& given) {
  for (const std::string& g : given) conditions_.emplace_back(g);
  seen_.resize(conditions_.size());
}

static constexpr std::size_t few = 12;

bool Filter::passes(std::size_t k, std::string_view cell) {
  if (seen_[k].size() < few) seen_[k].emplace(cell.substr(0, 40));
  return conditions_[k].holds(cell);
}

bool Filter::passes(std::size_t k, double cell) {
  if (seen_[k].size() < few) seen_[k].insert(shortest(cell));
  return conditions_[k].holds(cell);
}

std::string Filter::none() const {
  std::string all, held;
  for (std::size_t k = 0; k < conditions_.size(); ++k) {
    all += " --where " + conditions_[k].text();
    if (seen_[k].empty()) continue;  // no row came so far
    std::string cells;
    for (const std::string& s : seen_[k]) cells += (cells.empty() ? "" : ", ") + (s.empty() ? std::string("''") : s);
    held += " '" + conditions_[k].column + "' holds " + cells + (seen_[k].size() < few ? "" : ", ...") +
            (k ? " in the rows that pass so far." : ".");
  }
  return "no row passes" + all + "." + held;
}

}  // namespace dm::io
