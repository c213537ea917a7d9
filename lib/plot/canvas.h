// A page: strokes, fills, dots, pixels and text in points (1/72 inch), y down, origin at the top left. The only place that knows cairo.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plot/colour.h"

namespace dm::plot {

enum class Format { png, svg, pdf };
// By the suffix of a file's name (any case); anything else is an Error (Exit::usage) that names the three.
Format format_of(std::string_view file_name);

struct Point {
  double x = 0, y = 0;
};
struct Rect {
  double x = 0, y = 0, w = 0, h = 0;
  double right() const { return x + w; }
  double bottom() const { return y + h; }
};

enum class Align { left, centre, right };

class Canvas {
 public:
  // width and height in points, in (0, 7200]; dpi (36 to 1200) is the resolution of PNG, of up to 20000 x 20000 pixels.
  static void check(Format, double width, double height, double dpi);
  Canvas(Format, double width, double height, double dpi);
  ~Canvas();

  void line(const std::vector<Point>&, Colour, double width, bool dashed = false);
  void fill(const std::vector<Point>&, Colour);
  void rect(Rect, Colour);
  // Each dot is painted on its own, so translucent dots add up to a density.
  void dot(Point, double radius, Colour);
  void ring(Point, double radius, Colour rim, double width, Colour inside);
  // pixels: rows from the top, columns * rows of them, painted as squares without smoothing.
  void image(Rect, int columns, int rows, const std::vector<Colour>& pixels);
  // The baseline starts, is centred or ends at p; size is the em in points; turned: reads upwards.
  void text(Point p, std::string_view, double size, Colour = black, Align = Align::left, bool turned = false, bool bold = false);

  void clip(Rect);
  void unclip();
  // What is painted between these two becomes one picture of 450 dpi inside a vector file (nothing changes in a PNG): tens of
  // thousands of dots would make it slow to open.
  void begin_picture(Rect);
  void end_picture();

  std::string finish();  // the file's bytes; the canvas is used up

 private:
  struct State;
  std::unique_ptr<State> s_;
};

}  // namespace dm::plot
