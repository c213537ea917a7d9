#include "process/divergence.h"
#include "process/net_denoiser.h"
#include "process/process.h"
#include "test.h"

using namespace dm;

namespace {

Matrix<double> draws_of(int n, int d, uint64_t path) {
  Matrix<double> z(n, d);
  normals(Stream(3) / path, {0, n}, 0, z);
  return z;
}

double dot(const Matrix<double>& a, const Matrix<double>& b) {
  double s = 0;
  for (std::size_t i = 0; i < a.v.size(); ++i) s += a.v[i] * b.v[i];
  return s;
}

// x0hat = x A^T at every level, epshat its complement: a Jacobian that is known.
struct LinearDenoiser : Denoiser {
  Matrix<double> A;
  explicit LinearDenoiser(Matrix<double> a) : A(std::move(a)) {}
  struct Of : Replay {
    const LinearDenoiser& f;
    std::vector<Level> at;
    Of(const LinearDenoiser& d) : f(d) {}
    void vjp(const Pred&, Mat<double>) override {}
    void jvp(Mat<const double> dx, Pred& out) override { f.apply(dx, {at.data(), false}, out); }
  };
  void apply(Mat<const double> x, Times times, Pred& out) const {
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < x.cols; ++j) {
        out.x0[i][j] = 0;
        for (int64_t k = 0; k < x.cols; ++k) out.x0[i][j] += A[j][k] * x[i][k];
        out.eps[i][j] = (x[i][j] - times[i].alpha * out.x0[i][j]) / times[i].sigma;
      }
  }
  int dim() const override { return int(A.rows); }
  void eval(const State& x, Times times, Pred& out) const override { apply(x.x(), times, out); }
  std::unique_ptr<Replay> replay(const State& x, Times times, Pred& out) const override {
    eval(x, times, out);
    auto r = std::make_unique<Of>(*this);
    for (int64_t i = 0; i < x.x().rows; ++i) r->at.push_back(times[i]);
    return r;
  }
};

// Mean and variance over n rows of the estimate of tr A with these probes.
struct Moments {
  double mean, variance;
};
Moments estimates(const Matrix<double>& A, Probes probes, int n) {
  const int d = int(A.rows);
  const LinearDenoiser f(A);
  Matrix<double> x = draws_of(n, d, 1), x0(n, d), eps(n, d);
  Pred out{x0, eps};
  const Level l{.5, -1, .8, .6};
  const auto replay = f.replay({{0, n}, {x}}, {&l, true}, out);
  std::vector<double> tr(static_cast<std::size_t>(n)), tr_eps(tr);
  divergence(*replay, probes, Stream(5), {0, n}, d, tr.data(), tr_eps.data());
  Moments m{0, 0};
  for (const double t : tr) m.mean += t / n;
  for (const double t : tr) m.variance += (t - m.mean) * (t - m.mean) / (n - 1);
  return m;
}

}  // namespace

TEST_CASE("replay: a network's vjp and jvp are adjoint, repeatable, and the derivative of eval, for every parametrisation") {
  for (const auto& kind : kind_names()) {
    INFO(kind);
    std::vector<std::string> problems;
    const Value o = resolve(
        Head::options(), parse_json(R"({"network":{"type":"mlp","layers":2,"width":16},"predict":")" + kind + "\"}", "test"), "", problems);
    throw_problems(problems);
    const int n = 5, d = 3;
    const Head head(o, d, Stream(1));
    ParamSet<float> params(head.net->layout);
    params.initialise(Stream(2));
    for (float& p : params.v) p += .05f;
    params.pack();
    const NetDenoiser f(head, params);
    REQUIRE(f.differentiable());
    std::vector<Level> at;
    for (int i = 0; i < n; ++i) at.push_back({.5, -1, .8, .3 + .2 * i});
    const Times times{at.data(), false};
    Matrix<double> x = draws_of(n, d, 1), x0(n, d), eps(n, d), a(n, d), b(n, d), g(n, d);
    Pred out{x0, eps}, moved{a, b};
    const auto replay = f.replay({{0, n}, {x}}, times, out);
    f.eval({{0, n}, {x}}, times, moved);
    CHECK(a.v == x0.v);
    CHECK(b.v == eps.v);
    const auto other = f.replay({{0, n}, {a}}, times, moved);  // alive at the same time
    for (uint64_t k = 0; k < 3; ++k) {
      Matrix<double> v = draws_of(n, d, 10 + k), w0 = draws_of(n, d, 20 + k), w1 = draws_of(n, d, 30 + k);
      replay->jvp(v, moved);
      replay->vjp({w0, w1}, g);
      const double left = dot(a, w0) + dot(b, w1);
      CHECK(std::abs(left - dot(g, v)) < 1e-5 * std::sqrt(dot(v, v) * dot(g, g)));
      const double h = 1e-2;  // float inside: rounding 1e-7 / h, truncation h^2
      Matrix<double> up = x, down = x, up0(n, d), up1(n, d), down0(n, d), down1(n, d);
      for (std::size_t i = 0; i < x.v.size(); ++i) up.v[i] += h * v.v[i], down.v[i] -= h * v.v[i];
      Pred pu{up0, up1}, pd{down0, down1};
      f.eval({{0, n}, {up}}, times, pu);
      f.eval({{0, n}, {down}}, times, pd);
      for (std::size_t i = 0; i < x.v.size(); ++i) {
        CHECK(std::abs((up0.v[i] - down0.v[i]) / (2 * h) - a.v[i]) < 2e-3 * (1 + std::abs(a.v[i])));
        CHECK(std::abs((up1.v[i] - down1.v[i]) / (2 * h) - b.v[i]) < 2e-3 * (1 + std::abs(b.v[i])));
      }
    }
  }
}

TEST_CASE("replay: a denoiser without it says so; a level outside the training is refused") {
  struct Plain : Denoiser {
    int dim() const override { return 1; }
    void eval(const State&, Times, Pred&) const override {}
  } plain;
  CHECK_FALSE(plain.differentiable());
  Pred out;
  CHECK_THROWS_WITH(plain.replay({}, {nullptr, true}, out), Catch::Contains("does not offer it"));

  std::vector<std::string> problems;
  const Value o = resolve(Head::options(), Value::object(), "", problems);
  const Head one(o, 2, Stream(1), Kind::score, {.1, .1}), some(o, 2, Stream(1), Kind::edm, {.1, 10}), all(o, 2, Stream(1));
  CHECK(one.kind == Kind::score);
  CHECK(all.kind == Kind::edm);
  const ParamSet<float> params(one.net->layout);
  const Level inside{.5, -1, 1, .1}, outside{.5, -1, 1, .2}, above{1, -1, 1, 80};
  CHECK_NOTHROW(NetDenoiser(one, params).check(inside));
  CHECK_THROWS_WITH(NetDenoiser(one, params).check(outside), Catch::Contains("the one noise level sigma / alpha = 0.1 and"));
  CHECK_NOTHROW(NetDenoiser(some, params).check(outside));
  CHECK_THROWS_WITH(NetDenoiser(some, params).check(above), Catch::Contains("from 0.1 to 10"));
  CHECK_NOTHROW(NetDenoiser(all, params).check(above));
}

TEST_CASE("divergence: exact, on diagonals, and with the variance that each law of probes has") {
  const int d = 4, n = 20000;
  Matrix<double> A(d, d), diagonal(d, d), sphere(d, d);
  double trace = 0, off = 0, frobenius = 0;
  for (int i = 0; i < d; ++i)
    for (int j = 0; j < d; ++j) A[i][j] = std::sin(1 + 3 * i + 7 * j);
  for (int i = 0; i < d; ++i) {
    trace += A[i][i], diagonal[i][i] = A[i][i], sphere[i][i] = 1.5;
    for (int j = 0; j < d; ++j) {
      const double s = (A[i][j] + A[j][i]) / 2;
      frobenius += s * s, off += i == j ? 0 : s * s;
    }
  }
  const auto exact = estimates(A, {Probes::Law::exact}, 10);
  CHECK(near(exact.mean, trace, 1e-14));
  CHECK(exact.variance < 1e-28);
  const auto on_diagonal = estimates(diagonal, {Probes::Law::rademacher}, 10);
  CHECK(near(on_diagonal.mean, trace, 1e-14));
  CHECK(on_diagonal.variance < 1e-28);
  const auto on_identity = estimates(sphere, {Probes::Law::sphere}, 10);
  CHECK(near(on_identity.mean, 1.5 * d, 1e-14));
  CHECK(on_identity.variance < 1e-26);

  const struct {
    Probes::Law law;
    double variance;
  } laws[] = {{Probes::Law::rademacher, 2 * off},
              {Probes::Law::gaussian, 2 * frobenius},
              {Probes::Law::sphere, (2 * d * frobenius - 2 * trace * trace) / (d + 2)}};
  for (const auto& [law, variance] : laws)
    for (const int probes : {1, 4, 16}) {
      INFO(int(law) << " with " << probes);
      const auto m = estimates(A, {law, probes}, n);
      CHECK(std::abs(m.mean - trace) < 4 * std::sqrt(variance / probes / n));
      // a variance from n values of kurtosis k has relative error sqrt((k - 1) / n); k <= 15 for a quadratic form
      CHECK(std::abs(m.variance * probes / variance - 1) < 4 * std::sqrt(14. / n));
    }
}

TEST_CASE("divergence: of the score and of the velocity; a row's probe does not depend on its place") {
  const int d = 2, n = 6;
  Matrix<double> A(d, d);
  A[0][0] = .7, A[0][1] = -.2, A[1][0] = .4, A[1][1] = .1;
  const LinearDenoiser f(A);
  Matrix<double> x = draws_of(n, d, 1), x0(n, d), eps(n, d);
  Pred out{x0, eps};
  std::vector<std::string> problems;
  const auto p = make<std::unique_ptr<Process>>(processes(), resolve(processes(), "vp", "", problems));
  const Level l = p->linear()->at(.4);
  const auto replay = f.replay({{0, n}, {x}}, {&l, true}, out);
  std::vector<double> tr(n), tr_eps(n), later(2), later_eps(2);
  divergence(*replay, {Probes::Law::exact}, Stream(5), {0, n}, d, tr.data(), tr_eps.data());
  CHECK(near(tr[3], .8, 1e-14));
  CHECK(near(score_divergence(l, tr_eps[3]), (l.alpha * .8 - d) / (l.sigma * l.sigma), 1e-13));
  // Schedule f, g2 against the flow in u = x / alpha: dx/dt = f x + (dsigma/dt - f sigma) eps
  const double h = 1e-6, sigma_dot = (p->linear()->at(.4 + h).sigma - p->linear()->at(.4 - h).sigma) / (2 * h);
  CHECK(near(velocity_divergence(*p->linear(), l, d, tr_eps[3]),
             p->linear()->f(.4) * d + (sigma_dot - p->linear()->f(.4) * l.sigma) * tr_eps[3], 1e-7));

  for (const auto law : {Probes::Law::rademacher, Probes::Law::gaussian, Probes::Law::sphere}) {
    const Probes probes{law, 3};
    divergence(*replay, probes, Stream(5), {0, n}, d, tr.data(), tr_eps.data());
    Matrix<double> some(2, d), a(2, d), b(2, d);
    for (int i = 0; i < 2; ++i) std::copy_n(x[3 + i], d, some[i]);
    Pred of_some{a, b};
    divergence(*f.replay({{3, 2}, {some}}, {&l, true}, of_some), probes, Stream(5), {3, 2}, d, later.data(), later_eps.data());
    CHECK(later[0] == tr[3]);
    CHECK(later_eps[1] == tr_eps[4]);
  }
}
