#include "io/table.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "io/beside.h"

namespace dm::io {

// "3" -> 3; anything else -> 0
static int64_t ordinal(std::string_view s) {
  if (s.empty() || s.size() > 9 || s.find_first_not_of("0123456789") != s.npos) return 0;
  int64_t n = 0;
  for (const char c : s) n = 10 * n + (c - '0');
  return n;
}

// "PC1-PC10" -> from the one header to the other; {-1, -1} where no dash stands between two headers.
static std::pair<int, int> named_range(const std::string& item, const std::vector<std::string>& header, const std::string& name) {
  std::pair<int, int> range{-1, -1};
  for (size_t dash = item.find('-', 1); dash < item.size(); dash = item.find('-', dash + 1)) {
    const auto first = std::find(header.begin(), header.end(), item.substr(0, dash)),
               last = std::find(header.begin(), header.end(), item.substr(dash + 1));
    if (first == header.end() || last == header.end()) continue;
    if (range.first >= 0) throw Error(name + ": '" + item + "' can be read as two ranges of columns; give their numbers.", Exit::usage);
    if (last < first)
      throw Error(name + ": the range '" + item + "' runs backwards; column '" + *last + "' stands before '" + *first + "'.", Exit::usage);
    range = {int(first - header.begin()), int(last - header.begin())};
  }
  return range;
}

std::vector<int> columns(const std::string& list, const std::vector<std::string>& header, int count, const std::string& name) {
  std::vector<int> out;
  if (const auto hit = std::find(header.begin(), header.end(), list); hit != header.end()) return {int(hit - header.begin())};
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    const std::string item(trim(std::string_view(list).substr(at, end - at)));
    at = end + 1;
    if (const auto hit = std::find(header.begin(), header.end(), item); hit != header.end()) {
      out.push_back(int(hit - header.begin()));
      continue;
    }
    const auto dash = item.find('-');
    const int64_t lo = ordinal(std::string_view(item).substr(0, dash)),
                  hi = dash == item.npos ? lo : ordinal(std::string_view(item).substr(dash + 1));
    if (lo >= 1 && hi >= lo && hi <= count) {
      for (int64_t k = lo; k <= hi; ++k) out.push_back(int(k - 1));
      continue;
    }
    if (const auto [first, last] = named_range(item, header, name); first >= 0) {
      for (int k = first; k <= last; ++k) out.push_back(k);
      continue;
    }
    if (dash != item.npos && lo >= 1 && hi >= 1)
      throw Error(name + ": the range '" + item + "' " +
                      (hi < lo ? "runs backwards; write " + std::to_string(hi) + "-" + std::to_string(lo) + "."
                               : "goes beyond the last column, " + std::to_string(count) + "."),
                  Exit::usage);
    std::string known = counted(count, "column");
    if (!header.empty() && header.size() <= 20) {
      known += ":";
      for (const auto& h : header) known += (h == header[0] ? " " : ", ") + h;
    }
    throw Error(name + " has no column '" + item + "'; it has " + known + "." + did_you_mean(item, header) +
                    " Columns are given as names, numbers from 1, or ranges like 1-5 and PC1-PC10.",
                Exit::usage);
  }
  return out;
}

static Matrix<double> take(const Matrix<double>& from, const std::vector<int>& cols) {
  Matrix<double> m(from.rows, int64_t(cols.size()));
  for (int64_t i = 0; i < m.rows; ++i)
    for (size_t j = 0; j < cols.size(); ++j) m[i][j] = from[i][cols[j]];
  return m;
}

namespace {
// Which columns (0-based) mean what.
struct Roles {
  std::vector<int> x, y, t, weights, log_weights;
  std::vector<int> all() const {
    std::vector<int> used;
    for (const auto* role : {&x, &y, &t, &weights, &log_weights}) used.insert(used.end(), role->begin(), role->end());
    return used;
  }
};

Roles roles_of(const TableOptions& o, const std::vector<std::string>& header, int count, const std::string& name) {
  Roles r;
  const auto find = [&](const std::string& list, std::vector<int>& role, const char* what) {
    if (list.empty()) return;
    role = columns(list, header, count, name);
    if (what && role.size() != 1)
      throw Error(name + ": found " + counted(int64_t(role.size()), "column") + " '" + list + "' for " + what + ", expected one.",
                  Exit::usage);
  };
  find(o.x, r.x, nullptr), find(o.y, r.y, nullptr), find(o.t, r.t, "t");
  find(o.weights, r.weights, "the weights"), find(o.log_weights, r.log_weights, "the log-weights");
  std::vector<int> times(size_t(count), 0);
  for (const int j : r.all())
    if (++times[size_t(j)] == 2)
      throw Error(name + ": column " + std::to_string(j + 1) + (header.empty() ? "" : " ('" + header[size_t(j)] + "')") +
                      " is named twice; each column has one meaning.",
                  Exit::usage);
  if (o.x.empty())
    for (int j = 0; j < count; ++j)
      if (!times[size_t(j)]) r.x.push_back(j);
  if (r.x.empty()) throw Error(name + ": no column is left for x.", Exit::usage);
  return r;
}
}  // namespace

Dataset read_table(const std::string& path, const TableOptions& o) { return read_table(Input(path), o); }

// The column of each condition.
static std::vector<int> tested(const Filter& filter, const std::vector<std::string>& header, int count, const std::string& name) {
  std::vector<int> out;
  for (const Where& w : filter.conditions()) {
    const std::vector<int> c = columns(w.column, header, count, name);
    if (c.size() != 1)
      throw Error(name + ": --where " + w.text() + " names " + counted(int64_t(c.size()), "column") + ", expected one.", Exit::usage);
    out.push_back(c[0]);
  }
  return out;
}

// Keeps the rows that pass. A condition speaks of a column of the table, or of one beside it in the file, where there is a `root`.
static void keep(Table& t, Filter& filter, const h5::Group* root, const std::string& name) {
  if (filter.conditions().empty()) return;
  const int64_t n = t.cells.rows;
  std::vector<Cells> cells;
  for (const Where& w : filter.conditions()) {
    const bool own = std::find(t.header.begin(), t.header.end(), w.column) != t.header.end() || ordinal(w.column);
    if (root && !own) {
      cells.push_back(read_beside(*root, w.column, n, t.header, name));
      continue;
    }
    const std::vector<int> j = columns(w.column, t.header, int(t.cells.cols), name);
    std::vector<double> column;
    for (int64_t i = 0; i < n; ++i) column.push_back(t.cells[i][j[0]]);
    cells.emplace_back(std::move(column));
  }
  int64_t kept = 0;
  for (int64_t i = 0; i < n; ++i) {
    bool passes = true;
    for (size_t k = 0; passes && k < cells.size(); ++k) try {
        passes = std::visit([&](const auto& c) { return filter.passes(k, c[size_t(i)]); }, cells[k]);
      } catch (const Error& e) {
        throw e.in(name + ", row " + std::to_string(i + 1));
      }
    if (!passes) continue;
    std::copy_n(t.cells[i], t.cells.cols, t.cells[kept++]);
    t.row.push_back(i);
  }
  if (!kept) throw Error(name + ": " + filter.none(), Exit::data);
  t.cells.rows = kept;
  t.cells.v.resize(size_t(kept * t.cells.cols));
}

// The dataset at in.inside().
static Table read_inside(const Input& in, Filter& filter, std::string& name) {
  if (in.content() != Content::hdf5) throw Error(in.name() + " is not HDF5, so it has no '" + in.inside() + "' inside.", Exit::data);
  const std::string at = in.inside().substr(1);
  const h5::Group root = in.open();
  if (root.info(at).kind == h5::Info::group) {
    std::string names;
    for (const auto& n : at.empty() ? root.names() : root.at(at).names()) names += (names.empty() ? "" : ", ") + n;
    throw Error(in.name() + ": /" + at + " is a group; a dataset was expected. It holds " + (names.empty() ? "nothing" : names) + ".",
                Exit::data);
  }
  Table t;
  h5::Shape s;
  t.cells.v = root.read<double>(at, s);
  if (s.empty() || s.size() > 2)
    throw Error(in.name() + ": /" + at + " has shape " + h5::to_text(s) + "; [rows, columns] was expected.", Exit::data);
  t.cells.rows = s[0], t.cells.cols = s.size() == 2 ? s[1] : 1;
  if (t.cells.v.empty()) throw Error(in.name() + ": /" + at + " is empty.", Exit::data);
  if (const Value v = root.get("names", at); v.is_array() && int64_t(v.items().size()) == t.cells.cols)
    for (const Value& n : v.items()) t.header.push_back(n.is_text() ? n.text() : "");
  name = in.name() + ": /" + at;
  keep(t, filter, &root, name);
  return t;
}

Dataset read_table(const Input& in, const TableOptions& o) {
  Table t;
  Dataset d;
  Filter filter(o.where);
  std::vector<int64_t> shape;  // of images
  const std::string& path = in.given();
  std::string name = in.name();
  if (!in.inside().empty()) {
    t = read_inside(in, filter, name);
  } else if (in.content() == Content::npy) {
    t.cells = parse_npy(in.text(), in.name());
    keep(t, filter, nullptr, name);
  } else if (in.content() == Content::png) {
    t.cells = parse_png(in.text(), in.name(), shape);
    keep(t, filter, nullptr, name);
  } else if (in.content() == Content::text) {
    t = parse_csv(in.text(), in.name() == "standard input" ? in.name() : path, o.skip, o.header,
                  [&](const std::vector<std::string>& header, int count) {
                    return Asked{roles_of(o, header, count, name).all(), tested(filter, header, count, name), &filter};
                  });
  } else if (in.content() == Content::hdf5) {
    const h5::Group root = in.open();
    std::string held;
    for (const std::string& n : root.names()) held += (held.empty() ? "'" : ", '") + path + ":/" + n + "'";
    throw Error(in.name() + " is HDF5; name a dataset in it. It holds " + (held.empty() ? "nothing" : held) + ".", Exit::usage);
  } else {
    throw Error(in.name() + " is JSON; a table (CSV, .npy, PNG or FILE.h5:/path) was expected.", Exit::data);
  }

  const Roles roles = roles_of(o, t.header, int(t.cells.cols), name);
  const std::vector<int>&x = roles.x, &y = roles.y;
  const auto place = [&](int64_t i, int j) {
    return t.line.empty() ? name + "[" + std::to_string(t.row.empty() ? i : t.row[size_t(i)]) + ", " + std::to_string(j) + "]"
                          : path + ":" + std::to_string(t.line[size_t(i)]) + ": column " + std::to_string(j + 1);
  };
  for (int64_t i = 0; i < t.cells.rows && !o.allow_nonfinite; ++i)
    for (const auto* role : {&roles.x, &roles.y, &roles.t})
      for (const int j : *role)
        if (!std::isfinite(t.cells[i][j]))
          throw Error(place(i, j) + " is " + (std::isnan(t.cells[i][j]) ? "NaN" : "infinite") +
                          "; finite numbers were expected. Remove such rows first, or allow them where the command offers it.",
                      Exit::data);
  d.x = take(t.cells, x);
  if (!y.empty()) d.y = take(t.cells, y);
  if (!roles.t.empty()) d.t = take(t.cells, roles.t).v;
  if (!roles.weights.empty()) d.weights = take(t.cells, roles.weights).v;
  if (!roles.log_weights.empty()) d.log_weights = take(t.cells, roles.log_weights).v;
  check_columns(d, [&](const std::string& field, int64_t i) {
    const std::vector<int>& role = field == "t" ? roles.t : field == "weights" ? roles.weights : roles.log_weights;
    return i < 0 ? name + ": " + field : place(i, role[0]) + " (" + field + ")";
  });
  if (!t.header.empty()) {
    for (const int j : x) d.names.push_back(t.header[size_t(j)]);
    for (const int j : y) d.y_names.push_back(t.header[size_t(j)]);
    if (d.names == made_up('x', d.x.cols)) d.names.clear();
    if (d.y && d.y_names == made_up('y', d.y->cols)) d.y_names.clear();
  }
  if (!shape.empty() && int64_t(x.size()) == t.cells.cols) d.state = image_state(shape);
  d.source = path, d.sha256 = in.sha256();
  return d;
}

}  // namespace dm::io
