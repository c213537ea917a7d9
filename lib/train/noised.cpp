#include "train/noised.h"

namespace dm {

Var Objective::loss(Tape<float>& tape, const Head& head, const Query& q) const {
  const Var y = head.record(tape, q.x.x(), {q.at.data(), false});
  return squared_error<float>(tape, y, q.target, q.weight.data());
}

static const Schedule& linear_schedule(const Process& p) {
  if (const Schedule* s = p.linear()) return *s;
  throw Error("this objective needs a linear process on R^d (x_t = alpha x0 + sigma eps)", Exit::spec);
}

NoisedRegression::NoisedRegression(const Process& p) : schedule(linear_schedule(p)) {}

void NoisedRegression::fill(Stream stream, const State& clean, const Head& head, Query& q) const {
  const Mat<double> x0 = clean.x(), x = q.x.x();
  const Rows rows = q.x.rows = clean.rows;
  normals(stream / "eps", rows, 0, x);  // x holds eps until it is noised
  for (int i = 0; i < rows.n; ++i) {
    Draws draws(stream / "level", rows[i]);
    const Level l = q.at[std::size_t(i)] = level(draws);
    const Mix m = target_of(head.kind, l, head.sigma_data);
    q.weight[std::size_t(i)] = float(weight(l, head) / double(x.cols));
    for (int64_t j = 0; j < x.cols; ++j) {
      const double eps = x[i][j];
      q.target[i][j] = float(m.p * x0[i][j] + m.q * eps);
      x[i][j] = l.alpha * x0[i][j] + l.sigma * eps;
    }
  }
}

}  // namespace dm
