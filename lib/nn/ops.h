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

// x + y
template <class S>
Var add(Tape<S>&, Var x, Var y);

// x * y, elementwise
template <class S>
Var multiply(Tape<S>&, Var x, Var y);

// sum_i w_i |y_i - target_i|^2 as [1, 1]; target [rows, cols], w one weight a row. Both must outlive backward().
template <class S>
Var squared_error(Tape<S>&, Var y, Mat<const S> target, const S* w);

}  // namespace dm
