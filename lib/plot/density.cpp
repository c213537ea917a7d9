// Densities: histograms or smoothed curves of one column laid over each other, heat maps of two columns side by side; of sets by their
// rows, of laws in closed form exactly.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <span>

#include "plot/figures.h"

namespace dm::plot {

namespace {
double total_weight(const Set& s) {
  return s.weights.empty() ? double(s.x.rows) : std::accumulate(s.weights.begin(), s.weights.end(), 0.0);
}
const double* weights(const Set& s) { return s.weights.empty() ? nullptr : s.weights.data(); }

// p of a law in closed form at x [n, d].
std::vector<double> exact(const Set& s, const Matrix<double>& x) {
  std::vector<double> p(size_t(x.rows));
  s.log_p(x, p.data());
  for (double& v : p) {
    v = std::exp(v);
    if (!std::isfinite(v))
      throw Error("drawing a density: '" + s.name + "' has none, it is infinite at points; take a --time above 0, where noise spreads them",
                  Exit::data);
  }
  return p;
}

std::vector<double> sorted_column(const Set& s) {
  std::vector<double> v(s.x.v);
  std::sort(v.begin(), v.end());
  return v;
}

// Freedman and Diaconis (1981): width 2 IQR n^(-1/3), of the set with the narrowest bins; but, since several modes blow up the IQR, no
// fewer than the Rice rule's 2 n^(1/3). Within 12 to 120 bins.
int default_bins(const std::vector<Set>& sets, Range r) {
  double width = (r.hi - r.lo) / 12, rice = 0;
  for (const Set& s : sets) {
    if (s.log_p) continue;
    const auto v = sorted_column(s);
    const double iqr = v[size_t(.75 * double(v.size() - 1))] - v[size_t(.25 * double(v.size() - 1))];
    rice = std::max(rice, 2 * std::cbrt(double(v.size())));
    if (iqr > 0) width = std::min(width, 2 * iqr / std::cbrt(double(v.size())));
  }
  return int(std::clamp(std::max((r.hi - r.lo) / width, rice), 12.0, 120.0));
}

Figure line_densities(const Value& options, const std::vector<Set>& sets, const Look& look) {
  const Range data = extent(sets, 0);
  const Range r = axis_range(sets, 0, .04, look.xlim);
  const bool curve = options["style"].text() == "curve";
  // Smoothed heights need room at the ends.
  const bool smoothed = curve || (!options["smooth"].is_null() && options["smooth"].number() > 0);
  const Range b = smoothed || look.xlim ? r : bin_range(sets, 0, r);
  // Where all rows are one value, an odd number of bins puts the bar around it.
  const int bins =
      !options["bins"].is_null() ? int(options["bins"].integer()) : (curve ? 512 : default_bins(sets, b)) | int(data.lo == data.hi);
  Figure f;
  Panel p;
  double top = 0;
  for (size_t k = 0; k < sets.size(); ++k) {
    const Set& s = sets[k];
    const Colour c = category(int(k));
    const int series = outline_form(k, sets.size());
    if (s.log_p) {
      constexpr int64_t fine = 1024;
      Matrix<double> x(fine, 1);
      for (int64_t i = 0; i < fine; ++i) x[i][0] = r.lo + (double(i) + .5) * (r.hi - r.lo) / fine;
      const auto p_x = exact(s, x);
      auto line = std::make_shared<Lines>();
      line->lines.emplace_back();
      for (int64_t i = 0; i < fine; ++i) line->lines[0].push_back({x[i][0], p_x[size_t(i)]}), top = std::max(top, p_x[size_t(i)]);
      line->colour = c, line->width = 1.3, line->series = series;
      p.marks.push_back(line);
      if (sets.size() > 1) f.legend.push_back({Key::line, c, s.name, series});
      continue;
    }
    std::vector<double> h = histogram(s.x.v.data(), s.x.rows, 1, weights(s), b, bins);
    const double cell = (b.hi - b.lo) / bins;
    double sd = options["smooth"].is_null() ? 0 : options["smooth"].number() * (r.hi - r.lo);
    if (curve && sd == 0) {  // half of Silverman's (1986, eq. 3.31) width, which is meant for one mode
      const auto v = sorted_column(s);
      const double iqr = v[size_t(.75 * double(v.size() - 1))] - v[size_t(.25 * double(v.size() - 1))];
      sd = .45 * (iqr / 1.34) * std::pow(double(v.size()), -.2);
    }
    smooth(h, bins, 1, 1, bins, sd / cell);
    for (double& y : h) y /= total_weight(s) * cell;
    top = std::max(top, *std::max_element(h.begin(), h.end()));
    if (curve) {
      auto line = std::make_shared<Lines>();
      auto area = std::make_shared<Band>();
      line->lines.emplace_back();
      for (int i = 0; i < bins; ++i) {
        const double x = b.lo + (i + .5) * cell, y = h[size_t(i)];
        line->lines[0].push_back({x, y}), area->x.push_back(x), area->lo.push_back(0), area->hi.push_back(y);
      }
      line->colour = c, line->width = 1.3, line->series = series, area->colour = c.with_alpha(.15);
      p.marks.push_back(area), p.marks.push_back(line);
    } else {
      auto bars = std::make_shared<Bars>();
      for (int i = 0; i <= bins; ++i) bars->edges.push_back(b.lo + i * cell);
      bars->heights = h, bars->colour = c, bars->series = series, bars->fill = sets.size() > 1 ? .18 : .3;
      p.marks.push_back(bars);
    }
    if (sets.size() > 1) f.legend.push_back({Key::area, c, s.name, series});
  }
  if (sets.size() == 1) p.title = sets[0].name;
  p.x = {axis_label(sets, look, 0, 0), r};
  p.y = {look.labels.size() > 1 ? look.labels[1] : "density", look.ylim.value_or(Range{0, top > 0 ? 1.06 * top : 1})};
  for (const Set& s : sets)
    if (const std::string out = outside_note(s, nullptr, p, 0, -1); !out.empty())
      p.note = joined(p.note, (sets.size() > 1 ? s.name + ": " : "") + out);
  f.panels.push_back(p);
  f.aspect = .62;
  return f;
}

}  // namespace

static double two_digits(double x) {  // 0.796 -> 0.8
  char text[32];
  std::from_chars(text, std::to_chars(text, text + sizeof text, x, std::chars_format::scientific, 1).ptr, x);
  return x;
}

Figure heat_maps(const std::vector<Set>& sets, const Look& look, const Cells& cells) {
  const int bins = cells.bins.value_or(300);
  // Each on its own axes, and its colours by its own peak, where one range is so much longer than another that its panel would hold a dot.
  bool apart = false;
  for (const int64_t j : {0, 1}) {
    double shortest = HUGE_VAL, longest = 0;
    for (const Set& s : sets) {
      const Range r = axis_range({&s, 1}, j, .05, j ? look.ylim : look.xlim);
      shortest = std::min(shortest, r.hi - r.lo), longest = std::max(longest, r.hi - r.lo);
    }
    apart |= longest > 4 * shortest;
  }
  Figure f;
  f.columns = beside(sets.size());
  std::vector<std::shared_ptr<Heat>> heats;
  for (const Set& s : sets) {
    const std::span<const Set> shown = apart ? std::span(&s, 1) : std::span(sets);
    Panel p;
    p.x = {axis_label(sets, look, 0, 0), axis_range(shown, 0, .05, look.xlim)};
    p.y = {axis_label(sets, look, 1, 1), axis_range(shown, 1, .05, look.ylim)};
    const Range rx = p.x.range, ry = p.y.range;
    const double ratio = (ry.hi - ry.lo) / (rx.hi - rx.lo);
    p.equal = ratio > .25 && ratio < 4;
    p.x.fixed = look.xlim.has_value(), p.y.fixed = look.ylim.has_value();

    // Square cells where a unit is as long in x as in y; `bins` of them along the longer axis.
    const int nx = p.equal && ratio > 1 ? std::max(2, int(bins / ratio)) : bins,
              ny = p.equal && ratio < 1 ? std::max(2, int(bins * ratio)) : bins;
    auto heat = std::make_shared<Heat>();
    heat->x = rx, heat->y = ry, heat->nx = nx, heat->ny = ny;
    heat->value.assign(size_t(nx) * size_t(ny), 0.0);
    if (s.log_p) {
      Matrix<double> centre(int64_t(nx) * ny, 2);
      for (int64_t c = 0; c < centre.rows; ++c)
        centre[c][0] = rx.lo + (double(c % nx) + .5) * (rx.hi - rx.lo) / nx,
        centre[c][1] = ry.lo + (double(c / nx) + .5) * (ry.hi - ry.lo) / ny;
      heat->value = exact(s, centre);
    }
    for (int64_t i = 0; i < s.x.rows; ++i) {
      const double u = (s.x[i][0] - rx.lo) / (rx.hi - rx.lo) * nx, v = (s.x[i][1] - ry.lo) / (ry.hi - ry.lo) * ny;
      if (u >= 0 && u < nx && v >= 0 && v < ny)
        heat->value[size_t(v) * size_t(nx) + size_t(u)] += s.weights.empty() ? 1 : s.weights[size_t(i)];
    }
    // A kernel that narrows slowly with n keeps the thin ridges of toy sets; it is a share of the axis, not of the spread.
    const double sd = s.log_p ? 0 : bins * cells.smooth.value_or(.013 * std::pow(1e4 / double(s.x.rows), 1.0 / 6));
    smooth(heat->value, nx, 1, ny, nx, sd);
    smooth(heat->value, ny, nx, nx, 1, sd);
    const double area = (rx.hi - rx.lo) / nx * (ry.hi - ry.lo) / ny;
    for (double& c : heat->value) c /= s.log_p ? 1 : total_weight(s) * area;
    heat->top = *std::max_element(heat->value.begin(), heat->value.end());
    p.title = s.name;
    p.note = outside_note(s, nullptr, p, 0, 1);
    if (apart) p.note = joined("peak " + offset_label(two_digits(heat->top)), p.note);
    p.marks.push_back(heat);
    f.panels.push_back(p);
    f.bar_top = std::max(f.bar_top, heat->top);
    heats.push_back(heat);
  }
  if (apart) {
    f.bar_top = 1, f.bar_label = "density over its peak";
  } else {
    share_axes(f);
    for (auto& h : heats) h->top = f.bar_top;
    f.bar_label = "density";
  }
  for (auto& h : heats)
    if (!(h->top > 0)) h->top = 1;
  return f;
}

namespace {
Figure draw_density(const Value& options, const std::vector<Set>& sets, const Look& look) {
  const int64_t d = common_dimension(sets, "density", true);
  for (const Set& s : sets)
    if (!s.log_p && s.x.rows == 0)
      throw Error("drawing a density: '" + s.name + "' is known by its " + s.arrows_name +
                      " alone; draw rows from it with dm-sample, or its arrows with --kind quiver",
                  Exit::data);
  for (const Set& s : sets)
    if (!s.log_p && !(total_weight(s) > 0))
      throw Error("drawing a density: the weights of '" + s.name + "' sum to zero, expected positive weights", Exit::data);
  if (d > 2)
    throw Error("drawing a density: the sets have " + std::to_string(d) + " columns, expected 1 or 2; use --kind corner", Exit::data);
  if (d == 2 && options["style"].text() == "curve")
    throw Error("drawing a density: --style curve draws one column, and the sets have 2, whose density is a heat map; leave --style out",
                Exit::spec);
  if (d == 1) return line_densities(options, sets, look);
  Cells cells;
  if (!options["bins"].is_null()) cells.bins = int(options["bins"].integer());
  if (!options["smooth"].is_null()) cells.smooth = options["smooth"].number();
  return heat_maps(sets, look, cells);
}
}  // namespace

extern const FigureEntry density;
const FigureEntry density{
    {"density",
     "Histograms or smoothed curves (one column), smoothed heat maps on common axes and colours (two columns; on axes and colours of their "
     "own where one range is four times as long as another); of an oracle the exact "
     "density "
     "at --time",
     "",
     {{"bins", integer(2, 2000), nullptr,
       "cells along an axis; unset: Freedman-Diaconis for histograms, 512 for curves, 300 for heat maps, along the longer axis"},
      {"smooth", number(0, 1), nullptr,
       "standard deviation of the smoothing kernel as a share of the axis, 0 none; unset: none for histograms, half of Silverman's width "
       "for curves, .013 (10000 / n)^(1/6) for heat maps"},
      {"style", choice({"histogram", "curve"}), "histogram", "how one column is drawn"}}},
    draw_density};

}  // namespace dm::plot
