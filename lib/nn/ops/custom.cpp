#include "core/error.h"
#include "nn/ops/spread.h"

namespace dm {

template <class S>
static Custom<S>& callback(const Node<S>& y) {
  return *static_cast<Custom<S>*>(const_cast<void*>(y.attr));
}

// Of y = f(x) and of its tangent J dx alike: the gradient of what J acts on is J^T times that of the result.
template <class S>
static void vjp(Node<S>& y, Tape<S>& tape) {
  const Mat<S> x = tape.value(Var{y.in[0]}), gx = tape.arena.template matrix<S>(x.rows, x.cols);
  callback(y).vjp(y.g, gx);
  spread(y, tape, 0, [&](int64_t i, int64_t j) { return gx[i][j]; });
}

template <class S>
static Var jvp(Tape<S>& tape, Var y, const Var* dx) {
  static constexpr Op<S> op{"custom tangent", vjp<S>};
  const Node<S> n = tape[y];
  if (tape[Var{n.in[0]}].wants)
    throw Error("a gradient through the derivative of a prediction in closed form was asked for; it offers first derivatives only");
  const Mat<S> dy = tape.arena.template matrix<S>(n.v.rows, n.v.cols);
  callback(n).jvp(tape.value(dx[0]), dy);
  return tape.push({.v = dy, .op = &op, .in = {dx[0].id, -1, -1}, .attr = n.attr});
}

template <class S>
Var custom(Tape<S>& tape, Var x, Mat<S> y, std::unique_ptr<Custom<S>> f) {
  static constexpr Op<S> op{"custom", vjp<S>, jvp<S>};
  return tape.push({.v = y, .op = &op, .in = {x.id, -1, -1}, .attr = &tape.keep(std::move(f))});
}

template Var custom<float>(Tape<float>&, Var, Mat<float>, std::unique_ptr<Custom<float>>);
template Var custom<double>(Tape<double>&, Var, Mat<double>, std::unique_ptr<Custom<double>>);

}  // namespace dm
