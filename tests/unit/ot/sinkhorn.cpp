// Sinkhorn's algorithm against the discrete fixture, closed forms and identities.
#include "ot/sinkhorn.h"

#include <cmath>
#include <cstring>

#include "clouds.h"
#include "core/error.h"
#include "core/parallel.h"
#include "ot/wasserstein.h"
#include "test.h"

using namespace dm;

namespace {

Sinkhorn solve(const Points& a, const Points& b, const SinkhornOptions& o) {
  Progress silent;
  return sinkhorn(a, b, o, silent);
}

SinkhornOptions plain(double eps, double tolerance) {
  SinkhornOptions o;
  o.eps = eps, o.tolerance = tolerance, o.scaling = o.over_relaxation = false;
  return o;
}

// A Gaussian bump against two, on 64 cells of [0, 1].
struct Fixture {
  Matrix<double> x{64, 1};
  std::vector<double> p = std::vector<double>(64), q = std::vector<double>(64);
  Fixture() {
    const auto bump = [](double v, double at, double sd) { return std::exp(-(v - at) * (v - at) / (2 * sd * sd)); };
    for (int i = 0; i < 64; ++i) {
      const double v = x[i][0] = (i + .5) / 64;
      p[size_t(i)] = bump(v, .3, .08), q[size_t(i)] = .5 * bump(v, .6, .05) + .5 * bump(v, .85, .04);
    }
  }
  Points a() const { return {x, p.data()}; }
  Points b() const { return {x, q.data()}; }
};

double entry(const EntropicPlan& s, int64_t i, int64_t j) {
  std::vector<double> row(size_t(s.y.rows));
  s.row(i, row.data());
  return row[size_t(j)];
}

double kl(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] > 0 ? p[i] * std::log(p[i] / q[i]) - p[i] + q[i] : q[i];
  return sum;
}

std::vector<double> all_of(const EntropicPlan& s) {
  std::vector<double> P(size_t(s.x.rows * s.y.rows));
  for (int64_t i = 0; i < s.x.rows; ++i) s.row(i, P.data() + i * s.y.rows);
  return P;
}

// max over j of |sum_i P_ij - q_j|, and over i
std::pair<double, double> marginal_errors(const EntropicPlan& s) {
  const std::vector<double> P = all_of(s);
  double rows = 0, columns = 0;
  std::vector<double> sum(size_t(s.y.rows));
  for (int64_t i = 0; i < s.x.rows; ++i) {
    double r = 0;
    for (int64_t j = 0; j < s.y.rows; ++j) r += P[size_t(i * s.y.rows + j)], sum[size_t(j)] += P[size_t(i * s.y.rows + j)];
    rows += std::abs(r - s.p[size_t(i)]);
  }
  for (int64_t j = 0; j < s.y.rows; ++j) columns += std::abs(sum[size_t(j)] - s.q[size_t(j)]);
  return {rows, columns};
}

}  // namespace

TEST_CASE("the discrete fixture: iterations, costs and divergence at five eps") {
  const Fixture x;
  const struct {
    double eps;
    int64_t iterations;
    double transport, kl, value;
  } table[] = {{1, 3, .09633896, .000056, .09639498},
               {.1, 5, .09534278, .005511, .09589385},
               {.01, 25, .08982540, .250462, .09233002},
               {.001, 248, .08687806, 1.069690, .08794776},
               {.0002, 1447, .08651440, 1.810675, .08687653}};
  for (const auto& row : table)
    for (const SinkhornMode mode : {SinkhornMode::stored, SinkhornMode::online}) {
      if (mode == SinkhornMode::online && row.eps < .001) continue;
      SinkhornOptions o = plain(row.eps, 1e-9);
      o.mode = mode;
      const Sinkhorn s = solve(x.a(), x.b(), o);
      CAPTURE(row.eps, s.iterations, s.transport, s.kl, s.primal, s.row_error, name_of(s.mode));
      CHECK(s.mode == mode);
      CHECK(s.status == "converged");
      CHECK(s.iterations == row.iterations);
      CHECK(std::abs(s.transport - row.transport) < 6e-9);
      CHECK(std::abs(s.kl - row.kl) < 6e-7);
      CHECK(std::abs(s.primal - row.value) < 6e-9);
      CHECK(std::abs(s.gap()) < 1e-8);
      CHECK(s.row_error < 1e-9);
      CHECK(s.column_error < 1e-12);
      const auto [rows, columns] = marginal_errors(s.plan);  // told twice: by the solver, by the plan
      CHECK(std::abs(rows - s.row_error) < 1e-13);
      CHECK(std::abs(columns - s.column_error) < 1e-13);

      // the same by all means: scaling, over-relaxation
      o.scaling = o.over_relaxation = true;
      const Sinkhorn fast = solve(x.a(), x.b(), o);
      CAPTURE(fast.iterations, fast.omega, fast.rate);
      CHECK(fast.status == "converged");
      CHECK(std::abs(fast.primal - row.value) < 6e-9);
      CHECK(std::abs(fast.transport - row.transport) < 6e-9);
      if (row.eps < .005) CHECK(fast.iterations < row.iterations / 5);
    }
  CHECK(std::abs(wasserstein(x.a(), x.b(), 2) * wasserstein(x.a(), x.b(), 2) / 2 - .08644231) < 6e-9);  // what eps = 0 gives
}

TEST_CASE(
    "plain Sinkhorn: KL to the solution falls by what the marginals miss, potentials contract, the rate is the second singular value") {
  const Fixture x;
  const double eps = .1;
  const Sinkhorn star = solve(x.a(), x.b(), plain(eps, 1e-14));
  const std::vector<double> P = all_of(star.plan);

  // kappa = tanh(Delta / 4), Delta = L0 L1 / eps: what a half-step takes from Hilbert's metric between the potentials
  const double length = 63. / 64, kappa = std::tanh(length * length / eps / 4);
  const auto hilbert = [&](const std::vector<double>& f) {
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (size_t i = 0; i < f.size(); ++i) lo = std::min(lo, f[i] - star.plan.f[i]), hi = std::max(hi, f[i] - star.plan.f[i]);
    return (hi - lo) / eps;
  };
  double before = HUGE_VAL, decrement = 0, hilbert_before = HUGE_VAL;
  std::vector<double> error;
  for (int64_t k = 1; k <= 5; ++k) {
    SinkhornOptions o = plain(eps, 1e-300);
    o.iterations = k;
    const Sinkhorn s = solve(x.a(), x.b(), o);
    CHECK(s.status == "iterations");
    error.push_back(s.row_error);
    const double now = kl(P, all_of(s.plan));
    CAPTURE(k, now, before);
    if (before > 1e-12) CHECK(now < before);
    if (k > 1 && before > 1e-9) CHECK(std::abs((before - now) - decrement) < 1e-6 * decrement + 1e-14);
    if (k > 1) CHECK(hilbert(s.plan.f) <= kappa * kappa * hilbert_before * (1 + 1e-6) + 1e-10);
    before = now, hilbert_before = hilbert(s.plan.f);

    // the next iteration by hand: what each half-step will take
    EntropicPlan half = s.plan;
    std::vector<double> rows(64), columns(64), row(64);
    for (int64_t i = 0; i < 64; ++i) {
      s.plan.row(i, row.data());
      for (const double v : row) rows[size_t(i)] += v;
    }
    const std::vector<double> sums = s.plan.second_from_first().log_sums(x.x, eps);
    for (size_t i = 0; i < 64; ++i) half.f[i] = -eps * sums[i];
    for (int64_t i = 0; i < 64; ++i) {
      half.row(i, row.data());
      for (size_t j = 0; j < 64; ++j) columns[j] += row[j];
    }
    decrement = kl(s.plan.p, rows) + kl(s.plan.q, columns);
  }

  // s2 of diag(p)^(-1/2) P diag(q)^(-1/2) by power iteration, the first pair (sqrt p, sqrt q) projected out
  for (const auto& [e, rate] : {std::pair{.1, .010963}, std::pair{.01, .409212}, std::pair{.001, .916180}}) {
    const Sinkhorn s = solve(x.a(), x.b(), plain(e, 1e-13));
    const std::vector<double> Q = all_of(s.plan), &p = s.plan.p, &q = s.plan.q;
    std::vector<double> u(64), v(64);
    for (size_t i = 0; i < 64; ++i) u[i] = std::sin(double(i));
    double s2 = 0;
    for (int it = 0; it < 2000; ++it) {
      double along = 0, norm = 0;
      for (size_t i = 0; i < 64; ++i) along += u[i] * std::sqrt(p[i]);
      for (size_t i = 0; i < 64; ++i) u[i] -= along * std::sqrt(p[i]), norm += u[i] * u[i];
      for (double& w : u) w /= std::sqrt(norm);
      for (size_t j = 0; j < 64; ++j) {
        v[j] = 0;
        for (size_t i = 0; i < 64; ++i) v[j] += Q[i * 64 + j] / std::sqrt(p[i] * q[j]) * u[i];
      }
      s2 = 0;
      for (const double w : v) s2 += w * w;
      for (size_t i = 0; i < 64; ++i) {
        u[i] = 0;
        for (size_t j = 0; j < 64; ++j) u[i] += Q[i * 64 + j] / std::sqrt(p[i] * q[j]) * v[j];
      }
    }
    SinkhornOptions o = plain(e, 1e-300);
    double errors[2];
    for (const int64_t k : {0, 1}) {
      o.iterations = (e > .05 ? 3 : e > .005 ? 20 : 200) + k;
      errors[k] = solve(x.a(), x.b(), o).row_error;
    }
    CAPTURE(e, s2, errors[1] / errors[0]);
    CHECK(std::abs(s2 - rate) < 1e-3);
    CHECK(std::abs(errors[1] / errors[0] - s2) < 1e-3);
    SinkhornOptions fast = plain(e, 1e-12);
    fast.over_relaxation = true;
    const Sinkhorn r = solve(x.a(), x.b(), fast);
    if (r.rate > 0) CHECK(std::abs(r.rate - s2) < .06);  // estimated on the way, from below once the moves are small
  }
}

TEST_CASE("cross differences of log P are those of -C / eps") {
  const Cloud a = cloud(1, 30, 3, true), b = cloud(2, 40, 3, true, .5);
  SinkhornOptions o;
  o.eps = .5;
  const EntropicPlan s = solve(a.points(), b.points(), o).plan;
  const auto cost = [&](int64_t i, int64_t j) {
    double c = 0;
    for (int64_t k = 0; k < 3; ++k) c += (s.x[i][k] - s.y[j][k]) * (s.x[i][k] - s.y[j][k]);
    return c / 2;
  };
  for (int64_t i = 0; i < 29; ++i)
    for (int64_t j = 0; j < 39; ++j) {
      const double there = std::log(entry(s, i, j) * entry(s, i + 1, j + 1) / (entry(s, i, j + 1) * entry(s, i + 1, j)));
      const double wanted = -(cost(i, j) + cost(i + 1, j + 1) - cost(i, j + 1) - cost(i + 1, j)) / o.eps;
      REQUIRE(std::abs(there - wanted) < 1e-9);
    }
}

TEST_CASE("Gaussians on a fine grid have the covariance of the Gaussian bridge") {
  const auto covariance = [](int n, double sigma) {
    Matrix<double> x(n, 1);
    std::vector<double> p(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i) x[i][0] = -6 + 12. * i / (n - 1), p[size_t(i)] = std::exp(-x[i][0] * x[i][0] / 2);
    SinkhornOptions o;
    o.eps = sigma * sigma, o.tolerance = 1e-11;
    const Sinkhorn s = solve({x, p.data()}, {x, p.data()}, o);
    double c = 0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) c += entry(s.plan, i, j) * x[i][0] * x[j][0];
    return c;
  };
  for (const double sigma : {.5, 1., 2.}) {
    const double exact = (std::sqrt(4 + std::pow(sigma, 4)) - sigma * sigma) / 2;
    CAPTURE(sigma, exact, covariance(120, sigma));
    CHECK(std::abs(covariance(120, sigma) - exact) < 1e-6);  // what lies beyond six standard deviations, and the rule's error
  }
}

TEST_CASE("product grids: the separable kernel gives what the stored one gives") {
  // 9 x 7 against 8 x 6 points, shuffled rows, a few without mass
  const auto grid = [](int n0, int n1, double shift, uint64_t seed) {
    Cloud c{Matrix<double>(n0 * n1, 2), {}};
    const Permutation order(Stream(seed) / "order", uint64_t(n0 * n1));
    for (int i = 0; i < n0 * n1; ++i) {
      const int at = int(order[uint64_t(i)]);
      c.x[i][0] = .3 * (at / n1) + shift, c.x[i][1] = std::pow(1.2, at % n1);
      c.w.push_back(i % 11 == 3 ? 0 : Draws(Stream(seed) / "w", i).uniform());
    }
    return c;
  };
  const Cloud a = grid(9, 7, 0, 1), b = grid(8, 6, .5, 2);
  for (const double rho : {HUGE_VAL, 2.})
    for (const double eps : {.5, .005}) {
      SinkhornOptions o;
      o.eps = eps, o.tolerance = 1e-11, o.rho_second = rho;
      const Sinkhorn s = solve(a.points(), b.points(), o);
      CHECK(s.mode == SinkhornMode::separable);
      o.mode = SinkhornMode::stored;
      const Sinkhorn t = solve(a.points(), b.points(), o);
      CAPTURE(rho, eps, s.iterations, t.iterations, s.status, t.status);
      CHECK(s.status == "converged");
      CHECK(t.mode == SinkhornMode::stored);
      CHECK(near(s.transport, t.transport, 1e-9));
      CHECK(near(s.kl, t.kl, 1e-8));
      CHECK(near(s.primal, t.primal, 1e-9));
      CHECK(near(s.dual, t.dual, 1e-9));
      const std::vector<double> P = all_of(s.plan), Q = all_of(t.plan);
      double worst = 0;
      for (size_t k = 0; k < P.size(); ++k) worst = std::max(worst, std::abs(P[k] - Q[k]));
      CHECK(worst < 1e-9);
      for (const double f : s.plan.f) CHECK(std::isfinite(f));
    }
  SinkhornOptions o;
  Cloud corners{Matrix<double>(4, 2), {}};  // as many points as a grid of these coordinates has, but one stands twice
  corners.x.v = {0, 0, 0, 1, 1, 0, 1, 0};
  CHECK(solve(corners.points(), corners.points(), o).mode == SinkhornMode::stored);
  o.mode = SinkhornMode::separable;
  CHECK_THROWS_AS(solve(corners.points(), corners.points(), o), Error);
  CHECK_THROWS_AS(solve(cloud(1, 12, 2).points(), b.points(), o), Error);
}

TEST_CASE("over-relaxation, scaling, kernels and starts change the way, not the plan") {
  const Cloud a = cloud(1, 150, 2, true), b = cloud(2, 130, 2, true, 1);
  SinkhornOptions o;
  o.eps = .02, o.tolerance = 1e-10, o.iterations = 100000;
  const Sinkhorn best = solve(a.points(), b.points(), o);
  SinkhornOptions slow = o;
  slow.scaling = slow.over_relaxation = false;
  const Sinkhorn reference = solve(a.points(), b.points(), slow);
  CAPTURE(reference.iterations, best.iterations, best.scaling_iterations);
  CHECK(reference.status == "converged");
  CHECK(best.iterations + best.scaling_iterations < reference.iterations / 4);
  const auto same_plan = [&](const Sinkhorn& s, double tolerance) {
    const std::vector<double> P = all_of(s.plan), Q = all_of(reference.plan);
    double sum = 0;
    for (size_t k = 0; k < P.size(); ++k) sum += std::abs(P[k] - Q[k]);
    CAPTURE(sum, s.status, s.row_error);
    CHECK(sum < tolerance);
    CHECK(s.status == "converged");
    CHECK(s.row_error < tolerance);
  };
  same_plan(best, 1e-7);
  SinkhornOptions single = o;
  single.tolerance = 1e-6;  // a kernel of floats
  const Sinkhorn rough = solve(a.points(), b.points(), single);
  CHECK(rough.row_error < 1e-6);
  CHECK(rough.column_error < 1e-7);
  same_plan(rough, 1e-3);
  SinkhornOptions online = o;
  online.mode = SinkhornMode::online;
  same_plan(solve(a.points(), b.points(), online), 1e-7);

  // from the answer: nothing is left to do; from a neighbouring eps: less
  SinkhornOptions warm = o;
  warm.g = best.plan.g;
  const Sinkhorn again = solve(a.points(), b.points(), warm);
  CHECK(again.iterations <= 2);
  CHECK(again.scaling_iterations == 0);
  SinkhornOptions cold = slow;
  warm = slow;
  SinkhornOptions near_by = o;
  near_by.eps = .022;
  warm.g = solve(a.points(), b.points(), near_by).plan.g;
  CHECK(solve(a.points(), b.points(), warm).iterations < solve(a.points(), b.points(), cold).iterations);
}

TEST_CASE("bits do not depend on the number of threads") {
  const Cloud a = cloud(1, 333, 2, true), b = cloud(2, 214, 2, false, 1);
  for (const SinkhornMode mode : {SinkhornMode::stored, SinkhornMode::online})
    for (const double tolerance : {1e-6, 1e-9}) {
      SinkhornOptions o;
      o.eps = .05, o.tolerance = tolerance, o.mode = mode;
      std::vector<Sinkhorn> runs;
      for (const int threads : {1, 2, 5}) {
        set_threads(threads);
        runs.push_back(solve(a.points(), b.points(), o));
      }
      set_threads(0);
      for (const Sinkhorn& s : runs) {
        CHECK(s.plan.f == runs[0].plan.f);
        CHECK(s.plan.g == runs[0].plan.g);
        CHECK(s.transport == runs[0].transport);
        CHECK(s.dual == runs[0].dual);
        CHECK(s.row_error == runs[0].row_error);
      }
    }
}

TEST_CASE("odd inputs: one point, duplicates, zero weights, far away, tiny and huge weights") {
  Progress silent;
  const auto sane = [](const Sinkhorn& s) {
    CAPTURE(s.status, s.iterations, s.row_error, s.column_error);
    CHECK(s.status == "converged");
    for (const auto* v : {&s.plan.f, &s.plan.g})
      for (const double x : *v) CHECK(std::isfinite(x));
    CHECK(s.row_error < 1e-6);
    CHECK(s.column_error < 1e-6);
    CHECK(s.gap() >= -1e-12 * std::abs(s.primal));
    CHECK(std::isfinite(s.transport));
    CHECK(std::isfinite(s.kl));
  };
  SinkhornOptions o;
  o.eps = .1;
  // one against many: the plan is q
  const Cloud one = cloud(1, 1, 2), many = cloud(2, 50, 2, true);
  const Sinkhorn s = solve(one.points(), many.points(), o);
  sane(s);
  CHECK(std::abs(s.kl) < 1e-7);
  for (int64_t j = 0; j < 50; ++j) CHECK(near(entry(s.plan, 0, j), s.plan.q[size_t(j)], 1e-7));
  const Sinkhorn point = solve(one.points(), one.points(), o);
  sane(point);
  CHECK(std::abs(point.primal) < 1e-12);

  // a point that stands twice with half the weight is the point
  Cloud twice = many;
  twice.x = Matrix<double>(51, 2), twice.w = many.w;
  std::copy(many.x.v.begin(), many.x.v.end(), twice.x.v.begin());
  twice.x[50][0] = many.x[7][0], twice.x[50][1] = many.x[7][1];
  twice.w[7] /= 2, twice.w.push_back(twice.w[7]);
  const Cloud other = cloud(3, 40, 2);
  o.tolerance = 1e-10;
  CHECK(near(solve(twice.points(), other.points(), o).dual, solve(many.points(), other.points(), o).dual, 1e-9));

  // points without mass change nothing and get the potential of their place
  Cloud light = many;
  light.w[3] = 0;
  Cloud without{Matrix<double>(49, 2), {}};
  for (int64_t i = 0, k = 0; i < 50; ++i)
    if (i != 3) std::copy_n(many.x[i], 2, without.x[k++]), without.w.push_back(many.w[size_t(i)]);
  const Sinkhorn l = solve(light.points(), other.points(), o), w = solve(without.points(), other.points(), o);
  CHECK(l.dual == w.dual);
  CHECK(entry(l.plan, 3, 0) == 0);
  const std::vector<double> sums = l.plan.second_from_first().log_sums(l.plan.x, o.eps);
  for (size_t i = 0; i < 50; ++i) CHECK(near(l.plan.f[i], -o.eps * sums[i], 1e-8));

  // far away: exp(-c / eps) underflows in every entry, in doubles too
  o.tolerance = 1e-6;
  for (const double far : {50., 1e3, 1e4}) {
    const Cloud away = cloud(4, 60, 2, true, far);
    const Sinkhorn d = solve(many.points(), away.points(), o);
    sane(d);
    CHECK(d.dual > far * far * .9);
    Cloud stray = many;  // one point alone far off
    stray.x[0][0] += far;
    sane(solve(stray.points(), other.points(), o));
    SinkhornOptions at_once = o;
    at_once.scaling = false;
    sane(solve(stray.points(), other.points(), at_once));
  }
  // c / eps = 5e12 has no digits left behind the point: the answer is honest, not exact
  const Sinkhorn lost = solve(many.points(), cloud(4, 60, 2, true, 1e6).points(), o);
  CHECK(lost.status == "stalled");
  CHECK(lost.row_error < .1);
  CHECK(std::isfinite(lost.dual));
  Cloud tiny = many;
  tiny.w[0] = 1e-30, tiny.w[1] = 1e-150, tiny.w[2] = 1e-290;
  sane(solve(tiny.points(), other.points(), o));

  // an unreachable tolerance ends as stalled, a low limit as iterations: bounds hold all the same
  o.tolerance = 1e-30;
  const Sinkhorn stalled = solve(many.points(), other.points(), o);
  CHECK(stalled.status == "stalled");
  CHECK(stalled.row_error < 1e-13);
  o.iterations = 1, o.scaling = false, o.eps = .01;
  const Sinkhorn early = solve(many.points(), other.points(), o);
  CHECK(early.status == "iterations");
  o.iterations = 10000, o.tolerance = 1e-10, o.scaling = true;
  const Sinkhorn late = solve(many.points(), other.points(), o);
  CHECK(early.row_error > 1e-2);
  CHECK(early.primal > late.primal + 1e-6);
  CHECK(early.dual < late.dual - 1e-6);
}

TEST_CASE("unbalanced: the closed form of two points, the limit of a large penalty, marginals as the potentials ask") {
  Matrix<double> x(1, 1), y(1, 1);
  y[0][0] = 2;  // c = 2
  SinkhornOptions o;
  o.eps = .3, o.rho_first = .7, o.rho_second = 1.9, o.tolerance = 1e-13;
  const Sinkhorn s = solve({x, nullptr}, {y, nullptr}, o);
  const double mass = std::exp(-2 / (.3 + .7 + 1.9));  // c + (eps + rho + rho') log P = 0
  CHECK(near(entry(s.plan, 0, 0), mass, 1e-12));
  CHECK(near(s.primal, 2 * mass + (.3 + .7 + 1.9) * (mass * std::log(mass) - mass + 1), 1e-12));
  CHECK(near(s.primal, s.dual, 1e-12));

  const Cloud a = cloud(1, 80, 2, true), b = cloud(2, 70, 2, true, 1);
  o.tolerance = 1e-9;
  for (const double eps : {1., .02}) {
    o.eps = eps, o.rho_first = o.rho_second = 1e7;
    const Sinkhorn loose = solve(a.points(), b.points(), o);
    SinkhornOptions exact = o;
    exact.rho_first = exact.rho_second = HUGE_VAL;
    CAPTURE(eps, loose.iterations, loose.row_error, loose.status);
    CHECK(loose.status == "converged");
    CHECK(near(loose.dual, solve(a.points(), b.points(), exact).dual, 1e-5));
    o.rho_first = 1, o.rho_second = HUGE_VAL;
    const Sinkhorn half = solve(a.points(), b.points(), o);
    CAPTURE(half.iterations, half.status, half.gap());
    CHECK(std::abs(half.gap()) < 1e-7);
    CHECK(half.column_error < 1e-9);
    std::vector<double> row(70), columns(70);
    double off = 0;
    for (int64_t i = 0; i < 80; ++i) {
      half.plan.row(i, row.data());
      double sum = 0;
      for (size_t j = 0; j < 70; ++j) sum += row[j], columns[j] += row[j];
      off += std::abs(sum - half.plan.p[size_t(i)] * std::exp(-half.plan.f[size_t(i)] / 1));
    }
    CHECK(off < 1e-9);
    for (size_t j = 0; j < 70; ++j) CHECK(near(columns[j], half.plan.q[j], 1e-9));
  }
}

TEST_CASE("rounding: the costs are those of a feasible plan") {
  // the plan of Altschuler et al. written out, from potentials that are far from done
  const Cloud a = cloud(1, 20, 2, true), b = cloud(2, 25, 2, true, 1);
  SinkhornOptions o = plain(.05, 1e-300);
  o.iterations = 2;
  const Sinkhorn s = solve(a.points(), b.points(), o);
  std::vector<double> P = all_of(s.plan), columns(25), ec(25), er(20);
  for (size_t i = 0; i < 20; ++i) {
    double sum = 0;
    for (size_t j = 0; j < 25; ++j) sum += P[i * 25 + j];
    for (size_t j = 0; j < 25; ++j) columns[j] += P[i * 25 + j] *= std::min(1., s.plan.p[i] / sum);
  }
  double mass = 0;
  for (size_t j = 0; j < 25; ++j) {
    ec[j] = s.plan.q[j];
    for (size_t i = 0; i < 20; ++i) ec[j] -= P[i * 25 + j] *= std::min(1., s.plan.q[j] / columns[j]);
    mass += ec[j];
  }
  double transport = 0, divergence = 0;
  for (size_t i = 0; i < 20; ++i) {
    er[i] = s.plan.p[i];
    for (size_t j = 0; j < 25; ++j) er[i] -= P[i * 25 + j];
  }
  CHECK(mass > .01);
  for (size_t i = 0; i < 20; ++i)
    for (size_t j = 0; j < 25; ++j) {
      double c = 0;
      for (int64_t k = 0; k < 2; ++k) c += std::pow(a.x[int64_t(i)][k] - b.x[int64_t(j)][k], 2) / 2;
      const double v = P[i * 25 + j] + er[i] * ec[j] / mass;
      transport += v * c, divergence += v <= 0 ? 0 : v * std::log(v / (s.plan.p[i] * s.plan.q[j]));
    }
  CHECK(near(s.transport, transport, 1e-12));
  CHECK(s.kl >= divergence);
  CHECK(s.kl < divergence - mass * std::log(mass) - (1 - mass) * std::log(1 - mass));  // what convexity can cost
}

TEST_CASE("the Sinkhorn divergence: zero between a set and itself, half the squared shift between translates") {
  const Cloud a = cloud(1, 60, 2, true), b = cloud(2, 70, 2, false, .5);
  Cloud moved = a;
  for (int64_t i = 0; i < 60; ++i) moved.x[i][0] += 3, moved.x[i][1] -= 1;
  Progress silent;
  for (const double eps : {2., .05}) {
    SinkhornOptions o;
    o.eps = eps, o.tolerance = 1e-10;
    CHECK(std::abs(sinkhorn_divergence(a.points(), a.points(), o, silent).value) < 1e-10);
    CHECK(near(sinkhorn_divergence(a.points(), moved.points(), o, silent).value, 5, 1e-9));
    const double there = sinkhorn_divergence(a.points(), b.points(), o, silent).value;
    CHECK(there > 0);
    CHECK(near(there, sinkhorn_divergence(b.points(), a.points(), o, silent).value, 1e-8));
  }
  SinkhornOptions o;
  o.eps = 1e-4, o.tolerance = 1e-8, o.iterations = 100000;
  const double w2 = wasserstein(a.points(), b.points(), 2);
  CHECK(near(sinkhorn_divergence(a.points(), b.points(), o, silent).value, w2 * w2 / 2, 2e-3));
}

TEST_CASE("drawn pairs and the barycentric map are those of the rows of the plan") {
  const Cloud a = cloud(1, 4000, 1), b = cloud(2, 8, 1, true, .5);
  const Cloud same{Matrix<double>(4000, 1, .25), {}};  // every row has the same law
  SinkhornOptions o;
  o.eps = .5;
  for (const Cloud* c : {&a, &same}) {
    const Sinkhorn s = solve(c->points(), b.points(), o);
    const std::vector<int64_t> pairs = draw_pairs(s.plan, Stream(1) / "pairs");
    const Matrix<double> map = barycentric_map(s.plan);
    REQUIRE(pairs.size() == 4000);
    std::vector<double> seen(8), row(8), variance(8);
    for (int64_t i = 0; i < 4000; ++i) {
      s.plan.row(i, row.data());
      double sum = 0, mean = 0;
      for (size_t j = 0; j < 8; ++j) sum += row[j], mean += row[j] * b.x[int64_t(j)][0];
      CHECK(near(map[i][0], mean / sum, 1e-12));
      for (size_t j = 0; j < 8; ++j) variance[j] += row[j] / sum * (1 - row[j] / sum);
      seen[size_t(pairs[size_t(i)])] += 1;
    }
    // each row has one draw, so counts have mean n q_j and a variance below the binomial one
    for (size_t j = 0; j < 8; ++j) CHECK(std::abs(seen[j] - 4000 * s.plan.q[j]) < 4 * std::sqrt(variance[j]) + .01);
  }
  // row i depends on i alone
  const Sinkhorn s = solve(a.points(), b.points(), o);
  EntropicPlan first = s.plan;
  first.x = Matrix<double>(10, 1), first.p.resize(10), first.f.resize(10);
  std::copy_n(s.plan.x.v.begin(), 10, first.x.v.begin());
  const std::vector<int64_t> few = draw_pairs(first, Stream(1) / "pairs"), all = draw_pairs(s.plan, Stream(1) / "pairs");
  for (size_t i = 0; i < 10; ++i) CHECK(few[i] == all[i]);
}
