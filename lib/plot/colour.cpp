#include "plot/colour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dm::plot {

Colour category(int i) {
  static const std::array<Colour, 7> palette = {{{0, .447, .698},       // blue
                                                 {.835, .369, 0},       // vermillion
                                                 {0, .620, .451},       // bluish green
                                                 {.800, .475, .655},    // reddish purple
                                                 {.902, .624, 0},       // orange
                                                 {.337, .706, .914},    // sky blue
                                                 {.35, .35, .38}}};     // dark grey, in place of yellow, which white paper swallows
  return palette[size_t(i) % palette.size()];
}

static double encode(double linear) {  // the sRGB transfer function
  linear = std::clamp(linear, 0.0, 1.0);
  return linear <= .0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - .055;
}

// Ottosson (2020), "A perceptual color space for image processing".
static Colour from_oklch(double L, double C, double h) {
  const double a = C * std::cos(h), b = C * std::sin(h);
  const double l = std::pow(L + .3963377774 * a + .2158037573 * b, 3), m = std::pow(L - .1055613458 * a - .0638541728 * b, 3),
               s = std::pow(L - .0894841775 * a - 1.2914855480 * b, 3);
  return {encode(4.0767416621 * l - 3.3077115913 * m + .2309699292 * s), encode(-1.2684380046 * l + 2.6097574011 * m - .3413193965 * s),
          encode(-.0041960863 * l - .7034186147 * m + 1.7076147010 * s)};
}

Colour sequential(double s) {
  s = std::clamp(std::isfinite(s) ? s : 0.0, 0.0, 1.0);
  const double L = 1 - .75 * s;                                             // lightness falls evenly
  const double C = .16 * std::pow(std::sin(3.14159265358979 * std::pow(s, .62)), .75) + .07 * s;  // grey-free between white and dark
  const double h = (110 + 190 * std::pow(s, .85)) * 3.14159265358979 / 180;  // yellow-green, teal, blue, violet
  return from_oklch(L, C, h);
}

double luminance(Colour c) {
  const auto decode = [](double v) { return v <= .04045 ? v / 12.92 : std::pow((v + .055) / 1.055, 2.4); };
  return .2126 * decode(c.r) + .7152 * decode(c.g) + .0722 * decode(c.b);
}

}  // namespace dm::plot
