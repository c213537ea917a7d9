#include "plot/colour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dm::plot {

Colour category(int i) {
  static const std::array<Colour, 7> palette = {{{0, .353, .588},     // blue, darker than theirs
                                                 {.890, .435, .06},   // vermillion, lighter
                                                 {0, .500, .364},     // bluish green, between the two in grey
                                                 {.800, .475, .655},  // reddish purple
                                                 {.902, .624, 0},     // orange
                                                 {.337, .706, .914},  // sky blue
                                                 {.35, .35, .38}}};   // dark grey, in place of yellow, which white paper swallows
  return palette[size_t(i) % palette.size()];
}

// OKLCh (Ottosson 2020) at 33 even steps: lightness falls from 1 to .24 along a straight line, hue turns from 105 to 285 degrees, chroma
// stays inside sRGB.
Colour sequential(double s) {
  static constexpr std::array<uint32_t, 33> table = {
      0xffffff, 0xf5fcd9, 0xe6f7c9, 0xd5f3bf, 0xc4eeb8, 0xb2e9b4, 0x9fe3b1, 0x8dddb0, 0x7bd7af, 0x69d0af, 0x56c9af,
      0x44c1af, 0x30baaf, 0x1db2ae, 0x1ba9ac, 0x19a0aa, 0x1797a7, 0x168ea3, 0x14869f, 0x127d9b, 0x107597, 0x0e6c93,
      0x0c648f, 0x125b8a, 0x195383, 0x1e4b7b, 0x214372, 0x233b69, 0x24345f, 0x242d55, 0x222749, 0x20213e, 0x1d1d30};
  const double u = 32 * std::clamp(std::isfinite(s) ? s : 0.0, 0.0, 1.0);
  const int i = std::min(int(u), 31);
  const auto channel = [&](int shift) {
    const double a = table[size_t(i)] >> shift & 255, b = table[size_t(i) + 1] >> shift & 255;
    return (a + (u - i) * (b - a)) / 255;
  };
  return {channel(16), channel(8), channel(0)};
}

double luminance(Colour c) {
  const auto decode = [](double v) { return v <= .04045 ? v / 12.92 : std::pow((v + .055) / 1.055, 2.4); };
  return .2126 * decode(c.r) + .7152 * decode(c.g) + .0722 * decode(c.b);
}

}  // namespace dm::plot
