// Rows as images: tiles in their order, a pixel a square, grey or in colours.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "plot/figures.h"

namespace dm::plot {

namespace {

struct Shape {
  int64_t height = 0, width = 0, channels = 1;
  int64_t size() const { return height * width * channels; }
};

// "28x28", "32x32x3": height, width, channels.
Shape shape_of(const Value& given, const std::vector<int64_t>& told, int64_t columns) {
  Shape s;
  if (given.is_null() && !told.empty()) {
    if (told.size() == 3) s = {told[0], told[1], told[2]};
    if (s.size() != columns || (s.channels != 1 && s.channels != 3))
      throw Error("drawing images: the data say that their rows have a shape of " + std::to_string(told.size()) +
                      " numbers that does not make up the " + std::to_string(columns) + " columns in grey or three colours; say --shape",
                  Exit::data);
    return s;
  }
  if (given.is_null()) {
    s.height = s.width = int64_t(std::lround(std::sqrt(double(columns))));
    if (s.size() != columns)
      throw Error("drawing images: rows of " + std::to_string(columns) +
                      " numbers are no square of grey pixels; say --shape HEIGHTxWIDTH or HEIGHTxWIDTHxCHANNELS",
                  Exit::spec);
    return s;
  }
  const std::string& text = given.text();
  std::vector<int64_t> n;
  for (const char* at = text.data(); at <= text.data() + text.size();) {
    int64_t k = 0;
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), k);
    if (error != std::errc() || k < 1 || k > 100000 || (end != text.data() + text.size() && *end != 'x')) {
      n.clear();
      break;
    }
    n.push_back(k), at = end + 1;
  }
  if (n.size() < 2 || n.size() > 3 || (n.size() == 3 && n[2] != 1 && n[2] != 3))
    throw Error("drawing images: --shape is '" + text + "', expected HEIGHTxWIDTH, or with x1 (grey) or x3 (red, green, blue) behind",
                Exit::spec);
  s = {n[0], n[1], n.size() == 3 ? n[2] : 1};
  if (s.size() != columns)
    throw Error(
        "drawing images: --shape " + text + " takes " + std::to_string(s.size()) + " numbers, the rows have " + std::to_string(columns),
        Exit::data);
  return s;
}

// To a thousandth of the span, at least.
std::string rounded(double x, double span) {
  const double step = std::pow(10, std::floor(std::log10(span)) - 3);
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, std::round(x / step) * step + 0.0, std::chars_format::general, 4).ptr};
}

Figure draw_images(const Value& o, const std::vector<Set>& sets, const Look& look) {
  const int64_t d = common_dimension(sets, "picture of images");
  const Shape shape = shape_of(o["shape"], sets[0].shape, d);
  int64_t most = 0;
  for (const Set& s : sets) most = std::max(most, std::min(s.x.rows, look.limit.value_or(64)));
  const int64_t across = o["across"].is_null()
                             ? int64_t(std::ceil(std::sqrt(double(most) * double(shape.height) / double(shape.width) - 1e-9)))
                             : o["across"].integer(),
                columns = std::clamp<int64_t>(across, 1, most), rows = (most + columns - 1) / columns;
  const int64_t gap = std::max<int64_t>(1, std::min(shape.height, shape.width) / 14), nx = columns * (shape.width + gap) - gap,
                ny = rows * (shape.height + gap) - gap;
  if (nx * ny > int64_t(1) << 26)
    throw Error(
        "drawing images: " + grouped(most) + " of them are " + grouped(nx) + " x " + grouped(ny) + " pixels; draw fewer with --limit",
        Exit::spec);

  // One scale for all sets, over the images that are drawn.
  Range values{HUGE_VAL, -HUGE_VAL};
  if (o["range"].is_null()) {
    for (const Set& s : sets)
      for (int64_t i = 0; i < std::min(s.x.rows, most) * d; ++i)
        values.lo = std::min(values.lo, s.x.v[size_t(i)]), values.hi = std::max(values.hi, s.x.v[size_t(i)]);
    if (!(values.lo < values.hi)) values = {values.lo - .5, values.lo + .5};
  } else {
    const auto r = o["range"].numbers();
    if (r.size() != 2 || !(r[0] < r[1]))
      throw Error("drawing images: --range is " + to_json(o["range"]) + ", expected two numbers, the lower first", Exit::spec);
    values = {r[0], r[1]};
  }

  Figure f;
  f.columns = beside(sets.size());
  f.aspect = double(ny) / double(nx);
  for (const Set& s : sets) {
    auto tiles = std::make_shared<Raster>();
    tiles->x = {0, double(nx)}, tiles->y = {0, double(ny)}, tiles->nx = int(nx), tiles->ny = int(ny);
    tiles->pixels.assign(size_t(nx * ny), white);
    const int64_t n = std::min(s.x.rows, most);
    int64_t outside = 0;
    for (int64_t k = 0; k < n; ++k)
      for (int64_t i = 0; i < shape.height; ++i)
        for (int64_t j = 0; j < shape.width; ++j) {
          double rgb[3];
          for (int64_t c = 0; c < 3; ++c) {
            const double v = s.x[k][(i * shape.width + j) * shape.channels + std::min(c, shape.channels - 1)];
            outside += c < shape.channels && (v < values.lo || v > values.hi);
            rgb[c] = std::clamp((v - values.lo) / (values.hi - values.lo), 0.0, 1.0);
          }
          const int64_t row = k / columns * (shape.height + gap) + i, column = k % columns * (shape.width + gap) + j;
          tiles->pixels[size_t(row * nx + column)] = {rgb[0], rgb[1], rgb[2]};
        }
    Panel p;
    p.title = s.name;
    p.note = limit_note(n, s.x.rows, "rows");
    p.note += (p.note.empty() ? "" : ", ") + ("black " + rounded(values.lo, values.hi - values.lo)) + ", white " +
              rounded(values.hi, values.hi - values.lo);
    if (outside) p.note += ", " + grouped(outside) + " outside";
    p.x.range = tiles->x, p.y.range = tiles->y;
    p.x.ticks = p.x.numbers = p.y.ticks = p.y.numbers = p.frame = false;
    p.marks = {tiles};
    f.panels.push_back(p);
  }
  return f;
}

}  // namespace

extern const FigureEntry images;
const FigureEntry images{
    {"images",
     "Rows as images, tiles in their order; pixels row by row from the top left, the channels of a pixel together",
     "",
     {{"shape", text(), nullptr,
       "HEIGHTxWIDTH of a row, with x3 behind for red, green, blue: 28x28, 32x32x3; unset: what the data say, else a square of grey "
       "pixels"},
      {"across", integer(1, 10000), nullptr, "images beside each other; unset: as many as make the whole about square"},
      {"range", numbers(), nullptr, "the values drawn black and white, two numbers; unset: the least and the largest drawn of all sets"}}},
    draw_images};

}  // namespace dm::plot
