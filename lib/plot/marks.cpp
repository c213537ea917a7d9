#include "plot/marks.h"

#include <algorithm>
#include <cmath>

namespace dm::plot {

static double share(double v, Range r, bool log) {
  return log ? std::log10(v / r.lo) / std::log10(r.hi / r.lo) : (v - r.lo) / (r.hi - r.lo);
}
double Frame::px(double v) const { return box.x + box.w * share(v, x, x_log); }
double Frame::py(double v) const { return box.y + box.h * (1 - share(v, y, y_log)); }

static bool finite(Point p) { return std::isfinite(p.x) && std::isfinite(p.y); }

// cairo's coordinates are 24.8 fixed point: far points would wrap around onto the page.
static constexpr double far = 2e4;
static Point near_page(Point p) { return {std::clamp(p.x, -far, far), std::clamp(p.y, -far, far)}; }

// Cuts the segment from a to b to the square |x|, |y| <= far (Liang and Barsky 1984); false where nothing is left.
static bool cut(Point& a, Point& b) {
  double first = 0, last = 1;
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double p[] = {-dx, dx, -dy, dy}, q[] = {a.x + far, far - a.x, a.y + far, far - a.y};
  for (int i = 0; i < 4; ++i) {
    if (p[i] == 0 && q[i] < 0) return false;
    if (p[i] < 0) first = std::max(first, q[i] / p[i]);
    if (p[i] > 0) last = std::min(last, q[i] / p[i]);
  }
  if (!(first <= last)) return false;
  const Point from = a;
  if (last < 1) b = {from.x + last * dx, from.y + last * dy};
  if (first > 0) a = {from.x + first * dx, from.y + first * dy};
  return true;
}

double dot_radius(int64_t n) { return std::clamp(2.3 * std::pow(double(std::max<int64_t>(n, 1)) / 100, -.24), .42, 2.3); }
double dot_opacity(int64_t n) {
  // Mean layers of ink k where n dots cover a quarter of a panel of 3 x 2 inches; k layers together stay below solid.
  const double r = dot_radius(n), k = double(std::max<int64_t>(n, 1)) * 3.14159265 * r * r / 7000;
  return std::clamp(1 - std::pow(.2, 1 / k), .05, .8);
}

void Dots::draw(Canvas& canvas, const Frame& frame) const {
  const bool many = x.size() > 4000;
  if (many) canvas.begin_picture(frame.box);
  for (size_t i = 0; i < x.size(); ++i) {
    const Point p = frame.at(x[i], y[i]);
    const double r = scale.empty() ? radius : scale[i] * radius;
    if (!finite(p) || !(r > 0) || p.x < frame.box.x - r || p.x > frame.box.right() + r || p.y < frame.box.y - r ||
        p.y > frame.box.bottom() + r)
      continue;
    const Colour c = colours[group.empty() ? 0 : group[i]];
    if (ringed)
      canvas.ring(p, r, c, .35 * r + .2, white);
    else
      canvas.dot(p, r, c);
  }
  if (many) canvas.end_picture();
}

void Lines::draw(Canvas& canvas, const Frame& frame) const {
  size_t corners = 0;
  for (const auto& line : lines) corners += line.size();
  const bool many = corners > 100000;
  if (many) canvas.begin_picture(frame.box);
  for (const auto& line : lines) {
    std::vector<Point> piece;  // a run of segments that are on the page, or nearly
    const auto end = [&] { canvas.line(piece, colour, width, dashed), piece.clear(); };
    for (size_t i = 1; i < line.size(); ++i) {
      Point a = frame.at(line[i - 1].x, line[i - 1].y), b = frame.at(line[i].x, line[i].y);
      const Point start = a, stop = b;
      if (!finite(a) || !finite(b) || !cut(a, b)) {
        end();
        continue;
      }
      if (piece.empty() || a.x != start.x || a.y != start.y) end(), piece.push_back(a);
      piece.push_back(b);
      if (b.x != stop.x || b.y != stop.y) end();
    }
    end();
  }
  if (many) canvas.end_picture();
}

void Band::draw(Canvas& canvas, const Frame& frame) const {
  std::vector<Point> outline;
  for (size_t i = 0; i < x.size(); ++i)
    if (const Point p = frame.at(x[i], hi[i]); finite(p)) outline.push_back(near_page(p));
  for (size_t i = x.size(); i-- > 0;)
    if (const Point p = frame.at(x[i], lo[i]); finite(p)) outline.push_back(near_page(p));
  canvas.fill(outline, colour);
}

void Bars::draw(Canvas& canvas, const Frame& frame) const {
  if (heights.empty()) return;
  const double floor = frame.y_log ? frame.y.lo : 0;
  std::vector<Point> outline{near_page(frame.at(edges[0], floor))};
  for (size_t i = 0; i < heights.size(); ++i)
    for (const double e : {edges[i], edges[i + 1]}) outline.push_back(near_page(frame.at(e, std::max(heights[i], floor))));
  outline.push_back(near_page(frame.at(edges.back(), floor)));
  if (fill > 0) canvas.fill(outline, colour.with_alpha(fill));
  canvas.line(outline, colour, .9);
}

void Heat::draw(Canvas& canvas, const Frame& frame) const {
  std::vector<Colour> pixels(value.size());
  for (int i = 0; i < ny; ++i)
    for (int j = 0; j < nx; ++j) pixels[size_t((ny - 1 - i) * nx + j)] = sequential(value[size_t(i * nx + j)] / top);
  const Point a = frame.at(x.lo, y.hi), b = frame.at(x.hi, y.lo);
  canvas.image({a.x, a.y, b.x - a.x, b.y - a.y}, nx, ny, pixels);
}

}  // namespace dm::plot
