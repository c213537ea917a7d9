#include "nn/tape.h"

#include "core/error.h"

namespace dm {

template <class S>
Mat<S> Tape<S>::into(const Node<S>& y, int k, bool& fresh) {
  Node<S>& x = nodes_[std::size_t(y.in[k])];
  if (!x.wants) return {};
  fresh = !x.g.p;
  if (fresh) x.g = arena.template matrix<S>(x.v.rows, x.v.cols);
  return x.g;
}

template <class S>
void Tape<S>::backward(Var y, Mat<const S> seed) {
  Node<S>& top = (*this)[y];
  top.g = arena.template matrix<S>(top.v.rows, top.v.cols);
  for (int64_t i = 0; i < seed.rows; ++i) std::copy_n(seed[i], seed.cols, top.g[i]);
  for (int i = y.id; i >= 0; --i) {
    Node<S>& n = nodes_[std::size_t(i)];
    if (n.op && n.wants && n.g.p) n.op->vjp(n, *this);
  }
}

template <class S>
void Tape<S>::backward(Var y) {
  const S one = 1;
  backward(y, Mat<const S>{&one, 1, 1, 1});
}

template <class S>
Var tangent(Tape<S>& tape, Var y, Var x, Var dx) {
  static thread_local std::vector<Var> d;
  d.assign(std::size_t(y.id) + 1, Var{});
  d[std::size_t(x.id)] = dx;
  for (int i = x.id + 1; i <= y.id; ++i) {
    const Node<S>& n = tape[Var{i}];
    Var in[3];
    bool moves = false;
    for (int k = 0; k < 3; ++k)
      if (n.in[k] >= x.id) in[k] = d[std::size_t(n.in[k])], moves |= !in[k].zero();
    if (!moves) continue;
    if (!n.op->jvp) throw Error("the operation '" + std::string(n.op->name) + "' has no tangent, so this cannot be differentiated again");
    d[std::size_t(i)] = n.op->jvp(tape, Var{i}, in);
  }
  if (const Var t = d[std::size_t(y.id)]; !t.zero()) return t;
  const Mat<S> v = tape.value(y), none = tape.arena.template matrix<S>(v.rows, v.cols);
  for (int64_t i = 0; i < none.rows; ++i) std::fill_n(none[i], none.cols, S(0));
  return tape.constant(none);
}

template Var tangent<float>(Tape<float>&, Var, Var, Var);
template Var tangent<double>(Tape<double>&, Var, Var, Var);
template class Tape<float>;
template class Tape<double>;

}  // namespace dm
