// What the vjps of simple operations share.
#pragma once
#include "nn/ops.h"

namespace dm {

// dx (+)= f(row, column) wherever input k of y wants a gradient
template <class S, class F>
void spread(Node<S>& y, Tape<S>& tape, int k, F f) {
  bool fresh = false;
  const Mat<S> dx = tape.into(y, k, fresh);
  if (!dx.p) return;
  for (int64_t i = 0; i < dx.rows; ++i) {
    S* __restrict out = dx[i];
    if (fresh)
      for (int64_t j = 0; j < dx.cols; ++j) out[j] = f(i, j);
    else
      for (int64_t j = 0; j < dx.cols; ++j) out[j] += f(i, j);
  }
}

}  // namespace dm
