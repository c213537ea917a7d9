#include "process/process.h"

namespace dm {

void LinearProcess::transition(State& x, int c, const Level& from, const Level& to, Mat<const double> z) const {
  const Transition k(from, to);
  const double s = std::sqrt(k.v);
  const Mat<double> m = x.x(c);
  for (int64_t i = 0; i < m.rows; ++i)
    for (int64_t j = 0; j < m.cols; ++j) m[i][j] = k.r * m[i][j] + s * z[i][j];
}

void LinearProcess::reference(State& x, int c, const Level& at, Mat<const double> z) const {
  const double sd = schedule->reference_sd(at);
  const Mat<double> m = x.x(c);
  for (int64_t i = 0; i < m.rows; ++i)
    for (int64_t j = 0; j < m.cols; ++j) m[i][j] = sd * z[i][j];
}

}  // namespace dm
