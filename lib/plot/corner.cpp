// Every pair of up to six columns as points or a heat map, with each column's histogram on the diagonal.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "plot/contour.h"
#include "plot/figures.h"

namespace dm::plot {

namespace {
Panel diagonal(const std::vector<Set>& sets, int64_t j, Range r) {
  Panel p;
  int64_t rows = 0;
  for (const Set& s : sets) rows = std::max(rows, s.x.rows);
  const Range data = extent(sets, j);  // of one value: an odd number of bins puts the bar around it
  const int bins = int(std::clamp(1.2 * std::cbrt(double(rows)) + 6, 10.0, 50.0)) | int(data.lo == data.hi);
  const Range b = bin_range(sets, j, r);
  double top = 0;
  for (size_t k = 0; k < sets.size(); ++k) {
    const Set& s = sets[k];
    const double total = s.weights.empty() ? double(s.x.rows) : std::accumulate(s.weights.begin(), s.weights.end(), 0.0);
    auto bars = std::make_shared<Bars>();
    bars->heights = histogram(s.x.v.data() + j, s.x.rows, s.x.cols, s.weights.empty() ? nullptr : s.weights.data(), b, bins);
    for (double& h : bars->heights) h /= total, top = std::max(top, h);
    for (int i = 0; i <= bins; ++i) bars->edges.push_back(b.lo + i * (b.hi - b.lo) / bins);
    bars->colour = category(int(k)), bars->fill = .18, bars->series = outline_form(k, sets.size());
    p.marks.push_back(bars);
  }
  p.y = {"", {0, top > 0 ? 1.08 * top : 1}};
  p.y.ticks = p.y.numbers = false;
  return p;
}

// Of columns a and b on n x n cells, smoothed by a kernel that is `sd` cells wide at 10000 rows.
std::vector<double> smoothed(const Set& s, int64_t a, int64_t b, Range x, Range y, int n, double sd) {
  std::vector<double> density(size_t(n) * size_t(n), 0.0);
  for (int64_t i = 0; i < s.x.rows; ++i) {
    const double u = (s.x[i][a] - x.lo) / (x.hi - x.lo) * n, v = (s.x[i][b] - y.lo) / (y.hi - y.lo) * n;
    if (u >= 0 && u < n && v >= 0 && v < n) density[size_t(v) * size_t(n) + size_t(u)] += s.weights.empty() ? 1 : s.weights[size_t(i)];
  }
  sd *= std::pow(1e4 / double(s.x.rows), 1.0 / 6);
  smooth(density, n, 1, n, n, sd);
  smooth(density, n, n, n, 1, sd);
  return density;
}

std::shared_ptr<Heat> heat_map(const Set& s, int64_t a, int64_t b, Range x, Range y) {
  auto out = std::make_shared<Heat>();
  out->x = x, out->y = y, out->nx = out->ny = 120;
  out->value = smoothed(s, a, b, x, y, out->nx, 1.6);
  if (const double top = *std::max_element(out->value.begin(), out->value.end()); top > 0) out->top = top;
  return out;
}

// The smallest regions that hold 39 and 86 per cent of a set, of a normal law within one and two standard deviations.
std::shared_ptr<Lines> regions(const Set& s, int64_t a, int64_t b, Range x, Range y) {
  constexpr int n = 80;
  const std::vector<double> density = smoothed(s, a, b, x, y, n, 2.2);
  auto out = std::make_shared<Lines>();
  for (const double share : {1 - std::exp(-.5), 1 - std::exp(-2.)})
    for (auto& line : contours(density, x, y, n, n, level_of_share(density, share))) out->lines.push_back(std::move(line));
  return out;
}

Figure draw_corner(const Value& options, const std::vector<Set>& sets, const Look& look) {
  const int64_t d = common_dimension(sets, "corner plot");
  const std::vector<int64_t> shown = coordinates(options["coordinates"], d, 2, 6, "drawing a corner plot");

  constexpr int64_t most = 5000;
  const bool heat =
      options["style"].is_null() ? sets.size() == 1 && sets[0].x.rows > most && !look.limit : options["style"].text() == "heat";
  const bool contoured = options["contours"].is_null() ? heat : options["contours"].boolean();
  if (heat && sets.size() > 1)
    throw Error("drawing a corner plot: --style heat draws one set, and there are " + std::to_string(sets.size()) +
                    ", whose maps would hide each other; leave it out, or say --contours",
                Exit::spec);

  // All sets in one shuffled order: none hides another.
  std::vector<std::pair<size_t, int64_t>> all;
  for (size_t k = 0; k < sets.size(); ++k) {
    const auto rows = chosen_rows(sets[k].x.rows, look.limit.value_or(most));
    for (const int64_t r : rows) all.push_back({k, r});
  }
  const Permutation order(Stream(1) / "dm-plot" / "order", uint64_t(all.size()));

  std::vector<std::vector<double>> scales;
  for (const Set& s : sets) scales.push_back(weight_scale(s));

  Figure f;
  const size_t m = shown.size();
  f.columns = int(m), f.gap = 6, f.aspect = 1;
  f.width = std::min(7.0, 1.1 + 1.2 * double(m));
  std::vector<Range> ranges;
  for (const int64_t j : shown) ranges.push_back(axis_range(sets, j, .05));
  // A panel of a corner plot is about a third as wide as a scatter's.
  const int64_t crowd = 4 * int64_t(all.size());
  for (size_t row = 0; row < m; ++row)
    for (size_t col = 0; col < m; ++col) {
      Panel p;
      if (col > row) {
        p.empty = true;
        p.x = {"", {0, 1}}, p.y = {"", {0, 1}};
        p.x.ticks = p.y.ticks = p.x.numbers = p.y.numbers = false;
      } else if (col == row) {
        p = diagonal(sets, shown[row], ranges[row]);
        p.x.range = ranges[row];
      } else {
        auto dots = std::make_shared<Dots>();
        dots->radius = .8 * dot_radius(crowd);
        dots->colours.clear();
        for (size_t k = 0; k < sets.size(); ++k) dots->colours.push_back(category(int(k)).with_alpha(dot_opacity(crowd)));
        for (size_t i = 0; i < all.size(); ++i) {
          const auto [k, r] = all[order[i]];
          dots->x.push_back(sets[k].x[r][shown[col]]), dots->y.push_back(sets[k].x[r][shown[row]]), dots->group.push_back(uint8_t(k % 256));
          dots->scale.push_back(scales[k].empty() ? 1 : scales[k][size_t(r)]);
        }
        p.x.range = ranges[col], p.y.range = ranges[row];
        if (heat)
          p.marks.push_back(heat_map(sets[0], shown[col], shown[row], ranges[col], ranges[row]));
        else
          p.marks.push_back(dots);
        for (size_t k = 0; contoured && k < sets.size(); ++k) {
          auto lines = regions(sets[k], shown[col], shown[row], ranges[col], ranges[row]);
          lines->colour = heat ? black : category(int(k)), lines->width = heat ? .6 : .9;
          p.marks.push_back(lines);
        }
      }
      if (col == row && !p.empty)
        for (const Set& s : sets) p.note = joined(p.note, outside_note(s, nullptr, p, shown[row], -1));
      if (row + 1 < m || p.empty)
        p.x.numbers = false;
      else
        p.x.label = axis_label(sets, look, col, shown[col]);
      if (col > 0 || row == 0 || p.empty)
        p.y.numbers = false;
      else
        p.y.label = axis_label(sets, look, row, shown[row]);
      f.panels.push_back(p);
    }
  if (options["coordinates"].is_null()) f.panels[0].note = joined(f.panels[0].note, limit_note(int64_t(m), d, "columns"));
  for (size_t k = 0; k < sets.size(); ++k) {
    const std::string note = heat ? "" : limit_note(std::min(sets[k].x.rows, look.limit.value_or(most)), sets[k].x.rows, "points");
    if (sets.size() > 1 || !note.empty())
      f.legend.push_back({Key::dot, category(int(k)), sets[k].name + (note.empty() ? "" : " (" + note + ")")});
  }
  if (contoured) f.legend.push_back({Key::line, heat ? black : grey, "around 39 and 86 % of the rows"});
  if (sets.size() == 1) f.title = sets[0].name;
  return f;
}
}  // namespace

extern const FigureEntry corner;
const FigureEntry corner{
    {"corner",
     "Every pair of up to six columns as points or a heat map, each column's histogram on the diagonal",
     "",
     {{"coordinates", numbers(1), nullptr, "2 to 6 columns, counted from 1; unset: the first six"},
      {"style", choice({"points", "heat"}), nullptr,
       "points, or the smoothed density of one set, dark at the peak of each panel; unset: heat for one set of more than 5000 rows where "
       "--limit is unset"},
      {"contours", flag(), nullptr,
       "also the smallest regions, of the smoothed density, that hold 39 and 86 per cent of each set (of a normal law: within "
       "one and two standard deviations); unset: with --style heat"}}},
    draw_corner};

}  // namespace dm::plot
