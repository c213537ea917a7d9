// Toy sets: laws that a formula states in a line or two. Every row draws its own component and angle, keyed by (stream, row): no fixed
// halves, no evenly spaced angles, no statistics of the sample, so row i is the same however many rows are drawn.
#pragma once
#include <functional>

#include "density/law.h"

namespace dm {

// moons, 8gaussians, circles, scurve, checkerboard, pinwheel, swissroll, gaussian, ninemodes; the scalings of the
// diffusion-Schroedinger-bridge code as NAME-dsb and of the conditional-flow-matching runner as NAME-tcfm; the simulators two_moons,
// gaussian_linear, gaussian_mixture, slcp and the pairs cdsb_1d, cdsb_5d, cdsb_1d_rev, bod, whose rows carry a condition; bod_posterior.
const Family& toys();

namespace toy {

// b [2] of one row, before noise, scale and shift.
using Base = std::function<void(Draws&, int64_t row, double* b)>;

// The common frame: x = scale (b + noise z) + shift with z ~ N(0, I_2); these are the defaults of its three options.
struct Frame {
  double noise = 0, scale = 1, shift = 0;
};
LawEntry planar(std::string name, std::string formula, std::string origin, Frame, std::vector<Option> own,
                std::function<Base(const Value&)>);

// The frame that takes mean m to 0 and the pooled standard deviation s to `size`: scale = size / s, shift = -size m / s.
Frame standardised(double m, double s, double size);

// Row i's component of k: drawn, or i mod k where `balanced`.
Option balanced_option();
int component(Draws&, int64_t row, int k, bool balanced);

// One list a file: toys_curves.cpp, toys_mixtures.cpp, toys_plane.cpp.
const std::vector<LawEntry>& curves();
const std::vector<LawEntry>& mixtures();
const std::vector<LawEntry>& plane();
const std::vector<LawEntry>& simulators();    // simulators.cpp: pairs (theta, y)
const std::vector<LawEntry>& conditionals();  // conditionals.cpp: pairs (x, y)

}  // namespace toy
}  // namespace dm
