#include "nn/ops/spread.h"

namespace dm {

namespace {

template <class S>
void add_vjp(Node<S>& y, Tape<S>& tape) {
  for (const int k : {0, 1}) spread(y, tape, k, [&](int64_t i, int64_t j) { return y.g[i][j]; });
}

template <class S>
void multiply_vjp(Node<S>& y, Tape<S>& tape) {
  for (const int k : {0, 1}) {
    const Mat<S> other = tape.value(Var{y.in[1 - k]});
    spread(y, tape, k, [&](int64_t i, int64_t j) { return y.g[i][j] * other[i][j]; });
  }
}

template <class S>
Var add_jvp(Tape<S>& tape, Var, const Var* d) {
  return d[0].zero() ? d[1] : d[1].zero() ? d[0] : add(tape, d[0], d[1]);
}

// dx y + x dy
template <class S>
Var multiply_jvp(Tape<S>& tape, Var z, const Var* d) {
  const Var x{tape[z].in[0]}, y{tape[z].in[1]};
  const Var parts[] = {d[0].zero() ? d[0] : multiply(tape, d[0], y), d[1].zero() ? d[1] : multiply(tape, x, d[1])};
  return add_jvp(tape, z, parts);
}

template <class S, class F>
Var binary(Tape<S>& tape, const Op<S>& op, Var x, Var y, F f) {
  const Mat<S> a = tape.value(x), b = tape.value(y), out = tape.arena.template matrix<S>(a.rows, a.cols);
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t j = 0; j < a.cols; ++j) out[i][j] = f(a[i][j], b[i][j]);
  return tape.push({.v = out, .op = &op, .in = {x.id, y.id, -1}});
}

}  // namespace

template <class S>
Var add(Tape<S>& tape, Var x, Var y) {
  static constexpr Op<S> op{"add", add_vjp<S>, add_jvp<S>};
  return binary(tape, op, x, y, [](S a, S b) { return a + b; });
}

template <class S>
Var multiply(Tape<S>& tape, Var x, Var y) {
  static constexpr Op<S> op{"multiply", multiply_vjp<S>, multiply_jvp<S>};
  return binary(tape, op, x, y, [](S a, S b) { return a * b; });
}

template Var add<float>(Tape<float>&, Var, Var);
template Var add<double>(Tape<double>&, Var, Var);
template Var multiply<float>(Tape<float>&, Var, Var);
template Var multiply<double>(Tape<double>&, Var, Var);

}  // namespace dm
