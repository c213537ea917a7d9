#include "plot/contour.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace dm::plot {

std::vector<std::vector<Point>> contours(const std::vector<double>& value, Range x, Range y, int nx, int ny, double level) {
  std::vector<std::vector<Point>> out;
  const auto at = [&](int i, int j) { return value[size_t(i * nx + j)]; };
  const auto place = [&](double i, double j) { return Point{x.lo + (j + .5) * (x.hi - x.lo) / nx, y.lo + (i + .5) * (y.hi - y.lo) / ny}; };
  for (int i = 0; i + 1 < ny; ++i)
    for (int j = 0; j + 1 < nx; ++j) {
      // The corners in turn; between two of them on either side of the level the line crosses.
      const int di[] = {0, 0, 1, 1}, dj[] = {0, 1, 1, 0};
      std::vector<Point> cross;
      for (int k = 0; k < 4; ++k) {
        const int l = (k + 1) % 4;
        const double a = at(i + di[k], j + dj[k]), b = at(i + di[l], j + dj[l]);
        if ((a > level) == (b > level)) continue;
        const double s = (level - a) / (b - a);
        cross.push_back(place(i + di[k] + s * (di[l] - di[k]), j + dj[k] + s * (dj[l] - dj[k])));
      }
      // Of a saddle's four crossings those belong together that cut off a corner on the other side than the middle.
      if (cross.size() == 4) {
        const double middle = (at(i, j) + at(i, j + 1) + at(i + 1, j + 1) + at(i + 1, j)) / 4;
        if ((middle > level) == (at(i, j) > level))
          out.push_back({cross[0], cross[1]}), out.push_back({cross[2], cross[3]});
        else
          out.push_back({cross[3], cross[0]}), out.push_back({cross[1], cross[2]});
      } else if (cross.size() == 2) {
        out.push_back(std::move(cross));
      }
    }
  return out;
}

double level_of_share(std::vector<double> value, double share) {
  std::sort(value.begin(), value.end(), std::greater<>());
  const double total = std::accumulate(value.begin(), value.end(), 0.0);
  double sum = 0;
  for (const double v : value)
    if ((sum += v) >= share * total) return v;
  return 0;
}

}  // namespace dm::plot
