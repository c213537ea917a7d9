#include "io/dataset.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "io/encoding.h"
#include "io/table.h"
#include "io/where.h"

namespace dm::io {

namespace {

void refuse_nonfinite(const std::vector<double>& v, int64_t cols, const std::string& what) {
  for (size_t k = 0; k < v.size(); ++k)
    if (!std::isfinite(v[k])) {
      const int64_t row = int64_t(k) / cols, col = int64_t(k) % cols;
      throw Error(what + "[" + std::to_string(row) + ", " + std::to_string(col) + "] is " + (std::isnan(v[k]) ? "NaN" : "infinite") +
                      "; finite numbers were expected. Remove such rows first; dm-data import --allow-nonfinite keeps them.",
                  Exit::data);
    }
}

std::vector<double> numbers(const h5::Group& g, const std::string& path, h5::Shape& s, const std::string& name) {
  std::vector<double> v = g.read<double>(path, s);
  if (g.info(path).kind != h5::Info::integer) return v;
  for (size_t k = 0; k < v.size(); ++k)
    if (ambiguous(v[k])) {
      const size_t cols = s.size() > 1 ? size_t(s.back()) : 1;
      refuse_ambiguous(name + ": " + g.where() + path + "[" + std::to_string(k / cols) + ", " + std::to_string(k % cols) + "]", v[k]);
    }
  return v;
}

// A dataset of any rank as rows times the rest.
Matrix<double> matrix(const h5::Group& g, const std::string& path, const std::string& name) {
  h5::Shape s;
  Matrix<double> m;
  m.v = numbers(g, path, s, name);
  if (s.empty() || s.size() > 2)
    throw Error(name + ": " + g.where() + path + " has shape " + h5::to_text(s) + "; [rows, columns] was expected.", Exit::data);
  m.rows = s[0], m.cols = s.size() == 2 ? s[1] : 1;
  if (m.rows == 0 || m.cols == 0)
    throw Error(name + ": " + g.where() + path + " has shape " + h5::to_text(s) + "; there is nothing in it.", Exit::data);
  return m;
}

std::vector<std::string> texts(const Value& v) {
  std::vector<std::string> out;
  if (v.is_array())
    for (const Value& t : v.items())
      if (t.is_text()) out.push_back(t.text());
  return out;
}

template <class T>
std::optional<std::vector<T>> column(const h5::Group& g, const std::string& path, int64_t rows, const std::string& name) {
  if (!g.has(path)) return {};
  h5::Shape s;
  std::vector<T> v;
  if constexpr (std::is_same_v<T, double>)
    v = numbers(g, path, s, name);
  else
    v = g.read<T>(path, s);
  if (s != h5::Shape{rows})
    throw Error(name + ": /" + path + " has shape " + h5::to_text(s) + "; /x in the same file asks for " + h5::to_text({rows}) + ".",
                Exit::data);
  return v;
}

// What an attribute says in JSON, null where it is absent.
Value json(const Value& text, const std::string& what) try {
  return text.is_text() ? parse_json(text.text(), what) : Value();
} catch (const Error& e) {
  throw Error(e.what(), Exit::data);
}

Dataset read_h5(const Input& in, const ReadOptions& o) {
  const h5::Group root = in.open();
  const std::string& name = in.name();
  expect_encoding(root, "dm-dataset", name);
  Dataset d;
  d.source = in.given(), d.sha256 = in.sha256();
  d.x = matrix(root, "x", name);
  const int64_t n = d.x.rows;
  d.names = texts(root.get("names", "x"));
  if (!d.names.empty() && int64_t(d.names.size()) != d.x.cols)
    throw Error(name + ": /x@names has " + std::to_string(d.names.size()) + " names; /x has " + std::to_string(d.x.cols) + " columns.",
                Exit::data);
  if (root.has("y")) {
    d.y = matrix(root, "y", name);
    d.y_names = texts(root.get("names", "y"));
    d.y_labels = json(root.get("labels", "y"), name + ": attribute labels of /y");
    if (d.y->rows != n)
      throw Error(name + ": /y has " + std::to_string(d.y->rows) + " rows; /x in the same file has " + std::to_string(n) + ".", Exit::data);
  }
  for_columns([&](const char* field, auto& v) { v = column<typename std::decay_t<decltype(*v)>::value_type>(root, field, n, name); }, d);
  if (root.has("path/x")) {
    h5::Shape s;
    Path p;
    p.v = root.read<double>("path/x", s);
    if (s.size() != 3 || s[1] != n)
      throw Error(name + ": /path/x has shape " + h5::to_text(s) + "; [steps + 1, " + std::to_string(n) + ", d] was expected.", Exit::data);
    p.points = s[0], p.n = s[1], p.d = s[2];
    if (auto t = column<double>(root, "path/t", p.points, name)) p.t = std::move(*t);
    d.path = std::move(p);
  }
  d.state = json(root.get("state"), name + ": attribute state");
  d.provenance = read_provenance(root);
  if (!o.allow_nonfinite) {
    refuse_nonfinite(d.x.v, d.x.cols, name + ": /x");
    if (d.y) refuse_nonfinite(d.y->v, d.y->cols, name + ": /y");
    if (d.t) refuse_nonfinite(*d.t, 1, name + ": /t");
    if (d.path) refuse_nonfinite(d.path->v, d.path->d, name + ": /path/x");
  }
  check_columns(d,
                [&](const std::string& field, int64_t i) { return name + ": /" + field + (i < 0 ? "" : "[" + std::to_string(i) + "]"); });
  return d;
}

void refuse_beyond_float32(const std::vector<double>& v, int64_t cols, const std::string& what) {
  for (size_t k = 0; k < v.size(); ++k)
    if (std::isfinite(v[k]) && !std::isfinite(float(v[k])))
      throw Error(what + "[" + std::to_string(int64_t(k) / cols) + ", " + std::to_string(int64_t(k) % cols) + "] is " + to_json(v[k]) +
                      ", beyond the largest float32, 3.4e38. Write float64, or scale the data.",
                  Exit::data);
}

void check(bool ok, const std::string& path, const std::string& what) {
  if (!ok) throw Error("writing '" + path + "': " + what + " does not fit the rows of x.");
}

}  // namespace

void refuse_ambiguous(const std::string& place, double integer) {
  char digits[400];
  std::snprintf(digits, sizeof digits, "%.0f", integer);
  throw Error(place + " is an integer beyond 2^53, about " + digits +
                  ", and double numbers do not tell it from the next one. Leave its column out, or store it as floating point where the "
                  "nearest will do.",
              Exit::data);
}

void check_columns(const Dataset& d, const std::function<std::string(const std::string&, int64_t)>& place) {
  // Each number by `good`, and one of them by `counts`.
  const auto look = [&](const std::optional<std::vector<double>>& v, const char* field, auto good, auto counts, const char* expected) {
    for (size_t i = 0; v && i < v->size(); ++i)
      if (const double a = (*v)[i]; !good(a))
        throw Error(place(field, int64_t(i)) + " is " +
                        (std::isfinite(a) ? to_json(a)
                         : std::isnan(a)  ? "NaN"
                                          : "infinite") +
                        "; " + expected + " was expected.",
                    Exit::data);
    if (v && std::none_of(v->begin(), v->end(), counts)) throw Error(place(field, -1) + " are all zero.", Exit::data);
  };
  look(
      d.t, "t", [](double t) { return !(t < 0 || t > 1); }, [](double) { return true; }, "a time in [0, 1]");
  look(
      d.weights, "weights", [](double w) { return w >= 0 && std::isfinite(w); }, [](double w) { return w > 0; }, "a number >= 0");
  look(
      d.log_weights, "log_weights", [](double l) { return l < HUGE_VAL; }, [](double l) { return l > -HUGE_VAL; },
      "a number below infinity, or -inf,");
}

Dataset read_dataset(const std::string& path, const ReadOptions& o) { return read_dataset(Input(path), o); }

Dataset read_dataset(const Input& in, const ReadOptions& o) {
  if (in.content() == Content::json) throw Error(in.name() + " is JSON; a dataset (HDF5, CSV or .npy) was expected.", Exit::data);
  if (in.content() == Content::hdf5 && in.inside().empty()) return read_h5(in, o);
  TableOptions t;
  t.allow_nonfinite = o.allow_nonfinite;
  return read_table(in, t);
}

void write_dataset(const std::string& path, const Dataset& d, const Value& provenance, const WriteOptions& o) {
  const int64_t n = d.x.rows;
  check(int64_t(d.x.v.size()) == n * d.x.cols, path, "x");
  check(!d.y || d.y->rows == n, path, "y");
  for_columns([&](const char* name, const auto& v) { check(!v || int64_t(v->size()) == n, path, name); }, d);
  check(!d.path || (d.path->n == n && int64_t(d.path->v.size()) == d.path->points * n * d.path->d), path, "path");
  check(d.names.empty() || int64_t(d.names.size()) == d.x.cols, path, "names");
  if (o.float32) {
    refuse_beyond_float32(d.x.v, d.x.cols, "writing '" + path + "': /x");
    if (d.y) refuse_beyond_float32(d.y->v, d.y->cols, "writing '" + path + "': /y");
    if (d.path) refuse_beyond_float32(d.path->v, d.path->d, "writing '" + path + "': /path/x");
  }
  const auto named = [](h5::Group& g, const char* where, const std::vector<std::string>& names) {
    Value v = Value::array();
    for (const auto& name : names) v.items().push_back(name);
    if (!names.empty()) g.set("names", v, where);
  };
  write_encoded(
      path, "dm-dataset",
      [&](h5::Group& root) {
        root.set("state", d.state.is_object() ? d.state : boxed_state(d.x.cols, {}));
        root.write("x", d.x.v.data(), {n, d.x.cols}, o.float32);
        named(root, "x", d.names);
        if (d.y) {
          root.write("y", d.y->v.data(), {n, d.y->cols}, o.float32);
          named(root, "y", d.y_names);
          if (d.y_labels.is_object()) root.set("labels", d.y_labels, "y");
        }
        for_columns(
            [&](const char* name, const auto& v) {
              if (v) root.write(name, v->data(), {n});
            },
            d);
        if (d.path) {
          h5::Group g = root.make("path");
          g.write("x", d.path->v.data(), {d.path->points, n, d.path->d}, o.float32);
          if (!d.path->t.empty()) g.write("t", d.path->t.data(), {int64_t(d.path->t.size())});
        }
      },
      provenance, o.force);
}

Value boxed_state(int64_t d, const Value& support) {
  Value x(Value::Object{{"name", "x"}, {"space", "rd"}, {"dim", d}});
  if (!support.is_null()) x.set("support", support);
  return Value(Value::Object{{"components", Value(Value::Array{x})}});
}

Value image_state(const std::vector<int64_t>& shape) {
  int64_t d = 1;
  for (const int64_t n : shape) d *= n;
  Value x = boxed_state(d, {})["components"].items()[0];
  x.set("shape", Value(Value::Array(shape.begin(), shape.end())));
  return Value(Value::Object{{"components", Value(Value::Array{x})}});
}

bool several_times(const Dataset& d) {
  return d.t && std::any_of(d.t->begin(), d.t->end(), [&](double t) { return t != d.t->front(); });
}

std::vector<double> row_weights(const Dataset& d) {
  if (d.weights) return *d.weights;
  std::vector<double> w;
  if (d.log_weights) {
    const double top = *std::max_element(d.log_weights->begin(), d.log_weights->end());
    for (const double l : *d.log_weights) w.push_back(std::exp(l - top));
  }
  return w;
}

}  // namespace dm::io
