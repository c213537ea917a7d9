#include "process/regressor.h"

#include "nn/ops.h"

namespace dm {

namespace {

// y = p x0 + q eps row by row, through the replay of the evaluation that it owns.
struct Output : Custom<float> {
  Matrix<double> x, a, b;  // the rows, and room for x0 and eps
  std::vector<Mix> mix;
  std::unique_ptr<Replay> replay;

  Output(Mat<const double> rows) : x(rows.rows, rows.cols), a(x), b(x) {
    for (int64_t i = 0; i < rows.rows; ++i) std::copy_n(rows[i], rows.cols, x[i]);
  }
  void combine(Mat<float> y) const {
    for (int64_t i = 0; i < y.rows; ++i)
      for (int64_t j = 0; j < y.cols; ++j) y[i][j] = float(mix[std::size_t(i)].p * a[i][j] + mix[std::size_t(i)].q * b[i][j]);
  }
  void vjp(Mat<const float> gy, Mat<float> gx) override {
    for (int64_t i = 0; i < gy.rows; ++i)
      for (int64_t j = 0; j < gy.cols; ++j) {
        a[i][j] = mix[std::size_t(i)].p * double(gy[i][j]);
        b[i][j] = mix[std::size_t(i)].q * double(gy[i][j]);
      }
    replay->vjp({a, b}, x);
    for (int64_t i = 0; i < gx.rows; ++i)
      for (int64_t j = 0; j < gx.cols; ++j) gx[i][j] = float(x[i][j]);
  }
  void jvp(Mat<const float> dx, Mat<float> dy) override {
    for (int64_t i = 0; i < dx.rows; ++i)
      for (int64_t j = 0; j < dx.cols; ++j) x[i][j] = double(dx[i][j]);
    Pred tangent{a, b};
    replay->jvp(x, tangent);
    combine(dy);
  }
};

Mat<float> in_float(Tape<float>& tape, Mat<const double> x) {
  const Mat<float> out = tape.arena.matrix<float>(x.rows, x.cols);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) out[i][j] = float(x[i][j]);
  return out;
}

}  // namespace

DenoiserRegressor::DenoiserRegressor(const Denoiser& from, Kind k, double sd) : denoiser(from) {
  kind = k, sigma_data = sd, d = from.dim();
}

Recorded DenoiserRegressor::record(Tape<float>& tape, const State& state, Times times, bool wants) const {
  const Mat<const double> x = state.x();
  auto f = std::make_unique<Output>(x);
  for (int64_t i = 0; i < x.rows; ++i) f->mix.push_back(target_of(kind, times[i], sigma_data));
  Pred out{f->a, f->b};
  f->replay = denoiser.replay({{0, int(x.rows)}, {f->x}}, times, out);
  const Mat<float> y = tape.arena.matrix<float>(x.rows, x.cols), rows = in_float(tape, x);
  f->combine(y);
  const Var in = wants ? tape.input(rows) : tape.constant(rows);
  return {in, custom<float>(tape, in, y, std::move(f))};
}

Var DenoiserRegressor::direction(Tape<float>& tape, Mat<const double> dx, Times) const { return tape.constant(in_float(tape, dx)); }

}  // namespace dm
