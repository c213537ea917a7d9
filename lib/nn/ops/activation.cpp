#include "core/error.h"
#include "core/math.h"
#include "core/wide.h"
#include "nn/ops/spread.h"

namespace dm {

static const std::pair<const char*, Activation> table[] = {{"silu", Activation::silu},         {"tanh", Activation::tanh},
                                                           {"sin", Activation::sin},           {"gelu", Activation::gelu},
                                                           {"softplus", Activation::softplus}, {"leaky_relu", Activation::leaky_relu},
                                                           {"relu", Activation::relu}};

Activation activation_named(std::string_view name) {
  for (const auto& [n, a] : table)
    if (name == n) return a;
  throw Error("unknown activation '" + std::string(name) + "'." + did_you_mean(name, activation_names()), Exit::spec);
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const auto& [n, a] : table) names.push_back(n);
  return names;
}

// Each function writes f(x) and f'(x) together, so that no exponential is taken twice; the second derivative stands below it. Errors, with
// eps the scalar's (1.2e-7, 2.2e-16): of f at most 2 eps max(1, |f|), of f' at most 50 eps, for sin 2.2e-16 |x| more (sin up to |x| = 1e9,
// the others to 1e18).
namespace {

template <class S>
S sigmoid(S x) {
  return S(1) / (S(1) + exp_t(-x));
}
template <class S>
S tanh_of(S x) {
  return S(2) * sigmoid(S(2) * x) - S(1);
}

template <class S>
void silu(S x, S& y, S& d) {
  const S s = sigmoid(x);
  y = x * s;
  d = s * (S(1) + x * (S(1) - s));
}
template <class S>
S silu_curvature(S x) {
  const S s = sigmoid(x);
  return s * (S(1) - s) * (S(2) + x * (S(1) - S(2) * s));
}
template <class S>
void tanh_both(S x, S& y, S& d) {
  y = tanh_of(x);
  d = S(1) - y * y;
}
template <class S>
S tanh_curvature(S x) {
  const S y = tanh_of(x);
  return S(-2) * y * (S(1) - y * y);
}
template <class S>
void sin_both(S x, S& y, S& d) {
  double s, c;
  sincos_turn(double(x) * 0.15915494309189533577, s, c);
  y = S(s);
  d = S(c);
}
template <class S>
S sin_curvature(S x) {
  S y, d;
  sin_both(x, y, d);
  return -y;
}
template <class S>
void gelu(S x, S& y, S& d) {  // x/2 (1 + tanh u), u = sqrt(2/pi) (x + 0.044715 x^3)
  const S k = S(0.79788456080286535588), t = tanh_of(k * (x + S(0.044715) * x * x * x));
  y = S(0.5) * x * (S(1) + t);
  d = S(0.5) * (S(1) + t) + S(0.5) * x * (S(1) - t * t) * k * (S(1) + S(0.134145) * x * x);
}
template <class S>
S gelu_curvature(S x) {  // (1 - t^2) (u' + x/2 (u'' - 2 t u'^2)), t = tanh u
  const S k = S(0.79788456080286535588), t = tanh_of(k * (x + S(0.044715) * x * x * x));
  const S u1 = k * (S(1) + S(0.134145) * x * x), u2 = k * S(0.26829) * x;
  return (S(1) - t * t) * (u1 + S(0.5) * x * (u2 - S(2) * t * u1 * u1));
}
template <class S>
void softplus(S x, S& y, S& d) {  // max(x, 0) + log(1 + e^-|x|)
  const S a = x < 0 ? x : -x;
  y = (x > 0 ? x : S(0)) + S(log_d(1.0 + double(exp_t(a))));
  d = sigmoid(x);
}
template <class S>
S softplus_curvature(S x) {
  const S s = sigmoid(x);
  return s * (S(1) - s);
}
template <class S>
void leaky_relu(S x, S& y, S& d) {
  d = x > 0 ? S(1) : S(0.01);
  y = x * d;
}
template <class S>
void relu(S x, S& y, S& d) {
  d = x > 0 ? S(1) : S(0);
  y = x * d;
}
template <class S>
S flat(S) {  // the curvature of piecewise linear functions
  return 0;
}

template <class S, void (*f)(S, S&, S&)>
void map(Mat<const S> x, Mat<S> y, Mat<S> d) {
  by_wide_vectors([=]() DM_INLINE {
    for (int64_t i = 0; i < x.rows; ++i) {
      const S* __restrict in = x[i];
      S* __restrict out = y[i];
      if (d.p) {
        S* __restrict slope = d[i];
        for (int64_t j = 0; j < x.cols; ++j) f(in[j], out[j], slope[j]);
      } else {
        S unused;
        for (int64_t j = 0; j < x.cols; ++j) f(in[j], out[j], unused);
      }
    }
  });
}

template <class S, S (*curvature)(S)>
void map_curvature(Mat<const S> x, Mat<S> y) {
  by_wide_vectors([=]() DM_INLINE {
    for (int64_t i = 0; i < x.rows; ++i) {
      const S* __restrict in = x[i];
      S* __restrict out = y[i];
      for (int64_t j = 0; j < x.cols; ++j) out[j] = curvature(in[j]);
    }
  });
}

template <class S>
void vjp(Node<S>& y, Tape<S>& tape) {
  bool fresh = false;
  const Mat<S> dx = tape.into(y, 0, fresh);
  for (int64_t i = 0; i < y.g.rows; ++i) {
    const S* __restrict g = y.g[i], * __restrict slope = y.aux[i];
    S* __restrict out = dx[i];
    if (fresh)
      for (int64_t j = 0; j < y.g.cols; ++j) out[j] = g[j] * slope[j];
    else
      for (int64_t j = 0; j < y.g.cols; ++j) out[j] += g[j] * slope[j];
  }
}

template <class S>
struct Kernel {
  Activation f;
  void (*map)(Mat<const S> x, Mat<S> y, Mat<S> slope);
  void (*curvature)(Mat<const S> x, Mat<S> y);
};

template <class S>
const Kernel<S>& kernel(Activation f) {
  static constexpr Kernel<S> kernels[] = {{Activation::silu, map<S, silu<S>>, map_curvature<S, silu_curvature<S>>},
                                          {Activation::tanh, map<S, tanh_both<S>>, map_curvature<S, tanh_curvature<S>>},
                                          {Activation::sin, map<S, sin_both<S>>, map_curvature<S, sin_curvature<S>>},
                                          {Activation::gelu, map<S, gelu<S>>, map_curvature<S, gelu_curvature<S>>},
                                          {Activation::softplus, map<S, softplus<S>>, map_curvature<S, softplus_curvature<S>>},
                                          {Activation::leaky_relu, map<S, leaky_relu<S>>, map_curvature<S, flat<S>>},
                                          {Activation::relu, map<S, relu<S>>, map_curvature<S, flat<S>>}};
  return kernels[int(f)];
}

template <class S>
void slope_vjp(Node<S>& y, Tape<S>& tape) {
  const Mat<S> x = tape.value(Var{y.in[0]}), second = tape.arena.template matrix<S>(x.rows, x.cols);
  static_cast<const Kernel<S>*>(y.attr)->curvature(x, second);
  spread(y, tape, 0, [&](int64_t i, int64_t j) { return y.g[i][j] * second[i][j]; });
}

// d = f'(x), which the forward pass may have written already.
template <class S>
Var push_slope(Tape<S>& tape, Var x, Mat<S> d, const Kernel<S>& k) {
  static constexpr Op<S> op{"slope", slope_vjp<S>};
  const Mat<S> in = tape.value(x);
  if (!d.p) {
    d = tape.arena.template matrix<S>(in.rows, in.cols);
    k.map(in, tape.arena.template matrix<S>(in.rows, in.cols), d);
  }
  return tape.push({.v = d, .op = &op, .in = {x.id, -1, -1}, .attr = &k});
}

// dy = f'(x) dx
template <class S>
Var jvp(Tape<S>& tape, Var y, const Var* dx) {
  const Node<S> n = tape[y];
  return multiply(tape, dx[0], push_slope(tape, Var{n.in[0]}, n.aux, *static_cast<const Kernel<S>*>(n.attr)));
}

}  // namespace

template <class S>
Var activate(Tape<S>& tape, Var x, Activation f) {
  static constexpr Op<S> op{"activation", vjp<S>, jvp<S>};
  const Mat<S> in = tape.value(x);
  const Mat<S> out = tape.arena.template matrix<S>(in.rows, in.cols);
  const Mat<S> slope = tape[x].wants ? tape.arena.template matrix<S>(in.rows, in.cols) : Mat<S>{};
  kernel<S>(f).map(in, out, slope);
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}, .aux = slope, .attr = &kernel<S>(f)});
}

template <class S>
Var slope(Tape<S>& tape, Var x, Activation f) {
  return push_slope(tape, x, {}, kernel<S>(f));
}

template Var activate<float>(Tape<float>&, Var, Activation);
template Var activate<double>(Tape<double>&, Var, Activation);
template Var slope<float>(Tape<float>&, Var, Activation);
template Var slope<double>(Tape<double>&, Var, Activation);

}  // namespace dm
