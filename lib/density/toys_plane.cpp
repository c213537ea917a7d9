// Sets that fill areas of the plane.
#include <cmath>

#include "core/math.h"
#include "density/toys.h"

namespace dm::toy {

namespace {

// The unit squares of the 4 x 4 board on [-2, 2]^2 with even column + row: b = (column + u, u' + (column mod 2) - 2 lower).
Base checkerboard(const Value& o) {
  return [balanced = o["balanced"].boolean()](Draws& draws, int64_t row, double* b) {
    const int k = component(draws, row, 8, balanced), column = k % 4 - 2;
    b[0] = column + draws.uniform();
    b[1] = draws.uniform() + (k & 1) - 2 * (k / 4);
  };
}

// f ~ N((1, 0), diag(radial^2, tangential^2)) turned by 2 pi arm / arms + rate exp(f_1), as a row vector times the rotation matrix.
Base pinwheel(const Value& o) {
  return [arms = int(o["arms"].integer()), radial = o["radial"].number(), tangential = o["tangential"].number(), rate = o["rate"].number(),
          balanced = o["balanced"].boolean()](Draws& draws, int64_t row, double* b) {
    const int k = component(draws, row, arms, balanced);
    const double f = 1 + radial * draws.normal(), g = tangential * draws.normal();
    double s, c;
    sincos_turn(double(k) / arms + rate * exp_d(f) / (2 * M_PI), s, c);
    b[0] = f * c + g * s;
    b[1] = g * c - f * s;
  };
}

const char *checker_doc = "Every other square of a 4 x 4 board: b_1 ~ U[-2, 2], b_2 = U[0, 1] + (floor(b_1) mod 2) - 2 Bernoulli(1/2).",
           *pinwheel_doc =
               "Curved arms: f ~ N((1, 0), diag(radial^2, tangential^2)), turned by -(2 pi k / arms + rate exp(f_1)), k ~ U{0 .. arms-1}.";

}  // namespace

const std::vector<LawEntry>& plane() {
  const std::vector<Option> squares{balanced_option()}, arms{{"arms", integer(1, 1000000), 5, "number of arms"},
                                                             {"radial", number(0), 0.3, "standard deviation along an arm"},
                                                             {"tangential", number(0), 0.1, "standard deviation across an arm"},
                                                             {"rate", number(), 0.25, "how fast an arm turns with the radius"},
                                                             balanced_option()};
  const char* dsb = "De Bortoli et al. 2021, arXiv:2106.01357, code";
  static const std::vector<LawEntry> all{
      planar("checkerboard", checker_doc, "Grathwohl et al. 2019, arXiv:1810.01367, code", {}, squares, checkerboard),
      planar("pinwheel", pinwheel_doc, "Johnson et al. 2016, arXiv:1603.06277, code", {}, arms, pinwheel),
      planar("checkerboard-dsb", checker_doc, dsb, {0, 7.5}, squares, checkerboard),
      planar("pinwheel-dsb", pinwheel_doc, dsb, {0, 7.5}, arms, pinwheel)};
  return all;
}

}  // namespace dm::toy
