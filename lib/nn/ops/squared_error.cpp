#include "nn/ops.h"

namespace dm {

namespace {
template <class S>
struct Terms {
  Mat<const S> target;
  const S* w;
};
}  // namespace

// L = sum_i w_i |y_i - t_i|^2.  vjp: dy = 2 w_i (y_i - t_i) dL
template <class S>
static void vjp(Node<S>& loss, Tape<S>& tape) {
  const auto& terms = *static_cast<const Terms<S>*>(loss.attr);
  const Mat<S> y = tape.value(Var{loss.in[0]});
  bool fresh = false;
  const Mat<S> dy = tape.into(loss, 0, fresh);
  for (int64_t i = 0; i < y.rows; ++i)
    for (int64_t j = 0; j < y.cols; ++j) {
      const S d = 2 * terms.w[i] * (y[i][j] - terms.target[i][j]) * loss.g[0][0];
      dy[i][j] = fresh ? d : dy[i][j] + d;
    }
}

// dL = sum_i 2 w_i (y_i - t_i) . dy_i
template <class S>
static Var jvp(Tape<S>& tape, Var loss, const Var* dy) {
  const auto& terms = *static_cast<const Terms<S>*>(tape[loss].attr);
  const Var y{tape[loss].in[0]};
  const Mat<S> v = tape.value(y), minus = tape.arena.template matrix<S>(v.rows, v.cols);
  S* w = tape.arena.template take<S>(v.rows);
  for (int64_t i = 0; i < v.rows; ++i) {
    w[i] = 2 * terms.w[i];
    for (int64_t j = 0; j < v.cols; ++j) minus[i][j] = -terms.target[i][j];
  }
  return weighted_sum(tape, multiply(tape, add(tape, y, tape.constant(minus)), dy[0]), w);
}

template <class S>
Var squared_error(Tape<S>& tape, Var y, Mat<const S> target, const S* w) {
  static constexpr Op<S> op{"squared_error", vjp<S>, jvp<S>};
  const Mat<S> v = tape.value(y);
  double sum = 0;
  for (int64_t i = 0; i < v.rows; ++i) {
    double row = 0;
    for (int64_t j = 0; j < v.cols; ++j) row += double(v[i][j] - target[i][j]) * double(v[i][j] - target[i][j]);
    sum += double(w[i]) * row;
  }
  const Mat<S> out = tape.arena.template matrix<S>(1, 1);
  out[0][0] = S(sum);
  auto* terms = tape.arena.template take<Terms<S>>(1);
  *terms = {target, w};
  return tape.push({.v = out, .op = &op, .in = {y.id, -1, -1}, .attr = terms});
}

template Var squared_error<float>(Tape<float>&, Var, Mat<const float>, const float*);
template Var squared_error<double>(Tape<double>&, Var, Mat<const double>, const double*);

}  // namespace dm
