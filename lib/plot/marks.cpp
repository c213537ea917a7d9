#include "plot/marks.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <numbers>

#include "plot/font.h"

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

void draw_form(Canvas& canvas, int series, Point p, double r, Colour c) {
  struct Form {
    int corners;
    double turn, size;  // the first corner, in turns; about equal areas
    bool open;
  };
  static constexpr Form forms[] = {{0, 0, 1, false},   {4, .125, 1.2, true},   {3, -.25, 1.45, false},
                                   {4, 0, 1.35, true}, {4, .125, 1.25, false}, {3, .25, 1.45, true}};
  const Form& f = forms[size_t(series) % std::size(forms)];
  if (f.corners == 0) return canvas.dot(p, r, c);
  std::vector<Point> outline;
  for (int k = 0; k < f.corners + 2; ++k) {  // beyond the first, so that all corners are joined alike
    const double a = 2 * std::numbers::pi * (f.turn + double(k) / f.corners);
    outline.push_back({p.x + f.size * r * std::cos(a), p.y + f.size * r * std::sin(a)});
  }
  canvas.fill(outline, f.open ? white.with_alpha(c.a) : c);
  if (f.open) canvas.line(outline, c, .35 * r + .2);
}

// Where forms of a series stand on the page: the first at this share of the distance between two.
static constexpr double apart = 54;
static double first_form(int series) { return .25 + .618 * series - std::floor(.618 * series); }  // the golden section: they do not meet

// The form of a series along a line on the page: at even lengths of it, of each series at others.
static void draw_forms(Canvas& canvas, int series, const std::vector<Point>& line, Colour colour) {
  double next = apart * first_form(series);
  double walked = 0;
  for (size_t i = 1; i < line.size(); ++i) {
    const Point a = line[i - 1], b = line[i];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    for (; next <= walked + length; next += apart) {
      const double u = (next - walked) / length;
      draw_form(canvas, series, {a.x + u * (b.x - a.x), a.y + u * (b.y - a.y)}, 2, colour.with_alpha(1));
    }
    walked += length;
  }
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
    const size_t g = group.empty() ? 0 : group[i];
    if (ringed)
      canvas.ring(p, r, colours[g], .35 * r + .2, white);
    else
      draw_form(canvas, r < least_form || g >= series.size() ? 0 : series[g], p, r, colours[g]);
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
    const auto end = [&] {
      canvas.line(piece, colour, width, dashed);
      if (series >= 0) draw_forms(canvas, series, piece, colour);
      piece.clear();
    };
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
  if (series < 0) return;
  // Forms on the middles of steps: on an edge they would look like points of the data. However narrow the bars, one stands on them.
  const auto filled = [&](double h) { return h > floor; };
  const auto first = std::find_if(heights.begin(), heights.end(), filled) - heights.begin();
  const auto end = heights.rend() - std::find_if(heights.rbegin(), heights.rend(), filled);
  if (first >= end) return;
  const double left = frame.px(edges[size_t(first)]), step = std::min(apart, (frame.px(edges[size_t(end)]) - left) / 1.25);
  double next = left + step * first_form(series);
  for (auto i = size_t(first); i < size_t(end); ++i) {
    const double a = frame.px(edges[i]), b = frame.px(edges[i + 1]);
    if (!filled(heights[i]) || b < next) continue;
    draw_form(canvas, series, {(a + b) / 2, frame.py(heights[i])}, 2, colour.with_alpha(1));
    while (next <= b) next += step;
  }
}

void Heat::draw(Canvas& canvas, const Frame& frame) const {
  std::vector<Colour> pixels(value.size());
  for (int i = 0; i < ny; ++i)
    for (int j = 0; j < nx; ++j) pixels[size_t((ny - 1 - i) * nx + j)] = sequential(value[size_t(i * nx + j)] / top);
  Raster whole;
  whole.x = x, whole.y = y, whole.nx = nx, whole.ny = ny, whole.pixels = std::move(pixels);
  whole.draw(canvas, frame);
}

void Raster::draw(Canvas& canvas, const Frame& frame) const {
  const Point a = frame.at(x.lo, y.hi), b = frame.at(x.hi, y.lo);
  canvas.image({a.x, a.y, b.x - a.x, b.y - a.y}, nx, ny, pixels);
}

void Arrows::draw(Canvas& canvas, const Frame& frame) const {
  for (size_t i = 0; i < x.size(); ++i) {
    Point a = frame.at(x[i] - u[i] / 2, y[i] - v[i] / 2), b = frame.at(x[i] + u[i] / 2, y[i] + v[i] / 2);
    if (!finite(a) || !finite(b) || !cut(a, b)) continue;
    const double length = std::hypot(b.x - a.x, b.y - a.y), head = std::min(4.2, .5 * length);
    if (length < .05) continue;
    const double ex = (b.x - a.x) / length, ey = (b.y - a.y) / length;  // along, and across: (-ey, ex)
    const Point neck{b.x - .8 * head * ex, b.y - .8 * head * ey}, left{b.x - head * ex - .4 * head * ey, b.y - head * ey + .4 * head * ex},
        right{b.x - head * ex + .4 * head * ey, b.y - head * ey - .4 * head * ex};
    canvas.line({a, neck}, colour, width);
    canvas.fill({b, left, neck, right}, colour);
  }
}

double swatch_width(const Key& k) { return k.shape == Key::dot || k.shape == Key::ring ? 8 : k.shape == Key::dashes ? 20 : 16; }

void draw_swatch(Canvas& canvas, const Key& k, double x, double mid) {
  const double w = swatch_width(k);
  if (k.shape == Key::dot) draw_form(canvas, std::max(0, k.series), {x + w / 2, mid}, 2.4, k.colour);
  if (k.shape == Key::ring) canvas.ring({x + w / 2, mid}, 2.4, k.colour, .9, white);
  if (k.shape == Key::line || k.shape == Key::dashes) canvas.line({{x, mid}, {x + w, mid}}, k.colour, 1.4, k.shape == Key::dashes);
  if (k.shape == Key::area) {
    canvas.rect({x, mid - 3.2, w, 6.4}, k.colour.with_alpha(.3 * k.colour.a));
    canvas.line({{x, mid - 3.2}, {x + w, mid - 3.2}}, k.colour, 1);
  }
  if (k.series >= 0 && k.shape != Key::dot) draw_form(canvas, k.series, {x + w / 2, k.shape == Key::area ? mid - 3.2 : mid}, 2, k.colour);
}

namespace {
constexpr double legend_size = 7.5, legend_lead = 10.5, legend_pad = 4, legend_space = 3.5;
double swatch_room(const std::vector<Key>& keys) {
  double w = 0;
  for (const Key& k : keys) w = std::max(w, swatch_width(k));
  return w;
}
}  // namespace

Legend::Place Legend::place(const Frame& frame) const {
  constexpr double off = 5;
  double w = 0;
  for (const Key& k : keys) w = std::max(w, legend_size * line_width(k.label));
  w += swatch_room(keys) + legend_space + 2 * legend_pad;
  const double h = legend_lead * double(keys.size()) + 2 * legend_pad - 2;
  const Rect& b = frame.box;
  // How much of the curves a box at (x, y) hides: the points at every two points of length along the lines that fall into it.
  const auto hidden = [&](double x, double y) {
    int n = 0;
    for (const auto& line : avoid)
      for (size_t i = 0; i < line.size(); ++i) {
        const Point p = frame.at(line[i].x, line[i].y), q = i ? frame.at(line[i - 1].x, line[i - 1].y) : p;
        if (!finite(p) || !finite(q)) continue;
        const int steps = 1 + int(std::min(500.0, std::hypot(p.x - q.x, p.y - q.y) / 2));
        for (int s = 1; s <= steps; ++s) {
          const double u = q.x + (p.x - q.x) * s / steps, v = q.y + (p.y - q.y) * s / steps;
          n += u > x - 2 && u < x + w + 2 && v > y - 2 && v < y + h + 2;
        }
      }
    return n;
  };
  const double left = b.x + off, right = b.right() - off - w, top = b.y + off, bottom = b.bottom() - off - h;
  // Corners are tried first: a later place must hide less.
  Point at{right, top};
  int least = hidden(at.x, at.y);
  const auto consider = [&](double u, double v) {
    const Point p{left + u * (right - left), top + v * (bottom - top)};
    if (const int n = hidden(p.x, p.y); n < least) at = p, least = n;
  };
  for (const double v : {0., 1.})
    for (const double u : {0., 1.}) consider(u, v);
  for (int i = 0; i <= 6; ++i)
    for (int j = 0; j <= 6; ++j) consider(i / 6., j / 6.);
  return {{at.x, at.y, w, h}, right < left || bottom < top ? INT_MAX : least};
}

void Legend::draw(Canvas& canvas, const Frame& frame) const {
  const Rect at = place(frame).box;
  canvas.rect(at, white.with_alpha(.82));
  const double swatch = swatch_room(keys);
  double y = at.y + legend_pad + .75 * legend_size;
  for (const Key& k : keys) {
    draw_swatch(canvas, k, at.x + legend_pad + (swatch - swatch_width(k)) / 2, y - .33 * legend_size);
    canvas.text({at.x + legend_pad + swatch + legend_space, y}, k.label, legend_size);
    y += legend_lead;
  }
}

}  // namespace dm::plot
