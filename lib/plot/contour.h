// Level lines of a function known on a grid.
#pragma once
#include <vector>

#include "plot/canvas.h"
#include "plot/ticks.h"

namespace dm::plot {

// Where value[i * nx + j], at the centre of cell (j, i) of x and y, crosses `level`: line segments, by marching squares (Lorensen and Cline
// 1987) with crossings interpolated along the edges.
std::vector<std::vector<Point>> contours(const std::vector<double>& value, Range x, Range y, int nx, int ny, double level);

// The level above which lies this share of the sum of all values, which are >= 0.
double level_of_share(std::vector<double> value, double share);

}  // namespace dm::plot
