// A stroke font: every glyph is a few lines and curves drawn with a round pen, so text is plain paths and a picture's bytes depend on no
// font of the system. Units of the design grid: baseline 0, x-height 10, capitals 14, descenders -4.6, em 20; y points up.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dm::plot {

struct Segment {
  enum Kind { move, line, curve, dot } kind;
  double x[3], y[3];  // curve: two control points and the end; else only [0]
};

struct Glyph {
  double advance;
  std::vector<Segment> segments;
};

// Printable ASCII, Greek, the accented letters of Western Europe and some of its East, dashes and a few signs; anything else is an empty
// box.
const Glyph& glyph(char32_t);

// UTF-8 to code points; bytes that are not UTF-8 become U+FFFD.
std::vector<char32_t> code_points(std::string_view utf8);

// Inside a text, `up` raises what follows to an exponent, `down` lowers it to an index, `level` ends either.
inline constexpr char up = 1, down = 2, level = 3;

// One glyph of a set line of text, in em units (y up): where it stands and how large.
struct Placed {
  const Glyph* glyph;
  double x, y, scale;  // scale is 1/20 em of the full size, .7 of that for exponents
};
std::vector<Placed> set_line(std::string_view utf8);
double line_width(std::string_view utf8);  // in em

}  // namespace dm::plot
