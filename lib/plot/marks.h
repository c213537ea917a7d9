// What is drawn inside a panel. A mark owns its numbers (data units) and paints them through a Frame; non-finite points are left out.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plot/canvas.h"
#include "plot/ticks.h"

namespace dm::plot {

// The panel's box on the page and the ranges that it shows.
struct Frame {
  Rect box;
  Range x, y;
  bool x_log = false, y_log = false;

  double px(double) const;  // page position of a coordinate; NaN outside the domain of a log axis
  double py(double) const;
  Point at(double x_, double y_) const { return {px(x_), py(y_)}; }
};

struct Mark {
  virtual ~Mark() = default;
  virtual void draw(Canvas&, const Frame&) const = 0;
};
using Marks = std::vector<std::shared_ptr<const Mark>>;

// What tells series i apart where colours do not, in grey print: a disc, an open square, a triangle, an open diamond, a square, an open
// triangle on its tip, and so round again (of six, where colours go round after seven).
void draw_form(Canvas&, int series, Point, double radius, Colour);

// Dots, painted in the order given. `group` picks colours[group[i]] and series[group[i]] (empty: all the first). radius in points.
struct Dots : Mark {
  std::vector<double> x, y;
  std::vector<uint8_t> group;
  std::vector<double> scale;  // of the radius, dot by dot; empty: 1
  std::vector<Colour> colours = std::vector<Colour>(1, black);
  std::vector<int> series = std::vector<int>(1, 0);  // their form, where they are large enough to have one
  static constexpr double least_form = 1.2;          // the radius below which all are round
  double radius = 1;
  bool ringed = false;  // white inside, coloured rim: start points
  void draw(Canvas&, const Frame&) const override;
};

// Radius and opacity at which n dots in a panel of about 3 inches show both lone points and density; tried from 50 to 1e6.
double dot_radius(int64_t n);
double dot_opacity(int64_t n);

// Polylines of one colour: curves, trajectories.
struct Lines : Mark {
  std::vector<std::vector<Point>> lines;
  Colour colour = black;
  double width = 1;
  bool dashed = false;
  int series = -1;  // >= 0: its form stands on the line here and there
  void draw(Canvas&, const Frame&) const override;
};

// The region between lo and hi over x.
struct Band : Mark {
  std::vector<double> x, lo, hi;
  Colour colour = pale;
  void draw(Canvas&, const Frame&) const override;
};

// A step outline over edges [n + 1] with heights [n], filled down to zero in the colour's faint form.
struct Bars : Mark {
  std::vector<double> edges, heights;
  Colour colour = black;
  double fill = .25;  // opacity of the filling
  int series = -1;    // >= 0: its form stands on the outline here and there
  void draw(Canvas&, const Frame&) const override;
};

// A heat map: value[i * nx + j] on the cell (j, i), i counted from the low end of y. Cells are equal in x and y; the colour is
// sequential(value / top).
struct Heat : Mark {
  Range x, y;
  int nx = 0, ny = 0;
  std::vector<double> value;
  double top = 1;
  void draw(Canvas&, const Frame&) const override;
};

// Pixels [ny, nx], from the top, over a rectangle.
struct Raster : Mark {
  Range x, y;
  int nx = 0, ny = 0;
  std::vector<Colour> pixels;
  void draw(Canvas&, const Frame&) const override;
};

// Arrows about (x, y) of length (u, v), in data units.
struct Arrows : Mark {
  std::vector<double> x, y, u, v;
  Colour colour = black;
  double width = .7;
  void draw(Canvas&, const Frame&) const override;
};

// One entry of a legend: a swatch and its text.
struct Key {
  enum Shape { dot, ring, line, area, dashes } shape;
  Colour colour;
  std::string label;
  int series = -1;  // >= 0: its form stands in the swatch
};
double swatch_width(const Key&);
void draw_swatch(Canvas&, const Key&, double x, double mid);  // from x to x + swatch_width, about the height mid

// A legend inside the panel, in the place, a corner if it can be, where it hides least of `avoid` (data units).
struct Legend : Mark {
  std::vector<Key> keys;
  std::vector<std::vector<Point>> avoid;
  struct Place {
    Rect box;
    int hidden;  // how much of `avoid` it covers; INT_MAX where the box is wider or higher than the panel
  };
  Place place(const Frame&) const;
  void draw(Canvas&, const Frame&) const override;
};

}  // namespace dm::plot
