// One reverse-mode tape over tile-sized matrices. Recording computes the value at once; backward() runs the vector-Jacobian products
// in reverse. Templated on the scalar: float in engines, double where gradients are checked.
//
// An operation states its forward map, its vjp and its tangent (operations live in nn/ops, one file each). The tangent is recorded with
// operations, so backward() through it gives second-order gradients; a vjp is never differentiated.
#pragma once
#include <initializer_list>
#include <memory>
#include <vector>

#include "nn/arena.h"
#include "nn/params.h"

namespace dm {

struct Var {
  int id = -1;
  bool zero() const { return id < 0; }  // of a tangent: it vanishes and nothing was recorded
};

template <class S>
class Tape;
template <class S>
struct Node;

template <class S>
struct Op {
  const char* name;
  void (*vjp)(Node<S>& y, Tape<S>&);  // adds to the gradients of y's inputs and parameters
  // The tangent of y, recorded, given those of its inputs, of which at least one is not zero. Null: not twice differentiable.
  Var (*jvp)(Tape<S>&, Var y, const Var* dx) = nullptr;
};

template <class S>
struct Node {
  Mat<S> v;                   // value [rows, cols]
  Mat<S> g;                   // gradient; g.p is null until something is added
  const Op<S>* op = nullptr;  // null: a constant or an input
  int in[3] = {-1, -1, -1};
  int param[2] = {-1, -1};
  bool wants = false;  // some input or parameter below needs a gradient
  Mat<S> aux;          // what vjp needs besides the inputs
  const void* attr = nullptr;
};

template <class S>
class Tape {
 public:
  // `lane`: the gradient buffer [layout.size] that backward() adds to; null records for evaluation only.
  Tape(const ParamSet<S>& params, Arena& arena, S* lane = nullptr) : params(params), arena(arena), lane_(lane) { nodes_.reserve(64); }
  void clear() {
    nodes_.clear();
    kept_.clear();
    arena.reset();
  }

  // rewind() forgets all gradients and what was recorded after the mark: vjps and tangents of one recording can be repeated without
  // end in the room of one.
  struct Mark {
    std::size_t nodes;
    Arena::Mark room;
  };
  Mark mark() const { return {nodes_.size(), arena.mark()}; }
  void rewind(const Mark& m) {
    nodes_.resize(m.nodes);
    for (Node<S>& n : nodes_) n.g = {};
    arena.rewind(m.room);
  }

  // Keeps what an operation refers to for as long as the recording.
  template <class T>
  T& keep(std::unique_ptr<T> p) {
    T& kept = *p;
    kept_.push_back(std::move(p));
    return kept;
  }

  // A value that is read where it lies (rows padded as Arena::matrix does) and needs no gradient.
  Var constant(Mat<S> v) { return push({.v = v}); }
  // The same, with a gradient wanted.
  Var input(Mat<S> v) { return push({.v = v, .wants = true}); }

  Var push(Node<S> n) {
    for (const int i : n.in) n.wants |= i >= 0 && nodes_[std::size_t(i)].wants;
    n.wants |= n.param[0] >= 0 && lane_;
    nodes_.push_back(n);
    return {int(nodes_.size()) - 1};
  }

  Node<S>& operator[](Var x) { return nodes_[std::size_t(x.id)]; }
  Mat<S> value(Var x) const { return nodes_[std::size_t(x.id)].v; }
  Mat<S> grad(Var x) const { return nodes_[std::size_t(x.id)].g; }
  bool training() const { return lane_ != nullptr; }

  // d(sum seed . y) for every input and parameter; seed has y's shape.
  void backward(Var y, Mat<const S> seed);
  // y is [1, 1], seed 1.
  void backward(Var y);

  // Where an operation's vjp adds its contribution to input k of y, or a null matrix where none is wanted. `fresh` says that the
  // matrix is not initialised and is to be written, not added to.
  Mat<S> into(const Node<S>& y, int k, bool& fresh);
  Mat<S> param_grad(int item) {
    const auto& i = params.layout().items[std::size_t(item)];
    return {lane_ + i.offset, i.rows, i.cols, i.cols};
  }

  const ParamSet<S>& params;
  Arena& arena;

 private:
  std::vector<Node<S>> nodes_;
  std::vector<std::shared_ptr<void>> kept_;
  S* lane_;
};

// J_y(x) dx, recorded: x must lie before y, dx has x's shape.
template <class S>
Var tangent(Tape<S>&, Var y, Var x, Var dx);

}  // namespace dm
