#include <cmath>

#include "nn/ops/spread.h"

namespace dm {

// Per row of n units, with C the centring x - mean(x): y = r C x, r = (|C x|^2 / n + 1e-6)^(-1/2). The Jacobian is symmetric,
//   J u = r (C u - y <y, u> / n).
// Then z = (1 + gain) y + bias by columns. aux of a node holds y, its last column r.
namespace {

template <class S>
double mean(const S* x, int64_t n) {
  double sum = 0;
  for (int64_t j = 0; j < n; ++j) sum += double(x[j]);
  return sum / double(n);
}

template <class S>
double dot(const S* x, const S* y, int64_t n) {
  double sum = 0;
  for (int64_t j = 0; j < n; ++j) sum += double(x[j]) * double(y[j]);
  return sum;
}

template <class S>
Mat<S> standardised(Tape<S>& tape, Mat<S> x) {
  const int64_t n = x.cols;
  const Mat<S> y = tape.arena.template matrix<S>(x.rows, n + 1);
  for (int64_t i = 0; i < x.rows; ++i) {
    const double m = mean(x[i], n);
    double square = 0;
    for (int64_t j = 0; j < n; ++j) square += (double(x[i][j]) - m) * (double(x[i][j]) - m);
    const double r = 1 / std::sqrt(square / double(n) + 1e-6);
    for (int64_t j = 0; j < n; ++j) y[i][j] = S(r * (double(x[i][j]) - m));
    y[i][n] = S(r);
  }
  return y;
}

// out = J u at the row whose y and r stand in `y`
template <class S>
void jacobian(const S* y, const S* u, int64_t n, S* out) {
  const S m = S(mean(u, n)), k = S(dot(y, u, n) / double(n)), r = y[n];
  for (int64_t j = 0; j < n; ++j) out[j] = r * (u[j] - m - k * y[j]);
}

// Room for rows that are computed whole before spread() hands them on.
template <class S, class F>
void spread_rows(Node<S>& z, Tape<S>& tape, int k, F row) {
  const int64_t n = z.v.cols;
  const Mat<S> g = tape.arena.template matrix<S>(z.g.rows, n);
  for (int64_t i = 0; i < g.rows; ++i) row(i, g[i]);
  spread(z, tape, k, [&](int64_t i, int64_t j) { return g[i][j]; });
}

// u = (1 + gain) g: the cotangent of y
template <class S>
void gained(const Node<S>& z, Tape<S>& tape, int64_t i, S* u) {
  const S* gain = tape.params.value(z.param[0]).p;
  for (int64_t j = 0; j < z.v.cols; ++j) u[j] = (S(1) + gain[j]) * z.g[i][j];
}

template <class S>
void vjp(Node<S>& z, Tape<S>& tape) {
  const int64_t n = z.v.cols;
  std::vector<S> u(static_cast<std::size_t>(n));
  spread_rows(z, tape, 0, [&](int64_t i, S* g) { gained(z, tape, i, u.data()), jacobian(z.aux[i], u.data(), n, g); });
  if (!tape.training()) return;
  S *dgain = tape.param_grad(z.param[0]).p, *dbias = tape.param_grad(z.param[1]).p;
  for (int64_t i = 0; i < z.g.rows; ++i)
    for (int64_t j = 0; j < n; ++j) dgain[j] += z.g[i][j] * z.aux[i][j], dbias[j] += z.g[i][j];
}

// The tangent t = (1 + gain) J(x) dx, inputs (x, dx). In dx: J again. In x, with u = dx, h = (1 + gain) g: of
// <h, J u> = r (<h, C u> - <h, y> <y, u> / n), with dr = -r^2 <y, dx> / n and dy = J dx, the gradient is
//   -r <h, J u> y / n - r J (<y, u> h + <h, y> u) / n.
template <class S>
void tangent_vjp(Node<S>& t, Tape<S>& tape) {
  const int64_t n = t.v.cols;
  const Mat<S> dx = tape.value(Var{t.in[1]});
  std::vector<S> h(static_cast<std::size_t>(n)), w(h);
  spread_rows(t, tape, 1, [&](int64_t i, S* g) { gained(t, tape, i, h.data()), jacobian(t.aux[i], h.data(), n, g); });
  spread_rows(t, tape, 0, [&](int64_t i, S* g) {
    const S *y = t.aux[i], *u = dx[i];
    gained(t, tape, i, h.data());
    const double r = double(y[n]), yu = dot(y, u, n), hy = dot(h.data(), y, n);
    const double hu = dot(h.data(), u, n) - double(n) * mean(h.data(), n) * mean(u, n);
    for (int64_t j = 0; j < n; ++j) w[std::size_t(j)] = S(r / double(n) * (yu * double(h[std::size_t(j)]) + hy * double(u[j])));
    jacobian(y, w.data(), n, g);
    const S k = S(r * r / double(n) * (hu - hy * yu / double(n)));
    for (int64_t j = 0; j < n; ++j) g[j] = -g[j] - k * y[j];
  });
  if (!tape.training()) return;
  S* dgain = tape.param_grad(t.param[0]).p;
  for (int64_t i = 0; i < t.g.rows; ++i) {
    jacobian(t.aux[i], dx[i], n, w.data());
    for (int64_t j = 0; j < n; ++j) dgain[j] += t.g[i][j] * w[std::size_t(j)];
  }
}

template <class S>
Var jvp(Tape<S>& tape, Var z, const Var* dx) {
  static constexpr Op<S> op{"layer_norm's tangent", tangent_vjp<S>};
  const Node<S> of = tape[z];
  const int64_t n = of.v.cols;
  const Mat<S> u = tape.value(dx[0]), out = tape.arena.template matrix<S>(u.rows, n);
  const S* gain = tape.params.value(of.param[0]).p;
  for (int64_t i = 0; i < u.rows; ++i) {
    jacobian(of.aux[i], u[i], n, out[i]);
    for (int64_t j = 0; j < n; ++j) out[i][j] *= S(1) + gain[j];
  }
  return tape.push({.v = out, .op = &op, .in = {of.in[0], dx[0].id, -1}, .param = {of.param[0], -1}, .aux = of.aux});
}

}  // namespace

template <class S>
Var layer_norm(Tape<S>& tape, Var x, int gain, int bias) {
  static constexpr Op<S> op{"layer_norm", vjp<S>, jvp<S>};
  const Mat<S> in = tape.value(x), y = standardised(tape, in), out = tape.arena.template matrix<S>(in.rows, in.cols);
  const S *a = tape.params.value(gain).p, *b = tape.params.value(bias).p;
  for (int64_t i = 0; i < in.rows; ++i)
    for (int64_t j = 0; j < in.cols; ++j) out[i][j] = (S(1) + a[j]) * y[i][j] + b[j];
  return tape.push({.v = out, .op = &op, .in = {x.id, -1, -1}, .param = {gain, bias}, .aux = y});
}

template Var layer_norm<float>(Tape<float>&, Var, int, int);
template Var layer_norm<double>(Tape<double>&, Var, int, int);

}  // namespace dm
