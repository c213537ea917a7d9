// CSV (RFC 4180 and its relatives): strict about numbers, tolerant about line ends, blanks and comments.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "io/table.h"
#include "io/where.h"

namespace dm::io {

namespace {

constexpr int64_t most_cells = 1000000;  // a line, each some 50 bytes

struct Cell {
  std::string text;
  int64_t column = 1;  // of its first character, 1-based
  bool quoted = false;
};

std::string_view trim(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

[[noreturn]] void fail(const std::string& name, int64_t line, int64_t column, const std::string& sentence) {
  throw Error(name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + sentence, Exit::data);
}

// The first of , tab ; that the line holds, else blanks.
char delimiter_of(std::string_view line) {
  for (const char c : {',', '\t', ';'})
    if (line.find(c) != line.npos) return c;
  return ' ';
}

std::vector<Cell> split(std::string_view line, char delimiter, const std::string& name, int64_t number) {
  std::vector<Cell> cells;
  const bool blanks = delimiter == ' ';
  size_t at = 0;
  for (;;) {
    while (at < line.size() && (line[at] == ' ' || (line[at] == '\t' && delimiter != '\t'))) ++at;
    if (blanks && at == line.size()) break;
    if (int64_t(cells.size()) == most_cells) fail(name, number, int64_t(at) + 1, "a line has at most " + counted(most_cells, "cell") + ".");
    Cell c;
    c.column = int64_t(at) + 1;
    if (at < line.size() && line[at] == '"') {
      c.quoted = true;
      for (++at;; ++at) {
        if (at >= line.size()) fail(name, number, c.column, "a quote is opened but not closed on this line.");
        if (line[at] == '"' && (at + 1 >= line.size() || line[at + 1] != '"')) break;
        if (line[at] == '"') ++at;  // "" is a quote inside quotes
        c.text += line[at];
      }
      ++at;
      while (at < line.size() && line[at] == ' ' && !blanks) ++at;
      if (at < line.size() && line[at] != delimiter) fail(name, number, int64_t(at) + 1, "text follows a closing quote.");
    } else {
      const size_t end = std::min(line.find_first_of(blanks ? std::string_view(" \t") : std::string_view(&delimiter, 1), at), line.size());
      c.text = trim(line.substr(at, end - at));
      at = end;
    }
    cells.push_back(std::move(c));
    if (at >= line.size()) break;
    ++at;  // the delimiter; one at the very end opens a last empty cell
    if (!blanks && at == line.size()) {
      cells.push_back({"", int64_t(at) + 1, false});
      break;
    }
  }
  return cells;
}

bool all_quoted(const std::vector<Cell>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const Cell& c) { return c.quoted; });
}

bool numeral(std::string_view s) {
  double x;
  return to_number(s, x);
}

// Whether the first line names the columns: no cell of it is a number, or all are in quotes, as to_csv writes names that are numbers.
// Words and numbers together are no name and no row: nobody can tell which was meant.
bool is_header(const std::vector<Cell>& cells, const std::string& header, const std::string& name, int64_t line) {
  if (header != "auto") return header == "yes";
  if (all_quoted(cells)) return true;
  const Cell *number = nullptr, *word = nullptr;
  for (const Cell& c : cells) (numeral(c.text) ? number : word) = &c;
  if (number && word)
    fail(name, line, word->column,
         (word->text.empty() ? "an empty cell" : "'" + word->text.substr(0, 40) + "'") + " is no number but '" + number->text +
             "' is one, so the first line may name the columns or be a row. Say which: dm-data import --header yes|no.");
  return word;
}

}  // namespace

std::string counted(int64_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

Table parse_csv(std::string_view text, const std::string& name, int64_t skip, const std::string& header, const Selection& selection) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Table t;
  size_t width = 0;
  std::vector<bool> used;
  Asked asked;
  char delimiter = ',';
  bool first = true, numbered = false;  // numbered: the quotes alone make the first line a header
  int64_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at)), whole = text.substr(at, end - at);
    at = end + 1;
    if (++number <= skip || line.empty() || line[0] == '#') continue;
    std::string_view content = whole;
    while (content.ends_with('\r') || content.ends_with(' ')) content.remove_suffix(1);
    if (first) delimiter = delimiter_of(line);
    const std::vector<Cell> cells = split(content, delimiter, name, number);
    double x;
    if (first) {
      first = false;
      width = cells.size();
      const bool names = is_header(cells, header, name, number);
      if (names)
        for (const Cell& c : cells) t.header.push_back(c.text);
      used.assign(width, !selection);
      if (selection) asked = selection(t.header, int(width));
      for (const int j : asked.numbers) used[size_t(j)] = true;
      numbered = names && header == "auto" && std::any_of(cells.begin(), cells.end(), [](const Cell& c) { return numeral(c.text); });
      if (names) continue;
    }
    if (numbered && all_quoted(cells))
      fail(name, number, 1,
           "this line is in quotes like the first one, which may name the columns or be a row. Say which: dm-data import --header yes|no.");
    numbered = false;
    if (cells.size() != width)
      fail(name, number, 1,
           "this line has " + counted(int64_t(cells.size()), "cell") + "; the first one has " + std::to_string(width) + ".");
    bool passes = true;
    for (size_t k = 0; passes && k < asked.where.size(); ++k) {
      const Cell& c = cells[size_t(asked.where[k])];
      try {
        passes = asked.filter->passes(k, c.text);
      } catch (const Error& e) {
        fail(name, number, c.column, e.what());
      }
    }
    if (!passes) continue;
    for (size_t j = 0; j < width; ++j) {
      const Cell& c = cells[j];
      if (!used[j])
        x = NAN;
      else if (!to_number(c.text, x))
        fail(name, number, c.column,
             c.text.empty() ? "the cell is empty; a number was expected." : "'" + c.text.substr(0, 40) + "' is not a number.");
      t.cells.v.push_back(x);
    }
    t.line.push_back(number);
  }
  t.cells.rows = int64_t(t.line.size()), t.cells.cols = int64_t(width);
  if (t.cells.rows == 0 && !asked.where.empty()) throw Error(name + ": " + asked.filter->none(), Exit::data);
  if (t.cells.rows == 0) throw Error(name + " has no rows of numbers" + (skip ? " after the lines skipped" : "") + ".", Exit::data);
  return t;
}

std::vector<std::string> csv_cells(std::string_view line, const std::string& name, int64_t number) {
  std::vector<std::string> out;
  for (Cell& c : split(line, delimiter_of(line), name, number)) out.push_back(std::move(c.text));
  return out;
}

static void number(std::string& out, double x) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x);
  out.append(buffer, error == std::errc() ? end : buffer);
}

static std::string in_quotes(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c == '\n' || c == '\r' ? ' ' : c);
  return out + "\"";
}

static std::string quoted(const std::string& s) {
  return s.find_first_of(",\"\r\n") == s.npos && trim(s) == s && !s.starts_with('#') ? s : in_quotes(s);
}

std::vector<std::string> made_up(char of, int64_t columns) {
  std::vector<std::string> names;
  for (int64_t j = 1; j <= columns; ++j) names.push_back(of + std::to_string(j));
  return names;
}

std::string to_csv(const Dataset& d) {
  std::string out;
  std::vector<std::string> header = d.names.empty() ? made_up('x', d.x.cols) : d.names;
  if (d.y) {
    const std::vector<std::string> y = d.y_names.empty() ? made_up('y', d.y->cols) : d.y_names;
    header.insert(header.end(), y.begin(), y.end());
  }
  const std::pair<const std::optional<std::vector<double>>*, const char*> extra[] = {
      {&d.t, "t"}, {&d.weights, "weights"}, {&d.log_weights, "log_weights"}};
  for (const auto& [v, name] : extra)
    if (*v) header.push_back(name);
  // A header with a number in it is one by its quotes.
  const auto written = std::any_of(header.begin(), header.end(), numeral) ? in_quotes : quoted;
  for (size_t j = 0; j < header.size(); ++j) out += (j ? "," : "") + written(header[j]);
  out += '\n';
  for (int64_t i = 0; i < d.x.rows; ++i) {
    for (int64_t j = 0; j < d.x.cols; ++j) {
      if (j) out += ',';
      number(out, d.x[i][j]);
    }
    if (d.y)
      for (int64_t j = 0; j < d.y->cols; ++j) out += ',', number(out, (*d.y)[i][j]);
    for (const auto& [v, name] : extra)
      if (*v) out += ',', number(out, (**v)[size_t(i)]);
    out += '\n';
  }
  return out;
}

std::string to_csv(const std::vector<std::pair<std::string, Value>>& row) {
  std::string header, cells;
  for (const auto& [name, v] : row) {
    const char* const comma = &v == &row.front().second ? "" : ",";
    header += comma + quoted(name);
    cells += comma + (v.is_null() ? "" : quoted(v.is_text() ? v.text() : to_json(v)));
  }
  return header + "\n" + cells + "\n";
}

}  // namespace dm::io
