// Curves: columns of a table against one of them. A table that brings charts is drawn as they say, a panel each; of any other, the chosen
// columns of every input are drawn, rows that share x and group as their mean with a band.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include "plot/figures.h"

namespace dm::plot {

namespace {

// A curve with its numbers.
struct Drawn {
  std::string name;
  std::vector<Point> points;
  Curve::Style style;
  int colour;
  std::vector<Range> band = {};  // about each point; empty: none
  int of = -1;                   // of one of several floors: the colour of its curve
};
struct Sheet {
  Chart chart;  // its curves are not looked at
  std::vector<Drawn> curves;
  std::string note = "";
  std::vector<std::string> names = {};  // of the categories on x
};

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The columns of results whose path ends as the wanted one does.
std::string others(const Set& s, const std::string& name) {
  if (const std::string near = did_you_mean(name, s.columns); !near.empty()) return near;
  const std::string tail = name.substr(name.rfind('.') + 1);
  std::string all;
  for (const std::string& c : s.columns)
    if (c == tail || c.ends_with("." + tail) || (s.columns.size() <= 12)) all += (all.empty() ? "" : ", ") + c;
  return all.empty() ? "" : " It has " + all + ".";
}

int64_t column(const Set& s, const std::string& name) {
  // Of a metric the value is meant.
  for (const std::string& known : {name, name + ".value"})
    if (const auto at = std::find(s.columns.begin(), s.columns.end(), known); at != s.columns.end()) return at - s.columns.begin();
  int64_t k = 0;  // columns without headers go by number
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), k);
  if (error == std::errc() && end == name.data() + name.size() && k >= 1 && k <= s.x.cols) return k - 1;
  throw Error("drawing lines: '" + s.name + "' has no column '" + name + "'." +
                  (s.columns.empty() ? " It has " + std::to_string(s.x.cols) + ", without names; numbers count from 1." : others(s, name)),
              Exit::data);
}

std::string header(const Set& s, int64_t j) {
  return size_t(j) < s.columns.size() && !s.columns[size_t(j)].empty() ? s.columns[size_t(j)] : "column " + std::to_string(j + 1);
}

// What a reader calls a column of results: w2 for w2.value, of a command's settings the last word: eta for dm-sample.sampler.eta.
std::string told(std::string path) {
  if (path.starts_with("dm-")) path = path.substr(path.rfind('.') + 1);
  if (path.ends_with(".value")) path.resize(path.size() - 6);
  return path;
}

const std::vector<std::string>& words(const Set& s, int64_t j) {
  static const std::vector<std::string> none;
  return size_t(j) < s.words.size() ? s.words[size_t(j)] : none;
}

// "heun", "eta = 0.5"
std::string value_name(const Set& s, int64_t j, double v) {
  return words(s, j).empty() ? told(header(s, j)) + " = " + shortest(v) : words(s, j)[size_t(v)];
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

// How many rows became one point, over all curves.
struct Shared {
  int64_t least = INT64_MAX, most = 0;
  std::string text() const { return least == most ? grouped(most) : grouped(least) + " to " + grouped(most); }
};

// Points that share x become one, at their mean; points in the order of x.
void average(Drawn& d, bool range, Shared& shared) {
  std::stable_sort(d.points.begin(), d.points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  std::vector<Point> means;
  bool several = false;
  for (size_t i = 0, end; i < d.points.size(); i = end) {
    double sum = 0, square = 0, lo = HUGE_VAL, hi = -HUGE_VAL;
    for (end = i; end < d.points.size() && d.points[end].x == d.points[i].x; ++end)
      sum += d.points[end].y, lo = std::min(lo, d.points[end].y), hi = std::max(hi, d.points[end].y);
    const double n = double(end - i), mean = sum / n;
    for (size_t k = i; k < end; ++k) square += (d.points[k].y - mean) * (d.points[k].y - mean);
    const double error = n > 1 ? std::sqrt(square / (n - 1) / n) : 0;
    means.push_back({d.points[i].x, mean});
    d.band.push_back(range ? Range{lo, hi} : Range{mean - error, mean + error});
    several |= n > 1;
    shared.least = std::min(shared.least, int64_t(n)), shared.most = std::max(shared.most, int64_t(n));
  }
  d.points = std::move(means);
  if (!several) d.band.clear();
}

std::vector<int64_t> columns_of(const Set& s, const Value& names) {
  std::vector<int64_t> out;
  if (!names.is_null())
    for (const Value& v : names.items()) out.push_back(column(s, v.text()));
  return out;
}

// Whether a logarithmic axis suits numbers: they span more than a factor of 50, or, `chosen` by the user, of 8 and most of them lie low
// (8, 16, 32, 64): the middle one is nearer to the geometric mean of the ends than to their mean.
bool by_ratio(const std::set<double>& all, bool chosen) {
  const double lo = *all.begin(), hi = *all.rbegin(),
               middle = (*std::next(all.begin(), long((all.size() - 1) / 2)) + *std::next(all.begin(), long(all.size() / 2))) / 2;
  if (!(lo > 0)) return false;
  return hi > 50 * lo || (chosen && all.size() > 3 && hi >= 8 * lo && middle < (std::sqrt(lo * hi) + (lo + hi) / 2) / 2);
}

// One panel: the columns `y` (null: all others) against `x` (null: the first), one curve for each value of `group`.
Sheet sheet_of(const std::vector<Set>& sets, const Value& o, const Value& y_names) {
  Sheet sheet;
  const std::string& band = o["band"].text();
  Shared shared;
  int64_t silent = 0;
  std::vector<Drawn> floors;
  for (const Set& s : sets) {
    const int64_t x = o["x"].is_null() ? 0 : column(s, o["x"].text());
    const std::vector<int64_t> group = columns_of(s, o["group"]);
    std::vector<int64_t> y = columns_of(s, y_names);
    if (y_names.is_null())
      for (int64_t j = 0; j < s.x.cols; ++j)
        if (j != x && std::find(group.begin(), group.end(), j) == group.end() && words(s, j).empty()) y.push_back(j);
    if (y.empty()) throw Error("drawing lines: '" + s.name + "' has no column left for the y axis, expected at least one", Exit::data);
    for (const int64_t j : y)
      if (!words(s, j).empty())
        throw Error("drawing lines: the column '" + header(s, j) + "' of '" + s.name + "' holds words (" + s.word_at[size_t(j)] +
                        "), the y axis needs numbers; words can stand on x or make groups",
                    Exit::data);
    // Words of several inputs are one list of categories.
    std::vector<double> place;
    for (const std::string& w : words(s, x)) {
      if (!has(sheet.names, w)) sheet.names.push_back(w);
      place.push_back(double(std::find(sheet.names.begin(), sheet.names.end(), w) - sheet.names.begin()));
    }
    const auto at = [&](int64_t i) { return place.empty() || std::isnan(s.x[i][x]) ? s.x[i][x] : place[size_t(s.x[i][x])]; };
    std::vector<std::string> names;  // of the groups, in the order in which they appear
    std::vector<size_t> group_of;
    for (int64_t i = 0; i < s.x.rows; ++i) {
      std::string values;
      for (const int64_t j : group)
        if (!std::isnan(s.x[i][j])) values = joined(values, value_name(s, j, s.x[i][j]));
      if (!group.empty() && values.empty()) values = "unset";
      const std::string name = joined(sets.size() > 1 ? s.name : "", values);
      if (!has(names, name)) names.push_back(name);
      group_of.push_back(size_t(std::find(names.begin(), names.end(), name) - names.begin()));
    }
    for (const int64_t j : y) {
      const auto first = int(sheet.curves.size());
      for (size_t g = 0; g < names.size(); ++g) {
        Drawn d;
        d.name = names[g], d.colour = int(sheet.curves.size());
        if (y.size() > 1) d.name += (d.name.empty() ? "" : ", ") + told(header(s, j));
        for (int64_t i = 0; i < s.x.rows; ++i)
          if (group_of[size_t(i)] == g) {
            if (std::isnan(at(i)) || std::isnan(s.x[i][j]))
              ++silent;
            else
              d.points.push_back({at(i), s.x[i][j]});
          }
        if (d.points.empty()) continue;
        if (band != "none") average(d, band == "range", shared);
        const bool few = d.points.size() <= 12;
        d.style = (o["style"].is_null() ? few : o["style"].text() == "dots") ? Curve::dots : Curve::line;
        sheet.curves.push_back(std::move(d));
      }
      // What no sampler can be expected to go below: of w2.value, w2.floor.
      const std::string value = header(s, j), floor = value.ends_with(".value") ? value.substr(0, value.size() - 5) + "floor" : "";
      if (const auto f = std::find(s.columns.begin(), s.columns.end(), floor); f != s.columns.end()) {
        Drawn d{y.size() > 1 ? told(value) + ", floor" : "floor", {}, Curve::dashes, -1};
        for (int64_t i = 0; i < s.x.rows; ++i)
          if (const double v = s.x[i][f - s.columns.begin()]; !std::isnan(at(i)) && std::isfinite(v)) d.points.push_back({at(i), v});
        Shared not_told;
        d.of = first;
        if (!d.points.empty()) average(d, false, not_told), d.band.clear(), floors.push_back(std::move(d));
      }
    }
    if (&s == &sets[0]) sheet.chart.x_label = told(header(s, x)), sheet.chart.y_label = y.size() == 1 ? told(header(s, y[0])) : "";
  }
  if (sheet.curves.empty())
    throw Error("drawing lines: no row of '" + sets[0].name + "' says both x and y; look at the columns with 'head'", Exit::data);
  if (sheet.curves.size() > 14)
    throw Error("drawing lines: " + std::to_string(sheet.curves.size()) +
                    " curves in one panel cannot be told apart; choose up to 14 with --y, or a column with fewer values for --group",
                Exit::data);
  if (shared.most > 1) sheet.note = (band == "range" ? "mean and range of " : "mean \u00b1 standard error of ") + shared.text() + " rows";
  if (silent) sheet.note += (sheet.note.empty() ? "" : ", ") + grouped(silent) + " without a number";
  if (floors.size() == 1) floors[0].of = -1;  // of all curves: grey
  for (Drawn& f : floors) sheet.curves.push_back(std::move(f));
  const auto log = [&](const std::string& scale, double Point::*part) {
    std::set<double> all;
    for (const Drawn& d : sheet.curves)
      for (const Point& p : d.points) all.insert(p.*part);
    return scale == "log" || (scale == "auto" && by_ratio(all, part == &Point::x));
  };
  sheet.chart.x_log = sheet.names.empty() && log(o["xscale"].text(), &Point::x), sheet.chart.y_log = log(o["yscale"].text(), &Point::y);
  return sheet;
}

// With `keys` the legend goes there, else into the panel.
Panel panel_of(const Sheet& sheet, const Look& look, std::vector<Key>* keys) {
  const Chart& c = sheet.chart;
  Panel p;
  p.title = c.title, p.note = sheet.note, p.grid = true;
  Range x{HUGE_VAL, -HUGE_VAL}, y{HUGE_VAL, -HUGE_VAL};
  auto legend = std::make_shared<Legend>();
  bool any = false, whole = true, twos = true;  // whole: so is every x; twos: it is a power of two
  int64_t no_place = 0;
  // Categories stand side by side: nothing runs from one to the next, and curves stand beside each other.
  const bool apart = !sheet.names.empty();
  const auto curves = double(std::count_if(sheet.curves.begin(), sheet.curves.end(), [](const Drawn& d) { return d.colour >= 0; }));
  const bool several = std::any_of(sheet.curves.begin(), sheet.curves.end(), [](const Drawn& d) { return d.colour > 0; });
  for (const Drawn& d : sheet.curves) {
    // What a logarithmic axis has no place for (an error of exactly zero) is left out and counted; the curve is broken there.
    std::vector<Point> points;
    std::vector<Range> band;
    std::vector<size_t> pieces{0};  // where each begins
    for (size_t i = 0; i < d.points.size(); ++i) {
      Point q = d.points[i];
      if ((c.x_log && !(q.x > 0)) || (c.y_log && !(q.y > 0))) {
        no_place += !std::isnan(q.x) && !std::isnan(q.y);
        if (points.size() > pieces.back()) pieces.push_back(points.size());
        continue;
      }
      if (apart && d.colour >= 0) q.x += (d.colour - (curves - 1) / 2) * std::min(.12, .7 / curves);
      points.push_back(q), any = true, whole &= q.x == std::floor(q.x);
      int power;
      twos &= std::frexp(q.x, &power) == .5;
      if (!d.band.empty()) band.push_back({c.y_log ? std::max(d.band[i].lo, 1e-3 * q.y) : d.band[i].lo, d.band[i].hi});
    }
    for (size_t i = 0; i < points.size(); ++i) {
      const Point& q = points[i];
      x.lo = std::min(x.lo, q.x), x.hi = std::max(x.hi, q.x);
      y.lo = std::min(y.lo, band.empty() ? q.y : band[i].lo), y.hi = std::max(y.hi, band.empty() ? q.y : band[i].hi);
    }
    if (pieces.back() < points.size()) pieces.push_back(points.size());  // and the end of the last
    const int shade = d.colour < 0 ? d.of : d.colour;
    const Colour colour = shade < 0 ? grey : category(shade);
    const bool dashed = d.style == Curve::dashes;
    const int series = several && d.colour >= 0 ? d.colour : -1;
    const bool bars = !band.empty() && (apart || points.size() < 2);
    if (bars) {
      auto errors = std::make_shared<Lines>();
      for (size_t i = 0; i < points.size(); ++i) legend->avoid.push_back({{points[i].x, band[i].lo}, {points[i].x, band[i].hi}});
      for (size_t i = 0; i < points.size(); ++i) errors->lines.push_back({{points[i].x, band[i].lo}, {points[i].x, band[i].hi}});
      errors->colour = colour, errors->width = 1.1;
      p.marks.push_back(errors);
    } else if (!band.empty()) {
      for (size_t k = 0; k + 1 < pieces.size(); ++k) {
        auto area = std::make_shared<Band>();
        for (size_t i = pieces[k]; i < pieces[k + 1]; ++i)
          area->x.push_back(points[i].x), area->lo.push_back(band[i].lo), area->hi.push_back(band[i].hi);
        for (const auto& edge : {area->lo, area->hi}) {
          auto& line = legend->avoid.emplace_back();
          for (size_t i = 0; i < edge.size(); ++i) line.push_back({area->x[i], edge[i]});
        }
        area->colour = colour.with_alpha(.2);
        p.marks.push_back(area);
      }
    }
    if (apart && d.colour < 0) {  // a piece across each category
      auto across = std::make_shared<Lines>();
      for (const Point& q : points) across->lines.push_back({{q.x - .4, q.y}, {q.x + .4, q.y}});
      across->colour = colour, across->width = 1, across->dashed = true;
      p.marks.push_back(across);
    } else if (!apart && (d.style != Curve::dots || points.size() > 1)) {
      auto line = std::make_shared<Lines>();
      for (size_t k = 0; k + 1 < pieces.size(); ++k)
        line->lines.emplace_back(points.begin() + long(pieces[k]), points.begin() + long(pieces[k + 1]));
      line->colour = d.style == Curve::dots && d.band.empty() ? colour.with_alpha(.45) : colour, line->dashed = dashed;
      if (d.style == Curve::line) line->series = series;
      line->width = d.colour < 0 ? 1 : d.style == Curve::dots && d.band.empty() ? .8 : 1.3;
      p.marks.push_back(line);
    }
    const bool each = d.style == Curve::dots || (apart && d.colour >= 0);
    auto dots = std::make_shared<Dots>();
    for (size_t k = 0; k + 1 < pieces.size(); ++k)
      for (size_t i = pieces[k]; i < pieces[k + 1]; ++i)
        if (each || (pieces.size() > 2 && pieces[k + 1] - pieces[k] == 1))  // a piece of one point is no line
          dots->x.push_back(points[i].x), dots->y.push_back(points[i].y);
    if (!dots->x.empty()) {
      dots->colours = {colour}, dots->radius = 2, dots->series = {std::max(0, series)};
      p.marks.push_back(dots);
    }
    legend->avoid.push_back(std::move(points));
    if (!d.name.empty())
      legend->keys.push_back({dashed                             ? Key::dashes
                              : d.style != Curve::dots && !apart ? Key::line
                                                                 : Key::dot,
                              colour, d.name, dashed ? -1 : series});
  }
  if (!any)
    throw Error("drawing lines" + (c.title.empty() ? "" : ", '" + c.title + "'") +
                    ": no point lies on the logarithmic axes, expected positive numbers; use --yscale linear",
                Exit::data);
  if (no_place) p.note += (p.note.empty() ? "" : ", ") + grouped(no_place) + " not above 0, without a place on a log axis";
  p.x = {look.labels.empty() ? c.x_label : look.labels[0], look.xlim.value_or(shown_range(x.lo, x.hi, .03, c.x_log)), c.x_log};
  p.x.whole = !apart && whole, p.x.twos = twos;
  if (apart) p.x.names = sheet.names, p.x.range = look.xlim.value_or(Range{-.6, double(sheet.names.size()) - .4});
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
    p.legend = legend;
  return p;
}

// Whether the panels hold the same curves, so that one legend serves them all.
bool alike(const Sheet& a, const Sheet& b) {
  return std::equal(a.curves.begin(), a.curves.end(), b.curves.begin(), b.curves.end(),
                    [](const Drawn& p, const Drawn& q) { return p.name == q.name && p.style == q.style && p.colour == q.colour; });
}

Figure draw_lines(const Value& o, const std::vector<Set>& sets, const Look& look) {
  if (sets.empty()) throw Error("drawing lines: no table was given, expected at least one", Exit::usage);
  for (const Set& s : sets)
    if (s.words.empty()) common_dimension({s}, "line");
  const bool chosen = !o["x"].is_null() || !o["y"].is_null() || !o["group"].is_null();
  std::vector<Sheet> sheets;
  if (!chosen && std::all_of(sets.begin(), sets.end(), [](const Set& s) { return !s.charts.empty(); })) {
    for (const Set& s : sets)
      for (Sheet& sheet : sheets_of(s)) sheets.push_back(std::move(sheet));
  } else {
    for (const Set& s : sets)
      if (std::any_of(s.words.begin(), s.words.end(), [](const auto& w) { return !w.empty(); }) && (o["x"].is_null() || o["y"].is_null()))
        throw Error("drawing the results of '" + s.name +
                        "': say which columns, as in --x dm-sample.steps --y w2.value --group dm-sample.sampler. It has " +
                        grouped(s.x.cols) + ", the first " + header(s, 0) + (s.x.cols > 1 ? ", " + header(s, 1) : ""),
                    Exit::spec);
    if (o["layout"].text() == "panels" && !o["y"].is_null())
      for (const Value& y : o["y"].items()) sheets.push_back(sheet_of(sets, o, Value(Value::Array{y})));
    else
      sheets.push_back(sheet_of(sets, o, o["y"]));
  }
  Figure f;
  const bool common = sheets.size() > 1 && std::all_of(sheets.begin(), sheets.end(), [&](const Sheet& s) { return alike(s, sheets[0]); });
  for (const Sheet& s : sheets) f.panels.push_back(panel_of(s, look, common ? &f.legend : nullptr));
  f.columns = beside(sheets.size());
  f.aspect = sheets.size() == 1 ? .62 : .8;
  return f;
}

}  // namespace

extern const FigureEntry lines;
const FigureEntry lines{
    {"lines",
     "Curves: columns of a table or of results against one of them, rows that share x and group as their mean with a band; a table that "
     "brings charts is drawn as they say",
     "",
     {{"x", text(), nullptr,
       "the column along the x axis, by header or number, of results by its path (dm-sample.steps); words make categories; unset: the "
       "charts "
       "of the table, else the first"},
      {"y", list(), nullptr,
       "the columns drawn; NAME.value comes with NAME.floor where there is one; unset: the charts of the table, else all others"},
      {"group", list(), nullptr, "columns: one curve for each of their values, numbers or words; unset: none"},
      {"band", choice({"error", "range", "none"}), "error",
       "rows that share x and group (seeds) are drawn as their mean with one standard error of it, or with their range, in the order of x; "
       "none: every row is a point, in the order of the table"},
      {"layout", choice({"overlay", "panels"}), "overlay", "several y in one panel, or one panel each"},
      {"xscale", choice({"auto", "linear", "log"}), "auto",
       "auto is log where the numbers are positive and span more than a factor of 50, or one of 8 with most of them low, as 4, 8, 16, 32"},
      {"yscale", choice({"auto", "linear", "log"}), "auto", "auto is log where the numbers are positive and span more than a factor of 50"},
      {"style", choice({"line", "dots"}), nullptr, "dots also mark the points; unset: dots up to 12 points, else line"}}},
    draw_lines};

}  // namespace dm::plot
