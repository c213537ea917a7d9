// Curves: columns of a table against one of them. A table that brings charts is drawn as they say, a panel each; of any other, one panel
// holds the chosen columns of every input.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "plot/figures.h"

namespace dm::plot {

namespace {

// A curve with its numbers.
struct Drawn {
  std::string name;
  std::vector<Point> points;
  Curve::Style style;
  int colour;
};
struct Sheet {
  Chart chart;  // its curves are not looked at
  std::vector<Drawn> curves;
};

int64_t column(const Set& s, const std::string& name) {
  const auto at = std::find(s.columns.begin(), s.columns.end(), name);
  if (at != s.columns.end()) return at - s.columns.begin();
  int64_t k = 0;  // columns without headers go by number
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), k);
  if (error == std::errc() && end == name.data() + name.size() && k >= 1 && k <= s.x.cols) return k - 1;
  throw Error("drawing lines: '" + s.name + "' has no column '" + name + "'." +
                  (s.columns.empty() ? " It has " + std::to_string(s.x.cols) + ", without names; numbers count from 1."
                                     : did_you_mean(name, s.columns)),
              Exit::data);
}

std::string header(const Set& s, int64_t j) {
  return size_t(j) < s.columns.size() && !s.columns[size_t(j)].empty() ? s.columns[size_t(j)] : "column " + std::to_string(j + 1);
}

std::string shortest(double x) {
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
}

std::vector<Sheet> sheets_of(const Set& s) {
  std::vector<Sheet> out;
  for (const Chart& c : s.charts) {
    Sheet sheet{c, {}};
    const int64_t x = column(s, c.x);
    for (const Curve& k : c.curves) {
      Drawn d{k.name, {}, k.style, k.colour};
      const int64_t y = column(s, k.y);
      for (int64_t i = k.first; i < k.first + k.rows; ++i) d.points.push_back({s.x[i][x], s.x[i][y]});
      sheet.curves.push_back(std::move(d));
    }
    out.push_back(std::move(sheet));
  }
  return out;
}

// One panel: the columns `y` (null: all others) against `x` (null: the first), one curve for each value of `by`.
Sheet sheet_of(const std::vector<Set>& sets, const Value& o) {
  Sheet sheet;
  const Curve::Style style = o["style"].text() == "dots" ? Curve::dots : Curve::line;
  for (const Set& s : sets) {
    const int64_t x = o["x"].is_null() ? 0 : column(s, o["x"].text()), by = o["by"].is_null() ? -1 : column(s, o["by"].text());
    std::vector<int64_t> y;
    if (o["y"].is_null()) {
      for (int64_t j = 0; j < s.x.cols; ++j)
        if (j != x && j != by) y.push_back(j);
    } else {
      for (const Value& v : o["y"].items()) y.push_back(column(s, v.text()));
    }
    if (y.empty()) throw Error("drawing lines: '" + s.name + "' has no column left for the y axis, expected at least one", Exit::data);
    std::vector<double> groups;  // in the order in which they appear
    for (int64_t i = 0; by >= 0 && i < s.x.rows; ++i)
      if (std::find(groups.begin(), groups.end(), s.x[i][by]) == groups.end()) groups.push_back(s.x[i][by]);
    if (by < 0) groups.push_back(0);
    for (const int64_t j : y)
      for (const double g : groups) {
        Drawn d;
        d.style = style, d.colour = int(sheet.curves.size());
        if (sets.size() > 1) d.name = s.name;
        if (y.size() > 1) d.name += (d.name.empty() ? "" : ", ") + header(s, j);
        if (by >= 0) d.name += (d.name.empty() ? "" : ", ") + header(s, by) + " = " + shortest(g);
        for (int64_t i = 0; i < s.x.rows; ++i)
          if (by < 0 || s.x[i][by] == g) d.points.push_back({s.x[i][x], s.x[i][j]});
        sheet.curves.push_back(std::move(d));
      }
    if (&s == &sets[0]) sheet.chart.x_label = header(s, x), sheet.chart.y_label = y.size() == 1 ? header(s, y[0]) : "";
  }
  if (sheet.curves.size() > 16)
    throw Error("drawing lines: " + std::to_string(sheet.curves.size()) +
                    " curves in one panel cannot be told apart; choose up to 16 with "
                    "--y, or a column with fewer values for --by",
                Exit::data);
  const auto log = [&](const std::string& scale, double Point::*part) {
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (const Drawn& d : sheet.curves)
      for (const Point& p : d.points) lo = std::min(lo, p.*part), hi = std::max(hi, p.*part);
    return scale == "log" || (scale == "auto" && lo > 0 && hi > 50 * lo);
  };
  sheet.chart.x_log = log(o["xscale"].text(), &Point::x), sheet.chart.y_log = log(o["yscale"].text(), &Point::y);
  return sheet;
}

// With `keys` the legend goes there, else into the panel.
Panel panel_of(const Sheet& sheet, const Look& look, std::vector<Key>* keys) {
  const Chart& c = sheet.chart;
  Panel p;
  p.title = c.title, p.grid = true;
  Range x{HUGE_VAL, -HUGE_VAL}, y{HUGE_VAL, -HUGE_VAL};
  auto legend = std::make_shared<Legend>();
  bool any = false;
  for (const Drawn& d : sheet.curves) {
    // What a logarithmic axis has no place for (an error of exactly zero) is left out.
    std::vector<Point> points;
    for (const Point& q : d.points)
      if ((!c.x_log || q.x > 0) && (!c.y_log || q.y > 0)) points.push_back(q), any = true;
    for (const Point& q : points)
      x.lo = std::min(x.lo, q.x), x.hi = std::max(x.hi, q.x), y.lo = std::min(y.lo, q.y), y.hi = std::max(y.hi, q.y);
    const Colour colour = d.colour < 0 ? grey : category(d.colour);
    if (d.style != Curve::dots || points.size() > 1) {
      auto line = std::make_shared<Lines>();
      line->lines = {points};
      line->colour = d.style == Curve::dots ? colour.with_alpha(.45) : colour, line->dashed = d.style == Curve::dashes;
      line->width = d.style == Curve::dots ? .8 : 1.3;
      p.marks.push_back(line);
    }
    if (d.style == Curve::dots) {
      auto dots = std::make_shared<Dots>();
      for (const Point& q : points) dots->x.push_back(q.x), dots->y.push_back(q.y);
      dots->colours = {colour}, dots->radius = 2;
      p.marks.push_back(dots);
    }
    legend->avoid.push_back(std::move(points));
    if (!d.name.empty())
      legend->keys.push_back({d.style == Curve::dots ? Key::dot : d.style == Curve::dashes ? Key::dashes : Key::line, colour, d.name});
  }
  if (!any)
    throw Error("drawing lines" + (c.title.empty() ? "" : ", '" + c.title + "'") +
                    ": no point lies on the logarithmic axes, expected positive numbers; use --yscale linear",
                Exit::data);
  p.x = {look.labels.empty() ? c.x_label : look.labels[0], look.xlim.value_or(shown_range(x.lo, x.hi, .03, c.x_log)), c.x_log};
  p.y = {look.labels.size() > 1 ? look.labels[1] : c.y_label,
         look.ylim   ? *look.ylim
         : c.y_range ? *c.y_range
                     : shown_range(y.lo, y.hi, .06, c.y_log),
         c.y_log};
  for (const Axis* a : {&p.x, &p.y})
    if (a->log && !(a->range.lo > 0))
      throw Error("drawing lines: a logarithmic axis from " + shortest(a->range.lo) + " was asked for, expected positive numbers",
                  Exit::spec);
  if (keys)
    *keys = legend->keys;
  else if (!legend->keys.empty())
    p.marks.push_back(legend);
  return p;
}

// Whether the panels hold the same curves, so that one legend serves them all.
bool alike(const Sheet& a, const Sheet& b) {
  return std::equal(a.curves.begin(), a.curves.end(), b.curves.begin(), b.curves.end(),
                    [](const Drawn& p, const Drawn& q) { return p.name == q.name && p.style == q.style && p.colour == q.colour; });
}

Figure draw_lines(const Value& o, const std::vector<Set>& sets, const Look& look) {
  if (sets.empty()) throw Error("drawing lines: no table was given, expected at least one", Exit::usage);
  for (const Set& s : sets) common_dimension({s}, "line");
  const bool chosen = !o["x"].is_null() || !o["y"].is_null() || !o["by"].is_null();
  std::vector<Sheet> sheets;
  if (!chosen && std::all_of(sets.begin(), sets.end(), [](const Set& s) { return !s.charts.empty(); })) {
    for (const Set& s : sets)
      for (Sheet& sheet : sheets_of(s)) sheets.push_back(std::move(sheet));
  } else {
    sheets.push_back(sheet_of(sets, o));
  }
  Figure f;
  const bool common = sheets.size() > 1 && std::all_of(sheets.begin(), sheets.end(), [&](const Sheet& s) { return alike(s, sheets[0]); });
  for (const Sheet& s : sheets) f.panels.push_back(panel_of(s, look, common ? &f.legend : nullptr));
  f.columns = int(sheets.size() == 4 ? 2 : std::min<size_t>(sheets.size(), 3));
  f.aspect = sheets.size() == 1 ? .62 : .8;
  return f;
}

}  // namespace

extern const FigureEntry lines;
const FigureEntry lines{
    {"lines",
     "Curves: columns of a table against one of them; a table that brings charts is drawn as they say",
     "",
     {{"x", text(), nullptr, "the column along the x axis, by header or number; unset: the charts of the table, else the first"},
      {"y", list(), nullptr, "the columns drawn; unset: the charts of the table, else all others"},
      {"by", text(), nullptr, "a column: one curve for each of its values; unset: none"},
      {"xscale", choice({"auto", "linear", "log"}), "auto", "auto is log where the numbers are positive and span more than a factor of 50"},
      {"yscale", choice({"auto", "linear", "log"}), "auto", "the same for the y axis"},
      {"style", choice({"line", "dots"}), "line", "dots also mark the rows"}}},
    draw_lines};

}  // namespace dm::plot
