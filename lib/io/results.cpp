#include "io/results.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/columns.h"
#include "core/error.h"
#include "io/table.h"

namespace dm::io {

namespace {

using Cells = std::vector<std::pair<std::string, Value>>;  // of a line: numbers, words or null
struct Row {
  int64_t line;
  Cells cells;
};

Cells cells_of(const Value& line) {
  Cells out = columns(line);
  for (auto& [name, v] : out)
    if (v.is_array() || v.is_bool()) v = to_json(v);
  return out;
}

Value cell_of(const std::string& text) {
  if (text.empty()) return {};
  double x = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(x) ? Value(x) : Value(text);
}

// Whether a cell makes its column one of words. What stands among numbers for one that is missing does not.
bool is_word(const Value& v) {
  if (!v.is_text()) return false;
  std::string s = v.text();
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  for (const char* none : {"", "nan", "na", "n/a", "inf", "-inf", "+inf", "infinity", "-infinity"})
    if (s == none) return false;
  return true;
}

// Calls visit(line, its number from 1) for every line that is not blank.
template <class F>
void for_lines(const std::string& text, F visit) {
  int64_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line(text.data() + at, end - at);
    at = end + 1, ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (!line.empty()) visit(line, number);
  }
}

std::vector<Row> from_json(const Input& in) {
  std::vector<Row> out;
  for_lines(in.text(), [&](std::string_view line, int64_t number) {
    const std::string where = in.name() + ", line " + std::to_string(number);
    try {
      const Value v = parse_json(line, where);
      if (!v.is_object()) throw Error(where + ": found " + v.type_name() + ", expected an object, as dm-eval --json prints it.");
      out.push_back({number, cells_of(v)});
    } catch (const Error& e) {
      throw Error(e.what(), Exit::data);
    }
  });
  return out;
}

std::vector<Row> from_csv(const Input& in) {
  std::vector<Row> out;
  std::vector<std::string> header;
  std::string first;
  for_lines(in.text(), [&](std::string_view line, int64_t number) {
    if (line[0] == '#') return;
    std::vector<std::string> cells = csv_cells(line, in.name(), number);
    if (header.empty() || cells[0] == first) {
      first = cells[0], header = cells;
      if (std::any_of(cells.begin(), cells.end(), [](const std::string& c) { return is_word(cell_of(c)); })) return;
      first.clear();  // a table without names, none of whose lines is a header
      for (size_t j = 0; j < header.size(); ++j) header[j] = "column " + std::to_string(j + 1);
    }
    if (cells.size() != header.size())
      throw Error(in.name() + ":" + std::to_string(number) + ": this line has " + counted(int64_t(cells.size()), "cell") +
                      "; the header above it has " + std::to_string(header.size()) + ".",
                  Exit::data);
    Row& row = out.emplace_back(number);
    for (size_t j = 0; j < cells.size(); ++j) row.cells.emplace_back(header[j], cell_of(cells[j]));
  });
  return out;
}

}  // namespace

bool holds_results(const Input& in) {
  if (in.content() != Content::json) return false;
  const std::string text = in.text();
  const auto object = [&](std::string_view line) -> std::optional<Value> {
    try {
      Value v = parse_json(line, in.name());
      if (v.is_object()) return v;
    } catch (const Error&) {
    }
    return {};
  };
  const size_t end = text.find('\n');
  if (const auto v = object(std::string_view(text).substr(0, end))) return !v->find("density") && !v->find("bridge");
  if (object(text)) return false;  // a spec over several lines
  // Damaged: a spec by its first key, else results. Who reads it says what is wrong.
  const std::string_view rest = std::string_view(text).substr(std::min(text.find_first_not_of(" \t\r\n{"), text.size()));
  return !rest.starts_with('[') && !rest.starts_with("\"density\"") && !rest.starts_with("\"bridge\"");
}

Results read_results(const Input& in) {
  const std::vector<Row> rows = in.content() == Content::json ? from_json(in) : from_csv(in);
  if (rows.empty()) throw Error(in.name() + " has no line of results.", Exit::data);
  Results out;
  const auto column = [&](const std::string& name) {
    const auto at = std::find(out.columns.begin(), out.columns.end(), name);
    return size_t(at - out.columns.begin());
  };
  for (const Row& row : rows)
    for (const auto& [name, v] : row.cells)
      if (column(name) == out.columns.size()) out.columns.push_back(name);
  out.cells = Matrix<double>(int64_t(rows.size()), int64_t(out.columns.size()), NAN);
  out.words.resize(out.columns.size());
  out.word_at.resize(out.columns.size());
  for (const Row& row : rows)
    for (const auto& [name, v] : row.cells)
      if (std::string& at = out.word_at[column(name)]; at.empty() && is_word(v))
        at = "'" + v.text() + "' in line " + std::to_string(row.line);
  for (size_t i = 0; i < rows.size(); ++i)
    for (const auto& [name, v] : rows[i].cells) {
      const size_t j = column(name);
      double& cell = out.cells[int64_t(i)][j];
      if (v.is_null()) continue;
      if (out.word_at[j].empty()) {
        if (v.is_number()) cell = v.number();
        continue;
      }
      const std::string word = v.is_text() ? v.text() : to_json(v);
      auto& words = out.words[j];
      const auto at = std::find(words.begin(), words.end(), word);
      cell = double(at - words.begin());
      if (at == words.end()) words.push_back(word);
    }
  return out;
}

}  // namespace dm::io
