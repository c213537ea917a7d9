#include "ot/entropic_plan.h"

#include "core/math.h"
#include "core/parallel.h"

namespace dm {

void EntropicPlan::row(int64_t i, double* out) const {
  for (int64_t j = 0; j < y.rows; ++j) {
    double c = 0;
    for (int64_t k = 0; k < x.cols; ++k) c += (x[i][k] - y[j][k]) * (x[i][k] - y[j][k]);
    const double e = (f[size_t(i)] + g[size_t(j)] - c / 2) / eps;
    out[j] = e < -700 ? 0 : p[size_t(i)] * q[size_t(j)] * exp_d(e);
  }
}

std::vector<double> first_marginal(const EntropicPlan& s) {
  std::vector<double> out(size_t(s.x.rows));
  for_tiles({}, s.x.rows, [&](Rows rows, int64_t) {
    std::vector<double> masses(size_t(s.y.rows));
    for (int t = 0; t < rows.n; ++t) {
      s.row(rows[t], masses.data());
      for (const double v : masses) out[size_t(rows[t])] += v;
    }
  });
  return out;
}

Matrix<double> barycentric_map(const EntropicPlan& s) { return s.second_from_first().means(s.x, s.eps); }

std::vector<int64_t> draw_pairs(const EntropicPlan& s, Stream stream) {
  const Gibbs second = s.second_from_first();
  std::vector<int64_t> out(size_t(s.x.rows));
  for_tiles({}, s.x.rows, [&](Rows rows, int64_t) {
    for (int t = 0; t < rows.n; ++t) out[size_t(rows[t])] = second.draw(s.x[rows[t]], s.eps, Draws(stream, rows[t]).uniform());
  });
  return out;
}

}  // namespace dm
