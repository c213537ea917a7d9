// The fixtures of the bridge tests.
#pragma once
#include "bridge/gaussian.h"
#include "core/linalg.h"
#include "sample/affine.h"

namespace bridges_test {

using namespace dm;

inline const char* const kinds[] = {"\"brownian\"", R"({"type": "ou", "rate": 0.7})", R"({"type": "vp", "beta_min": 0.2, "beta_max": 3})"};

inline Matrix<double> matrix(int64_t rows, int64_t cols, std::vector<double> v) {
  Matrix<double> m(rows, cols);
  m.v = std::move(v);
  return m;
}

inline std::shared_ptr<const Schedule> reference(const std::string& json, double sigma) {
  std::vector<std::string> problems;
  const Value v = resolve(references(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return make<std::unique_ptr<const Schedule>, double>(references(), v, sigma);
}

inline GaussianBridge scalar(double m0, double v0, double m1, double v1, double sigma, const std::string& kind = "\"brownian\"") {
  return {{{m0}, matrix(1, 1, {v0})}, {{m1}, matrix(1, 1, {v1})}, reference(kind, sigma)};
}

inline Matrix<double> transposed(const Matrix<double>& a) {
  Matrix<double> b(a.cols, a.rows);
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t j = 0; j < a.cols; ++j) b[j][i] = a[i][j];
  return b;
}

inline Matrix<double> inverse(const Matrix<double>& a) {  // Gauss-Jordan
  const int64_t n = a.rows;
  Matrix<double> m = a, out(n, n);
  for (int64_t i = 0; i < n; ++i) out[i][i] = 1;
  for (int64_t k = 0; k < n; ++k) {
    int64_t best = k;
    for (int64_t i = k; i < n; ++i)
      if (std::abs(m[i][k]) > std::abs(m[best][k])) best = i;
    for (int64_t j = 0; j < n; ++j) std::swap(m[k][j], m[best][j]), std::swap(out[k][j], out[best][j]);
    const double p = m[k][k];
    for (int64_t j = 0; j < n; ++j) m[k][j] /= p, out[k][j] /= p;
    for (int64_t i = 0; i < n; ++i) {
      const double q = m[i][k];
      if (i != k)
        for (int64_t j = 0; j < n; ++j) m[i][j] -= q * m[k][j], out[i][j] -= q * out[k][j];
    }
  }
  return out;
}

// E[end | X_t = x] of every row of x.
inline Matrix<double> ends_at(const Bridge& b, Direction way, double t, const Matrix<double>& x) {
  Matrix<double> in = x, end(x.rows, x.cols), eps(x.rows, x.cols);
  const Level l = b.schedule(way)->at(to_go(way, t));
  Pred out{end, eps};
  b.ends(way).eval({{0, int(x.rows)}, {in}}, {&l, true}, out);
  return end;
}

// The drift in the direction of the way.
inline Matrix<double> drift_at(const Bridge& b, Direction way, double t, const Matrix<double>& x) {
  Matrix<double> v = ends_at(b, way, t, x);
  const PinnedDrift drift(*b.schedule(way), b.schedule(way)->at(to_go(way, t)));
  for (std::size_t i = 0; i < v.v.size(); ++i) v.v[i] = drift.end * v.v[i] + drift.x * x.v[i];
  return v;
}

// A rule with an affine drift, by impulses through the sampler: end = slope start + offset + N(0, noise).
struct Carried {
  Matrix<double> slope;        // [d, d]
  std::vector<double> offset;  // [d]
  Matrix<double> noise;        // [d, d]
};
inline Carried through(const Bridge& b, Direction way, int steps, Final end = Final::noise, const std::string& rule = "euler-maruyama") {
  const Way go = b.sde(way);
  const auto step = affine::built<std::unique_ptr<StepRule>>(samplers(), '"' + rule + '"');
  const dm::Plan plan = make_plan(*go.schedule, *affine::built<std::unique_ptr<Grid>>(grids(), "\"even\""), steps, end);
  const int64_t d = b.dim();
  Matrix<double> x(1 + d + steps * d, d);
  Progress silent;
  const affine::Impulses noise{int(d)};
  const auto start = [d](Rows r, Mat<double> v) {
    for (int i = 0; i < r.n; ++i)
      for (int64_t j = 0; j < d; ++j) v[i][j] = r[i] == 1 + j;
  };
  Sampler{*go.schedule, *go.denoiser, *step, *step, plan, noise, start}.run({0, int(x.rows)}, x, silent);
  Carried out{Matrix<double>(d, d), {x[0], x[0] + d}, Matrix<double>(d, d)};
  for (int64_t r = 1; r < x.rows; ++r)
    for (int64_t i = 0; i < d; ++i) {
      const double a = x[r][i] - x[0][i];
      if (r <= d) out.slope[i][r - 1] = a;
      for (int64_t j = 0; j < d && r > d; ++j) out.noise[i][j] += a * (x[r][j] - x[0][j]);
    }
  return out;
}

// Two correlated Gaussians in three dimensions, at distance.
inline GaussianBridge correlated(const std::string& kind, double sigma) {
  const Matrix<double> s0 = matrix(3, 3, {1.3, .4, -.2, .4, .8, .1, -.2, .1, .6}),
                       s1 = matrix(3, 3, {.7, -.3, .2, -.3, 1.1, .25, .2, .25, .9});
  return {{{.3, -1, .5}, s0}, {{-.4, .6, 2}, s1}, reference(kind, sigma)};
}

}  // namespace bridges_test
