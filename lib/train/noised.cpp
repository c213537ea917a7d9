#include "train/noised.h"

namespace dm {

Var Objective::loss(Tape<float>& tape, const Regressor& f, const Query& q) const {
  return squared_error<float>(tape, f.record(tape, q.x, {q.at.data(), false}).y, q.target, q.weight.data());
}

const Schedule& linear_schedule(const Process& p) {
  if (const Schedule* s = p.linear()) return *s;
  throw Error("this objective needs a linear process on R^d (x_t = alpha x0 + sigma eps)", Exit::spec);
}

std::vector<Option> NoisedRegression::options(const char* reduction) {
  return {{"antithetic", flag(), false, "neighbouring rows of a batch take mirrored noise levels (u and 1 - u), which evens the batch out"},
          {"reduction", choice({"mean", "sum", "half-sum"}), reduction, "of the squared error over the coordinates"}};
}

NoisedRegression::NoisedRegression(const Process& p, const Value& o)
    : schedule(linear_schedule(p)), antithetic(o["antithetic"].boolean()), reduction(o["reduction"].text()) {}

void NoisedRegression::fill(Stream stream, const State& clean, const Regressor& f, Query& q) const {
  const Mat<double> x0 = clean.x(), x = q.x.x();
  const Rows rows = q.x.rows = clean.rows;
  const double divisor = reduction == "mean" ? double(x.cols) : reduction == "sum" ? 1 : 2;
  normals(stream / "eps", rows, 0, x);  // x holds eps until it is noised
  for (int i = 0; i < rows.n; ++i) {
    LevelDraws draws(Draws(stream / "level", antithetic ? rows[i] / 2 : rows[i]), antithetic && rows[i] % 2);
    const Level l = q.at[std::size_t(i)] = level(draws);
    const Mix m = target_of(f.kind, l, f.sigma_data);
    const double k3 = to_canonical(f.kind, l, f.sigma_data).k3;
    q.weight[std::size_t(i)] = float(weight(l, f) * k3 * k3 / divisor);
    for (int64_t j = 0; j < x.cols; ++j) {
      const double eps = x[i][j];
      q.target[i][j] = float(m.p * x0[i][j] + m.q * eps);
      x[i][j] = l.alpha * x0[i][j] + l.sigma * eps;
    }
  }
}

}  // namespace dm
