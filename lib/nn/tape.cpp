#include "nn/tape.h"

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

template class Tape<float>;
template class Tape<double>;

}  // namespace dm
