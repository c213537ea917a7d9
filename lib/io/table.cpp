#include "io/table.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "io/beside.h"

namespace dm::io {

Matrix<double> by_columns(const std::vector<double>& v, int64_t rows, int64_t cols) {
  Matrix<double> m(rows, cols);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < cols; ++j) m[i][j] = v[size_t(j * rows + i)];
  return m;
}

bool has_suffix(const std::string& path, const std::string& suffix) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
  return path.size() >= suffix.size() &&
         std::equal(suffix.rbegin(), suffix.rend(), path.rbegin(), [&](char a, char b) { return a == small(b); });
}

static Matrix<double> take(const Matrix<double>& from, const std::vector<int>& cols) {
  Matrix<double> m(from.rows, int64_t(cols.size()));
  for (int64_t i = 0; i < m.rows; ++i)
    for (size_t j = 0; j < cols.size(); ++j) m[i][j] = from[i][cols[j]];
  return m;
}

namespace {
constexpr std::pair<const char*, std::string TableOptions::*> singles[] = {
    {"t", &TableOptions::t},         {"weights", &TableOptions::weights}, {"log_weights", &TableOptions::log_weights},
    {"index", &TableOptions::index}, {"obs", &TableOptions::obs},         {"energy", &TableOptions::energy}};

// Which columns (0-based) mean what.
struct Roles {
  std::vector<int> x, y;
  std::map<std::string, int> single;
  std::vector<int> all() const {
    std::vector<int> used = x;
    used.insert(used.end(), y.begin(), y.end());
    for (const auto& [name, j] : single) used.push_back(j);
    return used;
  }
};

Roles roles_of(const TableOptions& o, const std::vector<std::string>& header, int count, const std::string& name) {
  Roles r;
  const auto find = [&](const std::string& list) { return list.empty() ? std::vector<int>() : columns(list, header, count, name); };
  r.x = find(o.x), r.y = find(o.y);
  for (const auto& [what, list] : singles) {
    const std::vector<int> found = find(o.*list);
    if (found.size() > 1)
      throw Error(name + ": found " + counted(int64_t(found.size()), "column") + " '" + o.*list + "' for " + what + ", expected one.",
                  Exit::usage);
    if (!found.empty()) r.single[what] = found[0];
  }
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
    for (int64_t i = 0; i < n; ++i) {
      if (t.integers && ambiguous(t.cells[i][j[0]]))
        refuse_ambiguous(name + "[" + std::to_string(i) + ", " + std::to_string(j[0]) + "]", t.cells[i][j[0]]);
      column.push_back(t.cells[i][j[0]]);
    }
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

// Columns that roles name and that stand beside the table join it. `labels`: {name: [text, ...]}.
static void join_beside(Table& t, const TableOptions& o, const h5::Group& root, int64_t total, const std::string& name, Value& labels) {
  std::vector<std::string> wanted;
  const bool frame = root.info("obs").kind == h5::Info::group;
  const auto own_name = [&](const std::string& item) {
    return ordinal(item) || std::find(t.header.begin(), t.header.end(), item) != t.header.end();
  };
  const auto look = [&](const std::string& list) {
    for (size_t at = 0; at < list.size() && !own_name(list);) {
      const size_t end = std::min(list.find(',', at), list.size());
      const std::string item(trim(std::string_view(list).substr(at, end - at)));
      at = end + 1;
      if (item.empty() || own_name(item)) continue;
      const bool range = item.find('-') != item.npos && !(frame && root.has("obs/" + item));
      if (item.starts_with('/') || (frame && !range)) wanted.push_back(item);
    }
  };
  look(o.y);
  const size_t of_y = wanted.size();
  look(o.x);
  for (const auto& [what, list] : singles) look(o.*list);
  const int64_t own = t.cells.cols, all = own + int64_t(wanted.size());
  if (all == own) return;
  Matrix<double> wide(t.cells.rows, all);
  for (int64_t i = 0; i < t.cells.rows; ++i) std::copy_n(t.cells[i], own, wide[i]);
  t.header.resize(size_t(own));
  for (int64_t j = own; j < all; ++j) {
    const std::string& item = wanted[size_t(j - own)];
    std::vector<std::string> texts;
    const std::vector<double> column = numbers_beside(root, item, total, t.row, name, texts);
    for (int64_t i = 0; i < wide.rows; ++i) wide[i][j] = column[size_t(i)];
    t.header.push_back(item);
    t.beside.push_back(item.starts_with('/') ? item : "/obs/" + item);
    if (!texts.empty() && size_t(j - own) >= of_y)
      throw Error(name + ": '" + item + "' has categories; they can be a condition, as --y, and nothing else.", Exit::data);
    if (!texts.empty()) labels.set(item, Value::texts(texts));
  }
  t.cells = std::move(wide);
}

// The dataset at in.inside().
static Table read_inside(const Input& in, Filter& filter, const TableOptions& o, std::string& name, Value& labels) {
  if (in.content() != Content::hdf5) throw Error(in.name() + " is not HDF5, so it has no '" + in.inside() + "' inside.", Exit::data);
  const std::string at = in.inside().substr(1);
  const h5::Group root = in.open();
  if (root.info(at).kind == h5::Info::group) {
    std::string names;
    for (const auto& n : at.empty() ? root.names() : root.at(at).names()) names += (names.empty() ? "" : ", ") + n;
    if (root.has(at + "/indptr") && root.has(at + "/indices"))
      throw Error(in.name() + ": /" + at +
                      " is a sparse matrix, which is not read. Save it dense (X.toarray()), or name another dataset, as "
                      "/obsm/X_pca.",
                  Exit::data);
    throw Error(in.name() + ": /" + at + " is a group; a dataset was expected. It holds " + (names.empty() ? "nothing" : names) + ".",
                Exit::data);
  }
  Table t;
  h5::Shape s;
  const h5::Info::Kind kind = root.info(at).kind;
  if (kind == h5::Info::other) {
    auto numbers = booleans(root.texts(at, s));
    if (!numbers) throw Error(in.name() + ": /" + at + " holds texts; numbers or booleans were expected.", Exit::data);
    t.cells.v = std::move(*numbers);
  } else {
    t.cells.v = root.read<double>(at, s);
  }
  t.integers = kind == h5::Info::integer;
  if (s.empty() || s.size() > 2)
    throw Error(in.name() + ": /" + at + " has shape " + h5::to_text(s) + "; [rows, columns] was expected.", Exit::data);
  t.cells.rows = s[0], t.cells.cols = s.size() == 2 ? s[1] : 1;
  if (t.cells.v.empty()) throw Error(in.name() + ": /" + at + " is empty.", Exit::data);
  if (s.size() == 2 && !root.get("MATLAB_class", at).is_null()) {  // column after column, and HDF5 sees the shape turned over
    t.cells = by_columns(t.cells.v, s[1], s[0]);
    s[0] = t.cells.rows;
  }
  if (const Value v = root.get("names", at); v.is_array() && int64_t(v.items().size()) == t.cells.cols)
    for (const Value& n : v.items()) t.header.push_back(n.is_text() ? n.text() : "");
  name = in.name() + ": /" + at;
  keep(t, filter, &root, name);
  join_beside(t, o, root, s[0], name, labels);
  return t;
}

// Columns of a CSV that become x unasked have names where others have: R and pandas write names or numbers of rows without one.
static void expect_names(const std::vector<std::string>& header, const std::vector<int>& x, const std::string& name) {
  for (const int j : x)
    if (!header.empty() && header[size_t(j)].empty())
      throw Error(name + ": column " + std::to_string(j + 1) +
                      " has no name, as names of rows have none; say which columns are x: dm-data import --x NAMES, or numbers from 1.",
                  Exit::data);
}

// Columns of which none has a name but those that were made up for it have none; of some, the others get such names.
static void named(std::vector<std::string>& names, char of) {
  const std::vector<std::string> made = made_up(of, int64_t(names.size()));
  for (size_t j = 0; j < names.size(); ++j)
    if (names[j].empty()) names[j] = made[j];
  if (names == made) names.clear();
}

Dataset read_table(const Input& in, const TableOptions& o) {
  Table t;
  Dataset d;
  Filter filter(o.where);
  std::vector<int64_t> shape;  // of images
  const std::string path = in.given() == "-" ? in.name() : in.given();
  std::string name = in.name();
  if (in.content() != Content::text && (o.skip || o.header != "auto"))
    throw Error(name + " is no CSV, and --skip and --header speak of the lines of one; leave them out.", Exit::usage);
  if (!in.inside().empty()) {
    t = read_inside(in, filter, o, name, d.y_labels);
  } else if (in.content() == Content::npy) {
    t.cells = parse_npy(in.text(), in.name(), &t.integers);
    keep(t, filter, nullptr, name);
  } else if (in.content() == Content::png) {
    t.cells = parse_png(in.text(), in.name(), shape);
    keep(t, filter, nullptr, name);
  } else if (in.content() == Content::text) {
    t = parse_csv(in.text(), path, o.skip, o.header, [&](const std::vector<std::string>& header, int count) {
      const Roles roles = roles_of(o, header, count, name);
      if (o.x.empty()) expect_names(header, roles.x, name);
      return Asked{roles.all(), tested(filter, header, count, name), &filter};
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
    if (!t.line.empty()) return path + ":" + std::to_string(t.line[size_t(i)]) + ": column " + std::to_string(j + 1);
    const std::string row = std::to_string(t.row.empty() ? i : t.row[size_t(i)]);
    const int64_t own = t.cells.cols - int64_t(t.beside.size());
    return j < own ? name + "[" + row + ", " + std::to_string(j) + "]" : in.name() + ": " + t.beside[size_t(j - own)] + "[" + row + "]";
  };
  const std::vector<int> used = roles.all();
  const auto weighs = [&](int j) {
    return std::any_of(roles.single.begin(), roles.single.end(),
                       [&](const auto& r) { return r.second == j && r.first.ends_with("weights"); });
  };
  for (int64_t i = 0; i < t.cells.rows && !o.allow_nonfinite; ++i)
    for (const int j : used)
      if (!std::isfinite(t.cells[i][j]) && !weighs(j))  // of weights check_columns speaks
        throw Error(place(i, j) + " is " + (std::isnan(t.cells[i][j]) ? "NaN" : "infinite") +
                        "; finite numbers were expected. Remove such rows first; dm-data import --allow-nonfinite keeps them.",
                    Exit::data);
  for (int64_t i = 0; i < t.cells.rows && t.integers; ++i)
    for (const int j : used)
      if (ambiguous(t.cells[i][j])) refuse_ambiguous(place(i, j), t.cells[i][j]);
  d.x = take(t.cells, x);
  if (!y.empty()) d.y = take(t.cells, y);
  for_columns(
      [&](const char* field, auto& column) {
        const auto role = roles.single.find(field);
        if (role == roles.single.end()) return;
        column.emplace();
        for (int64_t i = 0; i < t.cells.rows; ++i) {
          const double v = t.cells[i][role->second];
          using T = typename std::decay_t<decltype(*column)>::value_type;
          if (std::is_integral_v<T> && (v < 0 || v != std::floor(v) || ambiguous(v)))
            throw Error(place(i, role->second) + " (" + field + ") is " + shortest(v) + "; a whole number from 0 was expected.",
                        Exit::data);
          column->push_back(T(v));
        }
      },
      d);
  check_columns(d, [&](const std::string& field, int64_t i) {
    return i < 0 ? name + ": " + field : place(i, roles.single.at(field)) + " (" + field + ")";
  });
  if (!t.header.empty()) {
    for (const int j : x) d.names.push_back(t.header[size_t(j)]);
    for (const int j : y) d.y_names.push_back(t.header[size_t(j)]);
    named(d.names, 'x'), named(d.y_names, 'y');
  }
  if (!shape.empty() && int64_t(x.size()) == t.cells.cols) d.state = image_state(shape);
  d.comments = t.comments;
  d.source = in.given(), d.sha256 = in.sha256();
  return d;
}

}  // namespace dm::io
