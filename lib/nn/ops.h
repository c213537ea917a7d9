// The operations of the tape. Shapes: x, y [rows, cols]; a parameter is named by its index in the Layout.
#pragma once
#include "nn/tape.h"

namespace dm {

enum class Activation { silu, tanh, sin, gelu, softplus, leaky_relu, relu };
Activation activation_named(std::string_view name);
std::vector<std::string> activation_names();

// x [rows, in] W [in, out] + b [1, out]; bias -1: none.
template <class S>
Var linear(Tape<S>&, Var x, int weight, int bias);

// f(x), elementwise. gelu is its tanh form, leaky_relu has slope 0.01.
template <class S>
Var activate(Tape<S>&, Var x, Activation f);

// (x - mean) / sqrt(variance + 1e-6) of each row, times 1 + gain and plus bias, which are [1, cols] (Ba et al. 2016).
template <class S>
Var layer_norm(Tape<S>&, Var x, int gain, int bias);

// x + y
template <class S>
Var add(Tape<S>&, Var x, Var y);

// x * y, elementwise
template <class S>
Var multiply(Tape<S>&, Var x, Var y);

// f'(x), elementwise; its own tangent would need a third derivative and is not offered.
template <class S>
Var slope(Tape<S>&, Var x, Activation f);

// The sum of each row: [rows, 1]
template <class S>
Var row_sum(Tape<S>&, Var x);

// sum_i w_i sum_j x_ij as [1, 1]; w, one weight a row, must outlive backward().
template <class S>
Var weighted_sum(Tape<S>&, Var x, const S* w);

// sum_i w_i |y_i - target_i|^2 as [1, 1]; target [rows, cols], w one weight a row. Both must outlive backward().
template <class S>
Var squared_error(Tape<S>&, Var y, Mat<const S> target, const S* w);

// An operation by callback: y = f(x) computed elsewhere, with the products of its Jacobian J at x. Kept by the tape.
template <class S>
struct Custom {
  virtual ~Custom() = default;
  virtual void vjp(Mat<const S> gy, Mat<S> gx) = 0;  // gx = J^T gy
  virtual void jvp(Mat<const S> dx, Mat<S> dy) = 0;  // dy = J dx
};
// A gradient in x of its tangent is refused: f offers first derivatives only.
template <class S>
Var custom(Tape<S>&, Var x, Mat<S> y, std::unique_ptr<Custom<S>>);

}  // namespace dm
