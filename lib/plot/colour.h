// Colours that stay apart for colour-blind readers and in grey print.
#pragma once
#include <cstdint>

namespace dm::plot {

struct Colour {
  double r = 0, g = 0, b = 0, a = 1;  // in [0, 1]
  Colour with_alpha(double alpha) const { return {r, g, b, alpha}; }
};

inline constexpr Colour black{.12, .12, .14}, grey{.45, .45, .48}, pale{.90, .90, .91}, white{1, 1, 1};

// The categorical palette of Okabe and Ito (2008), most distinct first, the first three moved apart in lightness for grey print; i wraps
// around.
Colour category(int i);

// A sequential map for densities: s in [0, 1] from white through yellow-green and blue to dark violet, with lightness falling evenly,
// so order survives colour blindness and grey print, and an empty region costs no ink.
Colour sequential(double s);

// Relative luminance (CIE Y, 0 black to 1 white).
double luminance(Colour);

}  // namespace dm::plot
