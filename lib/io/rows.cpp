#include "io/rows.h"

#include <algorithm>

#include "core/error.h"
#include "io/h5.h"
#include "io/told.h"

namespace dm::io {

namespace {

template <class T>
std::optional<std::vector<T>> pick(const std::optional<std::vector<T>>& v, const std::vector<int64_t>& index) {
  if (!v) return {};
  std::vector<T> out;
  for (const int64_t i : index) out.push_back((*v)[size_t(i)]);
  return out;
}

template <class T>
void append(std::optional<std::vector<T>>& to, const std::optional<std::vector<T>>& from) {
  if (to) to->insert(to->end(), from->begin(), from->end());
}

// What the state says of the components; a table says nothing but the number of its columns.
Value components(const Dataset& d) {
  const Value* c = d.state.find("components");
  return c ? *c : boxed_state(d.x.cols, {})["components"];
}

std::string fields(const Dataset& d) {
  std::string s = "x" + h5::to_text({d.x.cols});
  if (d.y) s += ", y" + h5::to_text({d.y->cols});
  for_columns(
      [&](const std::string& name, const auto& v) {
        if (v && name != "index") s += ", " + name;
      },
      d);
  if (d.path) s += ", path" + h5::to_text({d.path->points, d.path->d});
  return s;
}

void expect_same_names(const Dataset& a, const Dataset& b, const std::string& what, const std::vector<std::string>& of_a,
                       const std::vector<std::string>& of_b) {
  if (of_a == of_b) return;
  const auto name = [](const std::vector<std::string>& names, size_t j) {
    return j < names.size() ? "names it '" + names[j] + "'" : std::string("has no name for it");
  };
  size_t j = 0;
  while (j < of_a.size() && j < of_b.size() && of_a[j] == of_b[j]) ++j;
  throw Error("column " + std::to_string(j + 1) + " of " + what + ": '" + a.source + "' " + name(of_a, j) + ", '" + b.source + "' " +
                  name(of_b, j) + ". Only like can be merged.",
              Exit::data);
}

// The rows of all parts at one step, step after step.
Path join(const std::vector<Dataset>& parts) {
  Path out = *parts[0].path;
  out.v.clear();
  out.n = 0;
  for (const Dataset& p : parts) out.n += p.path->n;
  for (int64_t k = 0; k < out.points; ++k)
    for (const Dataset& p : parts) out.v.insert(out.v.end(), p.path->at(k)[0], p.path->at(k)[0] + p.path->n * p.path->d);
  return out;
}

}  // namespace

Dataset take(const Dataset& from, const std::vector<int64_t>& index) {
  Dataset d;
  d.x = take_rows(from.x.view(), index);
  if (from.y) d.y = take_rows(from.y->view(), index);
  for_columns([&](const char*, auto& to, const auto& all) { to = pick(all, index); }, d, from);
  if (!from.index) d.index = index;
  if (from.path) {
    Path p = *from.path;
    p.n = int64_t(index.size());
    p.v.clear();
    for (int64_t k = 0; k < p.points; ++k)
      for (const int64_t i : index) p.v.insert(p.v.end(), from.path->at(k)[i], from.path->at(k)[i] + p.d);
    d.path = std::move(p);
  }
  d.names = from.names, d.y_names = from.y_names, d.y_labels = from.y_labels, d.state = from.state;
  return d;
}

Dataset concatenate(const std::vector<Dataset>& parts) {
  Dataset d = parts.at(0);
  d.index.reset();
  d.provenance = {};
  for (size_t k = 1; k < parts.size(); ++k) {
    const Dataset& p = parts[k];
    if (fields(p) != fields(parts[0]))
      throw Error(
          "'" + p.source + "' holds " + fields(p) + "; '" + parts[0].source + "' holds " + fields(parts[0]) + ". Only like can be merged.",
          Exit::data);
    expect_same_names(p, d, "x", p.names, d.names);
    expect_same_names(p, d, "y", p.y_names, d.y_names);
    same_told(told(p), told(d));
    if (const Value here = components(p), first = components(parts[0]); !(here == first))
      throw Error("the state of '" + p.source + "' is " + to_json(here) + ", that of '" + parts[0].source + "' " + to_json(first) +
                      ". Only like can be merged.",
                  Exit::data);
    if (p.path && p.path->t != parts[0].path->t)
      throw Error("'" + p.source + "' and '" + parts[0].source + "' have paths at different times; only like can be merged.", Exit::data);
    d.x.v.insert(d.x.v.end(), p.x.v.begin(), p.x.v.end());
    d.x.rows += p.x.rows;
    if (d.y) d.y->v.insert(d.y->v.end(), p.y->v.begin(), p.y->v.end()), d.y->rows += p.y->rows;
    for_columns([](const char*, auto& to, const auto& more) { append(to, more); }, d, p);
  }
  if (d.path) d.path = join(parts);
  return d;
}

void same_order(const std::vector<std::string>& names, const std::string& file, const std::vector<std::string>& others,
                const std::string& other) {
  if (names == others || !std::is_permutation(names.begin(), names.end(), others.begin(), others.end())) return;
  const std::size_t j = std::size_t(std::mismatch(names.begin(), names.end(), others.begin()).first - names.begin());
  throw Error("'" + file + "' has '" + names[j] + "' as column " + std::to_string(j + 1) + " where '" + other + "' has '" + others[j] +
                  "': the same columns in another order. Bring them into one with 'dm-data import --x'.",
              Exit::data);
}

}  // namespace dm::io
