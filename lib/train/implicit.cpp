#include "train/implicit.h"

namespace dm {

Option ImplicitScore::sigma_option() {
  return {
      "sigma", number(0), 0.0,
      "noise of the rows, as sigma / alpha in model units; 0: none, and the score stands at the lowest level of the process. Rows that lie "
      "on few points need noise: without it the loss has no lower bound"};
}

ImplicitScore::ImplicitScore(const Process& p, const Value& o, Probes v, bool project) : probes(v), projected(project) {
  const Schedule& s = linear_schedule(p);
  const double sigma = o["sigma"].number();
  noised = sigma > 0;
  const Level lowest = s.at(s.t_lo());
  at = noised ? s.at_sigma_ve(sigma) : lowest;
}

void ImplicitScore::fill(Stream stream, const State& clean, const Regressor&, Query& q) const {
  const Mat<double> x0 = clean.x(), x = q.x.x();
  q.x.rows = clean.rows;
  normals(stream / "eps", clean.rows, 0, x);
  for (int64_t i = 0; i < x.rows; ++i) {
    q.at[std::size_t(i)] = at;
    for (int64_t j = 0; j < x.cols; ++j) x[i][j] = at.alpha * x0[i][j] + (noised ? at.sigma * x[i][j] : 0);
  }
}

// With eps = k2 x + k3 y the score is s = -eps / sigma = a x + b y, so that with probes v, c = weight of each,
//   tr(ds/dx) = a d + b c sum_v v . (dy/dx) v     (of the known part the trace itself: less variance than v . a v)
//   |s|^2     = b^2 |y + (a/b) x|^2,   (v . s)^2 = b^2 (v . y + (a/b) v . x)^2
Var ImplicitScore::loss(Tape<float>& tape, const Regressor& f, const Query& q) const {
  const Mat<double> x = q.x.x();
  const int64_t n = x.rows, d = x.cols;
  const Times times{q.at.data(), false};
  const Canonical k = to_canonical(f.kind, at, f.sigma_data);
  const double a = -k.k2 / at.sigma, b = -k.k3 / at.sigma, c = probes.weight();
  const auto [in, y] = f.record(tape, q.x, times);
  const auto all = [&](double w) {  // the same weight for every row
    float* weights = tape.arena.take<float>(n);
    std::fill_n(weights, n, float(w));
    return weights;
  };

  const Mat<float> affine = tape.arena.matrix<float>(1, 1);
  affine[0][0] = float(a * double(d) * double(n));
  Var sum = tape.constant(affine);
  if (!projected) {
    const Mat<float> target = tape.arena.matrix<float>(n, d);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < d; ++j) target[i][j] = float(-a / b * x[i][j]);
    sum = add(tape, sum, squared_error<float>(tape, y, target, all(b * b / 2)));
  }
  Matrix<double> v(n, d);
  for (int p = 0; p < probes.count(int(d)); ++p) {
    probes.draw(q.stream / "probe", q.x.rows, p, v);
    const Mat<float> probe = tape.arena.matrix<float>(n, d);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < d; ++j) probe[i][j] = float(v[i][j]);
    const Var on_tape = tape.constant(probe), dy = tangent(tape, y, in, f.direction(tape, v, times));
    sum = add(tape, sum, weighted_sum(tape, multiply(tape, on_tape, dy), all(b * c)));
    if (projected) {
      const Mat<float> target = tape.arena.matrix<float>(n, 1);
      for (int64_t i = 0; i < n; ++i) {
        double vx = 0;
        for (int64_t j = 0; j < d; ++j) vx += v[i][j] * x[i][j];
        target[i][0] = float(-a / b * vx);
      }
      sum = add(tape, sum, squared_error<float>(tape, row_sum(tape, multiply(tape, on_tape, y)), target, all(b * b * c / 2)));
    }
  }
  return sum;
}

}  // namespace dm
