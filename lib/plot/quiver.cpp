// Arrows of a score or a drift on a grid in the plane, over the density where that is known, and over the rows of other inputs.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "plot/figures.h"

namespace dm::plot {

namespace {

std::string three_digits(double x) {
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::general, 3).ptr};
}

// The centres of nx x ny cells, row by row from the low end of y.
Matrix<double> centres(Range x, Range y, int nx, int ny) {
  Matrix<double> out(int64_t(nx) * ny, 2);
  for (int64_t c = 0; c < out.rows; ++c)
    out[c][0] = x.lo + (double(c % nx) + .5) * (x.hi - x.lo) / nx, out[c][1] = y.lo + (double(c / nx) + .5) * (y.hi - y.lo) / ny;
  return out;
}

std::shared_ptr<Heat> shade(const Set& s, Range x, Range y) {
  auto heat = std::make_shared<Heat>();
  heat->x = x, heat->y = y, heat->nx = heat->ny = 200;
  heat->value.resize(size_t(heat->nx) * size_t(heat->ny));
  s.log_p(centres(x, y, heat->nx, heat->ny), heat->value.data());
  double top = 0;
  for (double& p : heat->value) p = std::exp(p), top = std::max(top, p);
  heat->top = 3 * top;  // the light third of the colours: arrows stay in front
  return std::isfinite(top) && top > 0 ? heat : nullptr;
}

Figure draw_quiver(const Value& o, const std::vector<Set>& sets, const Look& look) {
  const int64_t d = common_dimension(sets, "quiver", true);
  std::vector<const Set*> fields, rows;
  for (const Set& s : sets)
    if (s.arrows)
      fields.push_back(&s);
    else if (s.x.rows)
      rows.push_back(&s);
  for (const Set& s : sets)
    if (!s.arrows && !s.x.rows)
      throw Error("drawing a quiver: at its clean level '" + s.name + "' has no score; take a --time above 0", Exit::spec);
  if (fields.empty())
    throw Error("drawing a quiver: '" + sets[0].name +
                    "' holds rows, which have no arrows; give an oracle spec, a model or a transport, and rows beside it if you like",
                Exit::data);
  if (d != 2)
    throw Error("drawing a quiver: the inputs have " + std::to_string(d) + (d == 1 ? " column" : " columns") +
                    ", expected 2; dm-sample --path and --kind path show any number",
                Exit::data);

  Panel common;
  common.x = {axis_label(sets, look, 0, 0), axis_range(sets, 0, .05, look.xlim)};
  common.y = {axis_label(sets, look, 1, 1), axis_range(sets, 1, .05, look.ylim)};
  const Range rx = common.x.range, ry = common.y.range;
  const double wide = rx.hi - rx.lo, high = ry.hi - ry.lo, ratio = high / wide;
  common.equal = ratio > .25 && ratio < 4;
  common.x.fixed = look.xlim.has_value(), common.y.fixed = look.ylim.has_value();

  // Lengths are shares of the axes, of one unit for both where a unit is as long in y as in x.
  const double unit_x = common.equal ? std::max(wide, high) : wide, unit_y = common.equal ? unit_x : high;
  const int n = int(o["arrows"].integer()), nx = std::max(2, int(std::lround(n * wide / unit_x))),
            ny = std::max(2, int(std::lround(n * high / unit_y)));
  const Matrix<double> at = centres(rx, ry, nx, ny);
  const std::string& length = o["length"].text();

  Figure f;
  f.columns = beside(fields.size());
  for (size_t k = 0; k < fields.size(); ++k) {
    const Set& s = *fields[k];
    Panel p = common;
    p.title = s.name;
    if (o["density"].boolean() && s.log_p)
      if (const auto heat = shade(s, rx, ry)) p.marks.push_back(heat);
    for (size_t r = 0; r < rows.size(); ++r) {
      auto dots = std::make_shared<Dots>();
      const auto chosen = chosen_rows(rows[r]->x.rows, look.limit.value_or(5000));
      for (const int64_t i : chosen) dots->x.push_back(rows[r]->x[i][0]), dots->y.push_back(rows[r]->x[i][1]);
      dots->radius = dot_radius(int64_t(chosen.size())),
      dots->colours = {category(int(r)).with_alpha(.6 * dot_opacity(int64_t(chosen.size())))};
      p.marks.push_back(dots);
    }
    Matrix<double> v(at.rows, 2);
    s.arrows(at, v);
    double longest = 0, largest = 0;  // on paper, and in its own units
    for (int64_t i = 0; i < at.rows; ++i) {
      if (!std::isfinite(v[i][0]) || !std::isfinite(v[i][1]))
        throw Error("drawing a quiver: the " + s.arrows_name + " of '" + s.name + "' is not finite at (" + three_digits(at[i][0]) + ", " +
                        three_digits(at[i][1]) + "); choose a part of the plane with --xlim and --ylim, or another --time",
                    Exit::failure);
      longest = std::max(longest, std::hypot(v[i][0] / unit_x, v[i][1] / unit_y));
      largest = std::max(largest, std::hypot(v[i][0], v[i][1]));
    }
    auto arrows = std::make_shared<Arrows>();
    for (int64_t i = 0; i < at.rows; ++i) {
      const double size = std::hypot(v[i][0] / unit_x, v[i][1] / unit_y), part = longest > 0 ? size / longest : 0;
      const double cells = length == "proportional" ? part : length == "root" ? std::sqrt(part) : part > 0 ? .8 : 0;
      const double scale = size > 0 ? .95 * cells / n / size : 0;
      arrows->x.push_back(at[i][0]), arrows->y.push_back(at[i][1]);
      arrows->u.push_back(scale * v[i][0]), arrows->v.push_back(scale * v[i][1]);
    }
    p.marks.push_back(arrows);
    p.note = s.arrows_name + " up to " + three_digits(largest) +
             (length == "root"    ? ", lengths as its root"
              : length == "equal" ? ", directions"
                                  : "");
    f.panels.push_back(p);
  }
  share_axes(f);
  for (size_t r = 0; r < rows.size(); ++r) {
    const auto chosen = chosen_rows(rows[r]->x.rows, look.limit.value_or(5000));
    const std::string left_out =
        joined(limit_note(int64_t(chosen.size()), rows[r]->x.rows, "points"), outside_note(*rows[r], &chosen, common, 0, 1));
    f.legend.push_back({Key::dot, category(int(r)), rows[r]->name + (left_out.empty() ? "" : " (" + left_out + ")")});
  }
  return f;
}

}  // namespace

extern const FigureEntry quiver;
const FigureEntry quiver{
    {"quiver",
     "Arrows of a score or a drift in the plane at --time, over the density where it is known and the rows of other inputs",
     "",
     {{"arrows", integer(4, 100), 20, "how many along the longer axis"},
      {"length", choice({"proportional", "root", "equal"}), "root",
       "of an arrow: proportional to the score or drift, to its square root, or equal; the longest of a panel fills a cell of the grid"},
      {"density", flag(), true, "shade the density at the same time under the arrows, where it is known"}}},
    draw_quiver};

}  // namespace dm::plot
