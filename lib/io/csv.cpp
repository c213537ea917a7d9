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
  int64_t line = 1, column = 1;  // of its first character, 1-based
  bool quoted = false;
};

[[noreturn]] void fail(const std::string& name, int64_t line, int64_t column, const std::string& sentence) {
  throw Error(name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + sentence, Exit::data);
}

// What parts the cells of the first line, which `text` begins with: what follows its first cell where that is in quotes, else the first of
// , tab ; that it holds; else blanks.
char delimiter_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  if (text.starts_with('"')) {
    size_t at = 1;
    while (at < text.size() && (text[at] != '"' || text.substr(at + 1).starts_with('"'))) at += text[at] == '"' ? 2 : 1;
    at = text.find_first_not_of(' ', std::min(at + 1, text.size()));
    return at < text.size() && (text[at] == ',' || text[at] == '\t' || text[at] == ';') ? text[at] : ' ';
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  const bool decimal =
      line.find(';') != line.npos && line.find_first_not_of("0123456789,;+-. \r") == line.npos;  // 1,5;2: commas in numbers
  for (const char c : {',', '\t', ';'})
    if (line.find(c) != line.npos && !(decimal && c == ',')) return c;
  return ' ';
}

// Where the line that holds `at` ends, blanks at its end left out; `next`: where the one after it begins.
size_t line_end(std::string_view text, size_t at, size_t& next) {
  size_t end = std::min(text.find('\n', at), text.size());
  next = end + 1;
  while (end > at && (text[end - 1] == '\r' || text[end - 1] == ' ')) --end;
  return end;
}

// The cells of the line of `text` at `at`, and of the lines below it as far as cells in quotes go on there. `at` and the line's number move
// to the last of these.
std::vector<Cell> split(std::string_view text, size_t& begin, int64_t& number, char delimiter, const std::string& name) {
  std::vector<Cell> cells;
  const bool blanks = delimiter == ' ';
  size_t at = begin, next = 0, size = line_end(text, begin, next);
  const auto column = [&] { return int64_t(at - begin) + 1; };
  for (;;) {
    while (at < size && (text[at] == ' ' || (text[at] == '\t' && delimiter != '\t'))) ++at;
    if (blanks && at == size) break;
    if (int64_t(cells.size()) == most_cells) fail(name, number, column(), "a line has at most " + counted(most_cells, "cell") + ".");
    Cell c;
    c.line = number, c.column = column();
    if (at < size && text[at] == '"') {
      c.quoted = true;
      for (++at;; ++at) {
        if (at >= size && next >= text.size()) fail(name, c.line, c.column, "a quote is opened but not closed.");
        if (at >= size) {  // the cell goes on in the next line
          c.text += text.substr(at, next - at);
          begin = at = next, ++number;
          size = line_end(text, begin, next);
          --at;
          continue;
        }
        if (text[at] == '"' && (at + 1 >= size || text[at + 1] != '"')) break;
        if (text[at] == '"') ++at;  // "" is a quote inside quotes
        c.text += text[at];
      }
      ++at;
      while (at < size && text[at] == ' ' && !blanks) ++at;
      if (at < size && text[at] != delimiter)
        fail(name, number, column(),
             "text follows a closing quote" +
                 (number > c.line ? ", opened in line " + std::to_string(c.line) + ", column " + std::to_string(c.column) : "") + ".");
    } else {
      const std::string_view line = text.substr(0, size);
      const size_t end = std::min(line.find_first_of(blanks ? std::string_view(" \t") : std::string_view(&delimiter, 1), at), size);
      c.text = trim(line.substr(at, end - at));
      at = end;
    }
    cells.push_back(std::move(c));
    if (at >= size) break;
    ++at;  // the delimiter; one at the very end opens a last empty cell
    if (!blanks && at == size) {
      cells.push_back({"", number, column(), false});
      break;
    }
  }
  return cells;
}

bool all_quoted(const std::vector<Cell>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const Cell& c) { return c.quoted; });
}

// Whether the first cell of a line is an error of a spreadsheet; else a line that begins with # is a comment.
bool spreadsheet_error(std::string_view line, char delimiter) {
  const std::string_view cell = trim(line.substr(0, delimiter == ' ' ? line.find_first_of(" \t") : line.find(delimiter)));
  for (const char* error : {"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"})
    if (cell == error) return true;
  return false;
}

// What is wrong with a cell that is not read as a number, and what to do; `column`: its name or number.
std::string unread(const std::string& s, char delimiter, const std::string& column) {
  const std::string shown = "'" + s.substr(0, 40) + "'",
                    passing = " Such rows are passed over by dm-data import --where '" + column + "!=" + s + "'.";
  if (s.empty()) return "the cell is empty; a number was expected." + passing;
  if (numeral(s)) {
    if (s.find_first_not_of("+-0123456789") != s.npos || s.size() > 300)
      return shown + " is out of the range of double numbers, about 5e-324 to 1.8e308.";
    return shown + " is an integer that no double number holds, so another would stand in its place. " +
           "Leave its column out; or write it with a decimal point, where the nearest will do.";
  }
  if (std::string point = s; delimiter != ',' && std::count(s.begin(), s.end(), ',') == 1) {
    point[s.find(',')] = '.';
    if (numeral(point)) return shown + " has a decimal comma, which is not read. Convert: tr , . <IN >OUT.";
  }
  for (const char* none : {"NA", "N/A", "NULL", "null", "None", "-", "."})
    if (s == none) return shown + " is not a number." + passing;
  return shown + " is not a number." + (spreadsheet_error(s, delimiter) ? passing : "");
}

// Whether a comment could be taken for a row of so many cells.
bool like_a_row(std::string_view line, size_t width, char delimiter) try {
  size_t begin = 0;
  int64_t number = 1;
  return split(line, begin, number, delimiter, "").size() == width;
} catch (const Error&) {
  return false;
}

bool is_utf8(std::string_view s) {
  for (size_t i = 0; i < s.size();) {
    const auto first = static_cast<unsigned char>(s[i++]);
    int more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    for (; more > 0 && i < s.size() && (s[i] & 0xc0) == 0x80; --more) ++i;
    if (more) return false;
  }
  return true;
}

// Whether the first line names the columns: no cell of it is a number, or all are in quotes, as to_csv writes names that are numbers.
// Words and numbers together are no name and no row: nobody can tell which was meant.
bool is_header(const std::vector<Cell>& cells, const std::string& header, const std::string& name) {
  if (header != "auto") return header == "yes";
  if (all_quoted(cells)) return true;
  const Cell *number = nullptr, *word = nullptr;
  for (const Cell& c : cells) (numeral(c.text) ? number : word) = &c;
  if (number && word)
    fail(name, word->line, word->column,
         (word->text.empty() ? "an empty cell" : "'" + word->text.substr(0, 40) + "'") + " is no number but '" + number->text +
             "' is one, so the first line may name the columns or be a row. Say which: dm-data import --header yes|no.");
  return word;
}

}  // namespace

std::string counted(int64_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

Table parse_csv(std::string_view text, const std::string& name, int64_t skip, const std::string& header, const Selection& selection) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (const size_t at = text.find('\r'); at < text.size() - 1 && text.find('\n') == text.npos)
    fail(name, 1, int64_t(at) + 1,
         "the lines end in CR alone, as on an old Mac; LF or CR LF was expected. Convert: tr '\\r' '\\n' <IN >OUT.");
  Table t;
  size_t width = 0;
  std::vector<bool> used;
  Asked asked;
  char delimiter = ',';
  bool first = true, numbered = false;  // numbered: the quotes alone make the first line a header
  int64_t number = 0;
  for (size_t at = 0; at < text.size();) {
    size_t begin = at;
    line_end(text, begin, at);
    const std::string_view line = trim(text.substr(begin, at - 1 - begin));
    if (++number <= skip || line.empty()) continue;
    if (line[0] == '#' && (first || !spreadsheet_error(line, delimiter))) {
      if (!t.line.empty()) t.comments += like_a_row(line, width, delimiter);
      continue;
    }
    if (first) delimiter = delimiter_of(text.substr(begin));
    const int64_t top = number;
    const std::vector<Cell> cells = split(text, begin, number, delimiter, name);
    line_end(text, begin, at);
    double x;
    if (first) {
      first = false;
      width = cells.size();
      const bool names = is_header(cells, header, name);
      if (names)
        for (const Cell& c : cells) {
          if (!is_utf8(c.text))
            fail(name, c.line, c.column, "the name of this column is not UTF-8. Convert, from Latin-1: iconv -f LATIN1 -t UTF-8 <IN >OUT");
          t.header.push_back(c.text);
        }
      used.assign(width, !selection);
      if (selection) asked = selection(t.header, int(width));
      for (const int j : asked.numbers) used[size_t(j)] = true;
      numbered = names && header == "auto" && std::any_of(cells.begin(), cells.end(), [](const Cell& c) { return numeral(c.text); });
      if (names) continue;
    }
    if (numbered && all_quoted(cells))
      fail(name, top, 1,
           "this line is in quotes like the first one, which may name the columns or be a row. Say which: dm-data import --header yes|no.");
    numbered = false;
    if (cells.size() != width)
      fail(name, top, 1,
           "this line has " + counted(int64_t(cells.size()), "cell") + "; the first one has " + std::to_string(width) + "." +
               (cells.size() == width + 1 && t.line.empty() && !t.header.empty()
                    ? " Names of rows have no header where R writes them; leave them out there: row.names = FALSE."
                    : ""));
    bool passes = true;
    for (size_t k = 0; passes && k < asked.where.size(); ++k) {
      const Cell& c = cells[size_t(asked.where[k])];
      try {
        passes = asked.filter->passes(k, c.text);
      } catch (const Error& e) {
        fail(name, c.line, c.column, e.what());
      }
    }
    if (!passes) continue;
    for (size_t j = 0; j < width; ++j) {
      const Cell& c = cells[j];
      if (!used[j])
        x = NAN;
      else if (!to_number(c.text, x))
        fail(name, c.line, c.column, unread(c.text, delimiter, t.header.empty() ? std::to_string(j + 1) : t.header[j]));
      t.cells.v.push_back(x);
    }
    t.line.push_back(top);
  }
  t.cells.rows = int64_t(t.line.size()), t.cells.cols = int64_t(width);
  if (t.cells.rows == 0 && !asked.where.empty()) throw Error(name + ": " + asked.filter->none(), Exit::data);
  if (t.cells.rows == 0) throw Error(name + " has no rows of numbers" + (skip ? " after the lines skipped" : "") + ".", Exit::data);
  return t;
}

std::vector<std::string> csv_cells(std::string_view line, const std::string& name, int64_t number) {
  std::vector<std::string> out;
  size_t begin = 0;
  for (Cell& c : split(line, begin, number, delimiter_of(line), name)) out.push_back(std::move(c.text));
  return out;
}

template <class T>
static void number(std::string& out, T x) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x);
  out.append(buffer, error == std::errc() ? end : buffer);
}

static std::string in_quotes(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// In quotes where it could be read as something else, be it alone in its line: as several cells, a comment, a blank line or a byte order
// mark.
static std::string quoted(const std::string& s) {
  return !s.empty() && s.find_first_of(", \t;\"\r\n") == s.npos && s[0] != '#' && s[0] != '\xef' ? s : in_quotes(s);
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
  for_columns(
      [&](const char* name, const auto& v) {
        if (v) header.push_back(name);
      },
      d);
  out.reserve(size_t(d.x.rows) * header.size() * 24);  // of a number; to grow would take it twice
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
    for_columns(
        [&](const char*, const auto& v) {
          if (v) out += ',', number(out, (*v)[size_t(i)]);
        },
        d);
    out += '\n';
  }
  return out;
}

std::string to_csv(const std::vector<std::pair<std::string, Value>>& row) {
  const auto one_line = [](std::string s) {
    for (char& c : s)
      if (c == '\n' || c == '\r') c = ' ';
    return quoted(s);
  };
  std::string header, cells;
  for (const auto& [name, v] : row) {
    const char* const comma = &v == &row.front().second ? "" : ",";
    header += comma + one_line(name);
    cells += comma + (v.is_null() ? "" : one_line(v.is_text() ? v.text() : to_json(v)));
  }
  return header + "\n" + cells + "\n";
}

}  // namespace dm::io
