#include "core/error.h"
#include "core/math.h"
#include "nn/ops.h"

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

// Each function writes f(x) and f'(x) together, so that no exponential is taken twice.
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
void tanh_both(S x, S& y, S& d) {
  y = tanh_of(x);
  d = S(1) - y * y;
}
template <class S>
void sin_both(S x, S& y, S& d) {
  double s, c;
  sincos_turn(double(x) * 0.15915494309189533577, s, c);
  y = S(s);
  d = S(c);
}
template <class S>
void gelu(S x, S& y, S& d) {  // x/2 (1 + tanh u), u = sqrt(2/pi) (x + 0.044715 x^3)
  const S k = S(0.79788456080286535588), t = tanh_of(k * (x + S(0.044715) * x * x * x));
  y = S(0.5) * x * (S(1) + t);
  d = S(0.5) * (S(1) + t) + S(0.5) * x * (S(1) - t * t) * k * (S(1) + S(0.134145) * x * x);
}
template <class S>
void softplus(S x, S& y, S& d) {  // max(x, 0) + log(1 + e^-|x|)
  const S a = x < 0 ? x : -x;
  y = (x > 0 ? x : S(0)) + S(log_d(1.0 + double(exp_t(a))));
  d = sigmoid(x);
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

template <class S, void (*f)(S, S&, S&)>
void map(Mat<const S> x, Mat<S> y, Mat<S> d) {
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

}  // namespace

template <class S>
Var activate(Tape<S>& tape, Var x, Activation f) {
  static constexpr Op<S> op{"activation", vjp<S>};
  static constexpr void (*maps[])(Mat<const S>, Mat<S>, Mat<S>) = {map<S, silu<S>>, map<S, tanh_both<S>>, map<S, sin_both<S>>,
                                                                   map<S, gelu<S>>, map<S, softplus<S>>,  map<S, leaky_relu<S>>,
                                                                   map<S, relu<S>>};
  const Mat<S> in = tape.value(x);
  const Mat<S> out = tape.arena.template matrix<S>(in.rows, in.cols);
  const Mat<S> slope = tape[x].wants ? tape.arena.template matrix<S>(in.rows, in.cols) : Mat<S>{};
  maps[int(f)](in, out, slope);
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}, .aux = slope});
}

template Var activate<float>(Tape<float>&, Var, Activation);
template Var activate<double>(Tape<double>&, Var, Activation);

}  // namespace dm
