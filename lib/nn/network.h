// A Network is structure: it lays out its parameters and records itself on a tape; it holds no values.
#pragma once
#include <memory>

#include "core/option.h"
#include "nn/ops.h"

namespace dm {

struct Network {
  virtual ~Network() = default;
  Layout layout;
  int in = 0, out = 0;  // columns of the features and of the prediction

  // features [rows, in] -> prediction [rows, out]
  virtual Var record(Tape<float>&, Var features) const = 0;
  virtual Var record(Tape<double>&, Var features) const = 0;
};

// A network whose `template <class S> Var build(Tape<S>&, Var) const` is written once for both scalars.
template <class Self>
struct NetworkOf : Network {
  Var record(Tape<float>& t, Var x) const override { return static_cast<const Self*>(this)->build(t, x); }
  Var record(Tape<double>& t, Var x) const override { return static_cast<const Self*>(this)->build(t, x); }
};

// mlp, residual-mlp. make(options, in, out)
const Family& networks();
using NetworkEntry = Entry<std::unique_ptr<Network>, int, int>;

}  // namespace dm
