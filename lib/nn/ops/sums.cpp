#include "nn/ops/spread.h"

namespace dm {

// y_i = sum_j x_ij.  vjp: dx_ij = dy_i
template <class S>
static void row_sum_vjp(Node<S>& y, Tape<S>& tape) {
  spread(y, tape, 0, [&](int64_t i, int64_t) { return y.g[i][0]; });
}

template <class S>
static Var row_sum_jvp(Tape<S>& tape, Var, const Var* dx) {
  return row_sum(tape, dx[0]);
}

template <class S>
Var row_sum(Tape<S>& tape, Var x) {
  static constexpr Op<S> op{"row_sum", row_sum_vjp<S>, row_sum_jvp<S>};
  const Mat<S> v = tape.value(x), out = tape.arena.template matrix<S>(v.rows, 1);
  for (int64_t i = 0; i < v.rows; ++i) {
    double row = 0;
    for (int64_t j = 0; j < v.cols; ++j) row += double(v[i][j]);
    out[i][0] = S(row);
  }
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}});
}

// y = sum_i w_i sum_j x_ij.  vjp: dx_ij = w_i dy
template <class S>
static void weighted_sum_vjp(Node<S>& y, Tape<S>& tape) {
  const S* w = static_cast<const S*>(y.attr);
  spread(y, tape, 0, [&](int64_t i, int64_t) { return w[i] * y.g[0][0]; });
}

template <class S>
static Var weighted_sum_jvp(Tape<S>& tape, Var y, const Var* dx) {
  return weighted_sum(tape, dx[0], static_cast<const S*>(tape[y].attr));
}

template <class S>
Var weighted_sum(Tape<S>& tape, Var x, const S* w) {
  static constexpr Op<S> op{"weighted_sum", weighted_sum_vjp<S>, weighted_sum_jvp<S>};
  const Mat<S> v = tape.value(x), out = tape.arena.template matrix<S>(1, 1);
  double sum = 0;
  for (int64_t i = 0; i < v.rows; ++i) {
    double row = 0;
    for (int64_t j = 0; j < v.cols; ++j) row += double(v[i][j]);
    sum += double(w[i]) * row;
  }
  out[0][0] = S(sum);
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}, .attr = w});
}

template Var row_sum<float>(Tape<float>&, Var);
template Var row_sum<double>(Tape<double>&, Var);
template Var weighted_sum<float>(Tape<float>&, Var, const float*);
template Var weighted_sum<double>(Tape<double>&, Var, const double*);

}  // namespace dm
