#include "nn/ops.h"

namespace dm {

// y = x W + b.  vjp: dx = dy W^T, dW += x^T dy, db += sum of dy's rows
template <class S>
static void vjp(Node<S>& y, Tape<S>& tape) {
  const Node<S>& x = tape[Var{y.in[0]}];
  bool fresh = false;
  if (Mat<S> dx = tape.into(y, 0, fresh); dx.p)
    product<S>(rows_of<S>(y.g), tape.params.transposed(y.param[0]), y.v.cols, dx, fresh ? Start::zero : Start::add);
  if (!tape.training()) return;
  product<S>(columns_of<S>(x.v), unpacked<S>(y.g), x.v.rows, tape.param_grad(y.param[0]), Start::add);
  if (y.param[1] < 0) return;
  S* db = tape.param_grad(y.param[1]).p;
  for (int64_t i = 0; i < y.g.rows; ++i)
    for (int64_t j = 0; j < y.g.cols; ++j) db[j] += y.g[i][j];
}

// dy = dx W
template <class S>
static Var jvp(Tape<S>& tape, Var y, const Var* dx) {
  return linear(tape, dx[0], tape[y].param[0], -1);
}

template <class S>
Var linear(Tape<S>& tape, Var x, int weight, int bias) {
  static constexpr Op<S> op{"linear", vjp<S>, jvp<S>};
  const Mat<S> in = tape.value(x);
  const Mat<const S> w = tape.params.value(weight);
  const Mat<S> out = tape.arena.template matrix<S>(in.rows, w.cols);
  product<S>(rows_of<S>(in), tape.params.forward(weight), in.cols, out, bias < 0 ? Start::zero : Start::bias,
             bias < 0 ? nullptr : tape.params.value(bias).p);
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}, .param = {weight, bias}});
}

template Var linear<float>(Tape<float>&, Var, int, int);
template Var linear<double>(Tape<double>&, Var, int, int);

}  // namespace dm
