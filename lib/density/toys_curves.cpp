// Sets on curves. The population moments that the -dsb forms standardise by (one mean and one standard deviation over both coordinates,
// where that code takes them from the sample, which would tie each row to all others) are integrals over the uniform angle.
#include <cmath>

#include "core/math.h"
#include "density/toys.h"

namespace dm::toy {

namespace {

// b = (cos pi u, sin pi u) or (1 - cos pi u, 1/2 - sin pi u).
Base moons(const Value& o) {
  return [balanced = o["balanced"].boolean()](Draws& draws, int64_t row, double* b) {
    const int k = component(draws, row, 2, balanced);
    double s, c;
    sincos_turn(draws.uniform() / 2, s, c);
    b[0] = k ? 1 - c : c;
    b[1] = k ? 0.5 - s : s;
  };
}

Base circles(const Value& o) {
  return [balanced = o["balanced"].boolean(), factor = o["factor"].number()](Draws& draws, int64_t row, double* b) {
    const double r = component(draws, row, 2, balanced) ? factor : 1.0;
    double s, c;
    sincos_turn(draws.uniform(), s, c);
    b[0] = r * c, b[1] = r * s;
  };
}

// t = 3 pi (u - 1/2), b = (sin t, sign(t) (cos t - 1)).
Base scurve(const Value&) {
  return [](Draws& draws, int64_t, double* b) {
    const double turn = 1.5 * (draws.uniform() - 0.5);
    double s, c;
    sincos_turn(turn, s, c);
    b[0] = s, b[1] = turn < 0 ? 1 - c : c - 1;
  };
}

// t = 3/2 pi (1 + 2 u), b = (t cos t, t sin t).
Base swissroll(const Value&) {
  return [](Draws& draws, int64_t, double* b) {
    const double turn = 0.75 * (1 + 2 * draws.uniform()), t = 2 * M_PI * turn;
    double s, c;
    sincos_turn(turn, s, c);
    b[0] = t * c, b[1] = t * s;
  };
}

const char *moons_doc = "Two half circles: b = (cos a, sin a) or (1 - cos a, 1/2 - sin a), a ~ U[0, pi].",
           *circles_doc = "Two circles: b = r (cos a, sin a), r = 1 or factor, a ~ U[0, 2 pi].",
           *scurve_doc = "An S: b = (sin t, sign(t) (cos t - 1)), t ~ U[-3 pi / 2, 3 pi / 2].",
           *swissroll_doc = "A spiral: b = (t cos t, t sin t), t ~ U[3 pi / 2, 9 pi / 2].",
           *standardised_doc = " Scale and shift give the population mean 0 and pooled standard deviation 7.";
const char *sklearn = "scikit-learn, sklearn.datasets", *dsb = "De Bortoli et al. 2021, arXiv:2106.01357, code",
           *tcfm = "Tong et al. 2023, arXiv:2302.00482, code (runner)";

}  // namespace

const std::vector<LawEntry>& curves() {
  const Option factor{"factor", number(0, 1), 0.5, "radius of the inner circle"};
  const std::vector<Option> pair{balanced_option()}, rings{factor, balanced_option()};
  // moons: E b = (1/2, 1/4), var = (3/4, 9/16 - 1/pi)
  const double moons_var = (0.75 + 0.5625 - 1 / M_PI) / 2 + 0.125 * 0.125;
  // S: mean 0, E b^2 = (1/2, 3/2 + 4 / (3 pi))
  const double scurve_var = (0.5 + 1.5 + 4 / (3 * M_PI)) / 2;
  // spiral: E b = (2, 2 / (3 pi)), E |b|^2 = E t^2 = 39/4 pi^2
  const double swiss_mean = (2 + 2 / (3 * M_PI)) / 2, swiss_var = 9.75 * M_PI * M_PI / 2 - swiss_mean * swiss_mean;
  static const std::vector<LawEntry> all{
      planar("moons", moons_doc, sklearn, {0.05}, pair, moons),
      planar("circles", circles_doc, sklearn, {0.05}, rings, circles),
      planar("scurve", scurve_doc, sklearn, {0.05}, {}, scurve),
      planar("swissroll", swissroll_doc, sklearn, {0.25, 0.2}, {}, swissroll),
      planar("moons-dsb", std::string(moons_doc) + standardised_doc, dsb, standardised(0.375, std::sqrt(moons_var), 7), pair, moons),
      planar("circles-dsb", circles_doc, dsb, {0, 10}, rings, circles),
      planar("scurve-dsb", std::string(scurve_doc) + standardised_doc, dsb, standardised(0, std::sqrt(scurve_var), 7), {}, scurve),
      planar("swissroll-dsb", std::string(swissroll_doc) + standardised_doc, dsb, standardised(swiss_mean, std::sqrt(swiss_var), 7), {},
             swissroll),
      planar("moons-tcfm", moons_doc, tcfm, {0.05, 2, -1}, pair, moons),
      planar("circles-tcfm", circles_doc, tcfm, {0.05, 3.5}, rings, circles),
      planar("scurve-tcfm", scurve_doc, tcfm, {0.05, 1.5}, {}, scurve)};
  return all;
}

}  // namespace dm::toy
