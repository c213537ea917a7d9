#include "plot/figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "plot/font.h"

namespace dm::plot {

extern const FigureEntry scatter, density, path, coupling, loss, corner, lines, quiver, images;

const Family& figures() {
  static const Family family{"kind", "what is drawn", {&scatter, &density, &path, &coupling, &loss, &corner, &lines, &quiver, &images}};
  return family;
}

std::string suited(const std::vector<Set>& sets) {
  if (sets.empty()) return "scatter";
  const Set& s = sets[0];
  if (!s.charts.empty() || !s.words.empty()) return "lines";
  if (!s.loss.empty()) return "loss";
  if (s.log_p) return "density";
  if (s.arrows) return "quiver";
  if (!s.path.empty()) return "path";
  if (!s.shape.empty()) return "images";
  return s.x.cols == 1 ? "density" : s.x.cols == 2 ? "scatter" : "corner";
}

std::string implied(const Value& kind) {
  if (const Value* type = kind.find("type")) return type->text();
  if (!kind.is_object() || kind.members().empty()) return "";
  std::string found;
  for (const Method* m : figures().methods) {
    const bool all = std::all_of(kind.members().begin(), kind.members().end(), [&](const auto& member) {
      return std::any_of(m->options.begin(), m->options.end(), [&](const Option& o) { return o.name == member.first; });
    });
    if (all && !found.empty()) return "";
    if (all) found = m->name;
  }
  return found;
}

int64_t common_dimension(const std::vector<Set>& sets, const char* kind, bool functions) {
  if (sets.empty()) throw Error(std::string("drawing a ") + kind + ": no data set was given, expected at least one", Exit::usage);
  for (const Set& s : sets) {
    if ((s.x.rows == 0 || s.x.cols == 0) && !(functions && (s.log_p || s.arrows)))
      throw Error(std::string("drawing a ") + kind + ": '" + s.name + "' holds no rows in /x, expected a dataset with points", Exit::data);
    if (s.dim() != sets[0].dim())
      throw Error(std::string("drawing a ") + kind + ": '" + s.name + "' has " + std::to_string(s.dim()) + " columns, '" + sets[0].name +
                      "' has " + std::to_string(sets[0].dim()) + "; expected the same number, so that the axes can be shared",
                  Exit::data);
    for (int64_t i = 0; i < s.x.rows * s.x.cols; ++i)
      if (!std::isfinite(s.x.v[size_t(i)]))
        throw Error(std::string("drawing a ") + kind + ": '" + s.name + "': /x[" + std::to_string(i / s.x.cols) + ", " +
                        std::to_string(i % s.x.cols) + "] is " + std::to_string(s.x.v[size_t(i)]) + ", expected finite numbers",
                    Exit::data);
  }
  return sets[0].dim();
}

std::vector<int64_t> coordinates(const Value& given, int64_t dims, size_t least, size_t most, const std::string& doing) {
  std::vector<int64_t> shown;
  if (given.is_null()) {
    for (int64_t j = 0; j < std::min<int64_t>(dims, int64_t(most)); ++j) shown.push_back(j);
    if (shown.size() < least)
      throw Error(doing + ": the data have " + std::to_string(dims) + " of at least " + std::to_string(least) + " coordinates", Exit::data);
    return shown;
  }
  for (const Value& v : given.items()) {
    const double j = v.number();
    if (j != std::floor(j) || j < 1 || j > double(dims))
      throw Error(doing + ": --coordinates names " + to_json(j == std::floor(j) && std::abs(j) < 1e15 ? Value(int64_t(j)) : v) +
                      ", expected whole numbers from 1 to " + std::to_string(dims),
                  Exit::spec);
    shown.push_back(int64_t(j) - 1);
  }
  if (shown.size() < least || shown.size() > most)
    throw Error(doing + ": --coordinates names " + std::to_string(shown.size()) + " of them, expected " + std::to_string(least) + " to " +
                    std::to_string(most),
                Exit::spec);
  return shown;
}

Range extent(std::span<const Set> sets, int64_t j) {
  Range r{HUGE_VAL, -HUGE_VAL};
  for (const Set& s : sets) {
    for (int64_t i = 0; i < s.x.rows; ++i) r.lo = std::min(r.lo, s.x[i][j]), r.hi = std::max(r.hi, s.x[i][j]);
    if (!s.box.empty()) r.lo = std::min(r.lo, s.box[size_t(j)].lo), r.hi = std::max(r.hi, s.box[size_t(j)].hi);
  }
  return r;
}

Range axis_range(std::span<const Set> sets, int64_t j, double pad, const std::optional<Range>& asked) {
  if (asked) return *asked;
  const Range whole = extent(sets, j);
  Range middle{HUGE_VAL, -HUGE_VAL};
  for (const Set& s : sets) {
    std::vector<double> v(size_t(s.x.rows));
    for (int64_t i = 0; i < s.x.rows; ++i) v[size_t(i)] = s.x[i][j];
    std::sort(v.begin(), v.end());
    const size_t cut = v.size() / 200;
    if (!v.empty()) middle = {std::min(middle.lo, v[cut]), std::max(middle.hi, v[v.size() - 1 - cut])};
    if (!s.box.empty()) middle = {std::min(middle.lo, s.box[size_t(j)].lo), std::max(middle.hi, s.box[size_t(j)].hi)};
  }
  const double width = middle.hi - middle.lo;
  if (!(width > 0) || whole.hi - whole.lo < 20 * width) return shown_range(whole.lo, whole.hi, pad);
  return {std::max(whole.lo, middle.lo - width / 2), std::min(whole.hi, middle.hi + width / 2)};
}

Range bin_range(const std::vector<Set>& sets, int64_t j, Range r) {
  Range data{r.hi, r.lo};
  for (const Set& s : sets)
    for (int64_t i = 0; i < s.x.rows; ++i)
      if (const double v = s.x[i][j]; v >= r.lo && v <= r.hi) data = {std::min(data.lo, v), std::max(data.hi, v)};
  return data.hi - data.lo > 1e-9 * (r.hi - r.lo) ? data : r;
}

std::string joined(const std::string& a, const std::string& b) { return a + (a.empty() || b.empty() ? "" : ", ") + b; }

std::string outside_note(const Set& s, const std::vector<int64_t>* rows, const Panel& p, int64_t a, int64_t b) {
  const auto beyond = [&](int64_t i, int64_t j, const Range& r) { return s.x[i][j] < r.lo || s.x[i][j] > r.hi; };
  int64_t n = 0;
  for (int64_t k = 0; k < (rows ? int64_t(rows->size()) : s.x.rows); ++k) {
    const int64_t i = rows ? (*rows)[size_t(k)] : k;
    n += beyond(i, a, p.x.range) || (b >= 0 && beyond(i, b, p.y.range));
  }
  return n ? grouped(n) + " outside" : "";
}

std::string axis_label(const std::vector<Set>& sets, const Look& look, size_t k, int64_t j) {
  if (k < look.labels.size()) return look.labels[k];
  const Set& s = sets[0];
  if (size_t(j) < s.columns.size() && !s.columns[size_t(j)].empty()) return s.columns[size_t(j)];
  return s.dim() == 1 ? "x" : "x" + std::string(1, down) + std::to_string(j + 1) + std::string(1, level);
}

int beside(size_t panels) { return panels > 6 ? 4 : panels == 4 ? 2 : int(std::min<size_t>(panels, 3)); }

void share_axes(Figure& f) {
  for (size_t k = 0; k < f.panels.size(); ++k) {
    Panel& p = f.panels[k];
    if (k % size_t(f.columns)) p.y.numbers = false, p.y.label.clear();
    if (k + size_t(f.columns) < f.panels.size()) p.x.numbers = false, p.x.label.clear();
  }
}

std::vector<int64_t> chosen_rows(int64_t n, int64_t limit) {
  std::vector<int64_t> rows(size_t(std::min(n, limit)));
  std::iota(rows.begin(), rows.end(), int64_t(0));
  if (n <= limit) return rows;
  const Permutation shuffled(Stream(1) / "dm-plot" / "limit", uint64_t(n));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = int64_t(shuffled[i]);
  return rows;
}

std::string grouped(int64_t n) {
  std::string s = std::to_string(n);
  for (int64_t i = int64_t(s.size()) - 3; i > (n < 0); i -= 3) s.insert(s.begin() + i, ',');
  return s;
}

std::string limit_note(int64_t drawn, int64_t all, const char* what) {
  return drawn == all ? "" : grouped(drawn) + " of " + grouped(all) + " " + what;
}

std::vector<double> weight_scale(const Set& s) {
  if (s.weights.empty()) return {};
  const double mean = std::accumulate(s.weights.begin(), s.weights.end(), 0.0) / double(s.weights.size());
  std::vector<double> r;
  for (const double w : s.weights) r.push_back(mean > 0 ? std::min(6.0, std::sqrt(w / mean)) : 0);
  return r;
}

std::vector<double> histogram(const double* v, int64_t n, int64_t stride, const double* w, Range r, int bins) {
  std::vector<double> count(size_t(bins), 0.0);
  for (int64_t i = 0; i < n; ++i) {
    const double u = (v[i * stride] - r.lo) / (r.hi - r.lo) * bins;
    if (u >= 0 && u <= bins) count[size_t(std::min(int(u), bins - 1))] += w ? w[i] : 1;
  }
  return count;
}

void smooth(std::vector<double>& cells, int n, int64_t stride, int64_t count, int64_t line_stride, double sd) {
  if (!(sd > .05)) return;
  const int reach = std::min(n - 1, int(std::ceil(4 * sd)));
  std::vector<double> k(size_t(reach) + 1), line(static_cast<size_t>(n));
  double total = 0;
  for (int i = 0; i <= reach; ++i) k[size_t(i)] = std::exp(-.5 * i * i / (sd * sd)), total += (i ? 2 : 1) * k[size_t(i)];
  for (int64_t l = 0; l < count; ++l) {
    double* c = cells.data() + l * line_stride;
    for (int i = 0; i < n; ++i) line[size_t(i)] = c[i * stride];
    for (int i = 0; i < n; ++i) {
      double sum = 0;
      for (int j = std::max(0, i - reach); j <= std::min(n - 1, i + reach); ++j) sum += k[size_t(std::abs(i - j))] * line[size_t(j)];
      c[i * stride] = sum / total;
    }
  }
}

}  // namespace dm::plot
