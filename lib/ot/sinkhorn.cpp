#include "ot/sinkhorn.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/math.h"
#include "core/value.h"
#include "ot/sinkhorn_kernel.h"

namespace dm {
namespace {

constexpr double float_error = 0x1p-24;  // relative, of a stored entry
constexpr double no_mass = 1e-200;

// The rows that have mass, or all.
struct Heavy {
  std::vector<int64_t> row;
  std::vector<double> p;
  Matrix<double> x;
  Heavy(const Points& s, const std::vector<double>& all, bool keep) {
    for (int64_t i = 0; i < s.n(); ++i)
      if (keep || all[size_t(i)] > no_mass) row.push_back(i), p.push_back(all[size_t(i)]);
    x = take_rows(s.x, row);
  }
};

Matrix<double> copied(Mat<const double> x) {
  Matrix<double> out(x.rows, x.cols);
  for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], x.cols, out[i]);
  return out;
}

// Half of the largest squared distance between two points of the two boxes, at most.
double largest_cost(Mat<const double> x, Mat<const double> y) {
  double sum = 0;
  for (int64_t k = 0; k < x.cols; ++k) {
    double lo[2] = {HUGE_VAL, HUGE_VAL}, hi[2] = {-HUGE_VAL, -HUGE_VAL};
    for (int s = 0; s < 2; ++s)
      for (int64_t i = 0; i < (s ? y : x).rows; ++i) {
        const double v = (s ? y : x)[i][k];
        lo[s] = std::min(lo[s], v), hi[s] = std::max(hi[s], v);
      }
    const double gap = std::max(hi[1] - lo[0], hi[0] - lo[1]);
    sum += gap * gap;
  }
  return sum / 2;
}

void check(const SinkhornOptions& o, int64_t m) {
  const auto positive = [](const char* what, double v, bool infinite = false) {
    if (!(v > 0) || (!infinite && !std::isfinite(v)))
      throw Error(std::string("Sinkhorn: ") + what + " is " + std::to_string(v) + "; a positive number was expected.", Exit::spec);
  };
  positive("eps", o.eps), positive("the tolerance", o.tolerance);
  positive("the penalty of the first marginal", o.rho_first, true), positive("that of the second", o.rho_second, true);
  if (!o.g.empty() && int64_t(o.g.size()) != m)
    throw Error("Sinkhorn: the potential to start from has " + std::to_string(o.g.size()) + " values; the second set has " +
                    std::to_string(m) + " points.",
                Exit::spec);
}

}  // namespace

const char* name_of(SinkhornMode m) {
  switch (m) {
    case SinkhornMode::automatic: return "auto";
    case SinkhornMode::stored: return "stored";
    case SinkhornMode::online: return "online";
    case SinkhornMode::separable: return "separable";
  }
  return "";
}

namespace {

// <p, f>, or with a penalty rho sum p (1 - exp(-f / rho)) rho, which tends to it.
double dual_side(const std::vector<double>& p, const std::vector<double>& f, double rho) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * ot::saturated(f[i], 1 / rho);
  return sum;
}

// rho KL(r p | p), zero where the side is exact.
double penalty(const std::vector<double>& p, const std::vector<double>& r, double rho) {
  double sum = 0;
  for (size_t i = 0; i < p.size() && std::isfinite(rho); ++i) sum += rho * p[i] * ((r[i] > 0 ? r[i] * log_d(r[i]) : 0) - r[i] + 1);
  return sum;
}

double dot(const std::vector<double>& p, const std::vector<double>& r) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * r[i];
  return sum;
}
double dot(const std::vector<double>& p, const std::vector<double>& r, const std::vector<double>& f) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * r[i] * f[i];
  return sum;
}

// sum_i p_i |r_i - exp(-kappa phi_i)|
double error_of(const std::vector<double>& p, const std::vector<double>& r, const std::vector<double>& phi, double kappa) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += p[i] * std::abs(r[i] - exp_d(-kappa * phi[i]));
  return sum;
}

// What the rounding adds: the rank-one plan er (x) ec / s of total mass s.
struct Remainder {
  double mass = 0, transport = 0, kl = 0;  // kl of the normalised one
};
Remainder remainder(const ot::Marginals& s, const std::vector<double>& row, const std::vector<double>& column) {
  std::vector<double> er, ec;
  double a = 0, b = 0;
  for (size_t i = 0; i < row.size(); ++i) er.push_back(s.p[i] * std::max(0.0, 1 - row[i])), a += er.back();
  for (size_t j = 0; j < column.size(); ++j) ec.push_back(s.q[j] * std::max(0.0, 1 - column[j])), b += ec.back();
  Remainder out;
  if (!(a > 0 && b > 0)) return out;
  out.mass = a;
  // |x - y|^2 / 2 between independent x and y: half of the second moments about a common centre, less the product of the means
  for (int64_t k = 0; k < s.x.cols; ++k) {
    const double centre = s.x[0][k];
    double m1[2] = {0, 0}, m2[2] = {0, 0};
    for (int side = 0; side < 2; ++side) {
      const Mat<const double>& x = side ? s.y : s.x;
      for (int64_t i = 0; i < x.rows; ++i) {
        const double w = side ? ec[size_t(i)] / b : er[size_t(i)] / a, v = x[i][k] - centre;
        m1[side] += w * v, m2[side] += w * v * v;
      }
    }
    out.transport += a * ((m2[0] + m2[1]) / 2 - m1[0] * m1[1]);
  }
  for (size_t i = 0; i < er.size(); ++i)
    if (er[i] > 0) out.kl += er[i] / a * log_d(er[i] / a / s.p[i]);
  for (size_t j = 0; j < ec.size(); ++j)
    if (ec[j] > 0) out.kl += ec[j] / b * log_d(ec[j] / b / s.q[j]);
  return out;
}

// Errors and costs of the plan that phi and gamma stand for.
void judge(ot::Kernel& kernel, const ot::Marginals& s, std::vector<double> phi, std::vector<double> gamma, const SinkhornOptions& o,
           Sinkhorn& out) {
  const auto in_cost = [&](std::vector<double> v) {
    for (double& x : v) x *= o.eps;
    return v;
  };
  ot::Sums sums = kernel.sums(phi, gamma);
  double mass = dot(s.p, sums.row);
  out.row_error = error_of(s.p, sums.row, phi, o.eps / o.rho_first);
  out.column_error = error_of(s.q, sums.column, gamma, o.eps / o.rho_second);
  out.dual = dual_side(s.p, in_cost(phi), o.rho_first) + dual_side(s.q, in_cost(gamma), o.rho_second) - o.eps * (mass - 1);

  Remainder rest;
  if (std::isinf(o.rho_first) && std::isinf(o.rho_second)) {
    for (size_t i = 0; i < phi.size(); ++i) phi[i] -= sums.row[i] > 1 ? log_d(sums.row[i]) : 0;
    for (size_t j = 0; j < gamma.size(); ++j) gamma[j] -= sums.capped[j] > 1 ? log_d(sums.capped[j]) : 0;
    sums = kernel.sums(phi, gamma);
    mass = dot(s.p, sums.row);
    rest = remainder(s, sums.row, sums.column);
  }
  // KL of the part with potentials, its mass taken as it is; KL of a mixture is at most the mixture of the KLs.
  double kl = dot(s.p, sums.row, phi) + dot(s.q, sums.column, gamma) - sums.cost / o.eps;
  if (rest.mass > 0)
    kl += rest.mass * rest.kl - (rest.mass < 1 ? (1 - rest.mass) * log_d(1 - rest.mass) : 0);
  else
    kl += 1 - mass;
  out.transport = sums.cost + rest.transport;
  out.kl = kl;
  out.primal = out.transport + o.eps * kl + penalty(s.p, sums.row, o.rho_first) + penalty(s.q, sums.column, o.rho_second);
}

// What remains of the freedom f + c, g - c where a marginal is penalised: the c at which the dual is largest, in closed form (Sejourne,
// Vialard & Peyre 2022). Left to the half-steps it would take rho / eps iterations.
void translate(std::vector<double>& phi, std::vector<double>& gamma, const ot::Marginals& s, double kappa_first, double kappa_second) {
  const double both = kappa_first + kappa_second;
  if (!(both > 0)) return;
  const auto log_mean = [](const std::vector<double>& p, const std::vector<double>& f, double kappa) {  // log sum p exp(-kappa f)
    if (!(kappa > 0)) return 0.0;
    double low = HUGE_VAL, sum = 0;
    for (const double v : f) low = std::min(low, v);
    for (size_t i = 0; i < p.size(); ++i) sum += p[i] * exp_d(-kappa * (f[i] - low));
    return log_d(sum) - kappa * low;
  };
  const double c = (log_mean(s.p, phi, kappa_first) - log_mean(s.q, gamma, kappa_second)) / both;
  for (double& f : phi) f += c;
  for (double& g : gamma) g -= c;
}

// One descent through the iterations at one eps.
struct Descent {
  ot::Kernel& kernel;
  const ot::Marginals& s;
  const SinkhornOptions& o;
  double largest;  // cost
  Sinkhorn& out;
  Progress& progress;
  std::vector<double> a = {};  // [n], the moves that the rows asked for

  // An intermediate eps: until no half-step would move a potential by more than a quarter of eps, so that the next one starts near. (The
  // error of the marginal would not see a light point far away, whose potential would have to travel many eps later.)
  int64_t coarse(std::vector<double>& phi, std::vector<double>& gamma, double eps) {
    constexpr int64_t most = 100;
    for (int64_t it = 0;; ++it) {
      iterate(phi, gamma, eps, 1);
      double far = 0;
      for (const double v : a) far = std::max(far, std::abs(v));
      if (far < 0.25 && it > 0) return it;
      if (it >= most) return it;
    }
  }

  // The final eps: until the rows' error is at most `enough`.
  int64_t fine(std::vector<double>& phi, std::vector<double>& gamma, double enough) {
    constexpr int64_t patience = 500;                        // iterations without a new least error, once rounding can be felt
    const double felt = std::sqrt(1e-13 * largest / o.eps);  // an error below gains less than rounding takes from the dual (Pinsker)
    ot::OverRelaxation relaxation(s.p);
    bool relax = o.over_relaxation, plain = false;  // plain: the last half-step of the columns was, so they are exact
    double least = HUGE_VAL;
    int64_t least_at = 0, it = 0;
    const auto ended = [&](const char* status) {
      out.status = status, out.omega = relax ? relaxation.omega() : 1, out.rate = relaxation.rate();
      return it;
    };
    for (;; ++it) {
      const double omega = plain || !relax ? 1 : relaxation.omega();
      const ot::Errors e = iterate(phi, gamma, o.eps, omega);
      progress.update(it, o.iterations, e.row);
      if (it == 0) continue;  // its error is that of the potentials given, on both sides
      if (e.row < enough && omega == 1) return ended("converged");
      if (it >= o.iterations) return ended("iterations");
      plain = e.row < enough;
      relaxation.observe(a, omega);
      if (e.row < least) least = e.row, least_at = it;
      if (it - least_at < patience || e.row > felt) continue;
      if (!relax) return ended("stalled");
      relax = false, least_at = it;
    }
  }

 private:
  ot::Errors iterate(std::vector<double>& phi, std::vector<double>& gamma, double eps, double omega) {
    const ot::HalfStep rows{omega, eps / o.rho_first}, columns{omega, eps / o.rho_second};
    translate(phi, gamma, s, rows.kappa, columns.kappa);
    progress.stop_point();
    return kernel.iterate(phi, gamma, rows, columns, a);
  }
};

}  // namespace

Sinkhorn sinkhorn(const Points& a, const Points& b, const SinkhornOptions& o, Progress& progress) {
  check_points("Sinkhorn", a, b);
  check(o, b.n());
  Sinkhorn out;
  EntropicPlan& plan = out.plan;
  plan.p = probabilities(a), plan.q = probabilities(b), plan.eps = o.eps;
  plan.x = copied(a.x), plan.y = copied(b.x);

  std::unique_ptr<ot::Kernel> kernel;
  if (o.mode == SinkhornMode::automatic || o.mode == SinkhornMode::separable) kernel = ot::separable_kernel({a.x, b.x, plan.p, plan.q});
  if (!kernel && o.mode == SinkhornMode::separable)
    throw Error(
        "Sinkhorn: the separable mode needs two full grids of two columns or more (every combination of the values of the columns, each "
        "once); choose another mode.",
        Exit::spec);
  const Heavy s(a, plan.p, bool(kernel)), t(b, plan.q, bool(kernel));
  const ot::Marginals marginals{s.x, t.x, s.p, t.p};
  const size_t n = s.p.size(), m = t.p.size();
  double tolerance = o.tolerance;
  if (kernel) {
    out.mode = SinkhornMode::separable;
    progress.ready(Memory().add("two sets", 2 * double(s.x.rows + t.x.rows) * double(a.d())));
  } else {
    const double lightest = std::min(*std::min_element(s.p.begin(), s.p.end()), *std::min_element(t.p.begin(), t.p.end()));
    const bool doubles = o.tolerance < 1e-6 || lightest < 1e-20;
    const double bytes = ot::stored_bytes(s.x.rows, t.x.rows, doubles);
    const bool store = o.mode == SinkhornMode::stored || (o.mode == SinkhornMode::automatic && bytes <= o.memory);
    out.mode = store ? SinkhornMode::stored : SinkhornMode::online;
    progress.ready(Memory().add("two sets", 2 * double(s.x.rows + t.x.rows) * double(a.d())).add("stored kernel", store ? bytes : 0, 1));
    kernel = store ? ot::stored_kernel(marginals, doubles) : ot::online_kernel(marginals);
    if (store && !doubles) tolerance -= 2 * float_error;
  }

  std::vector<double> stages;  // eps, falling
  const double largest = largest_cost(a.x, b.x);
  if (o.scaling && o.g.empty())
    for (double eps = largest / 2; eps > 1.5 * o.eps; eps /= 4) stages.push_back(eps);
  stages.push_back(o.eps);
  std::vector<double> phi(n, 0.0), gamma(m, 0.0);
  for (size_t j = 0; j < m && !o.g.empty(); ++j) gamma[j] = o.g[size_t(t.row[j])] / stages[0];
  Descent descent{*kernel, marginals, o, largest, out, progress};
  for (size_t k = 0; k < stages.size(); ++k) {
    const bool final = k + 1 == stages.size();
    if (k)
      for (auto* v : {&phi, &gamma})
        for (double& x : *v) x *= stages[k - 1] / stages[k];
    kernel->set_eps(stages[k]);
    if (final)
      out.iterations = descent.fine(phi, gamma, tolerance);
    else
      out.scaling_iterations += descent.coarse(phi, gamma, stages[k]);
  }
  judge(*kernel, marginals, phi, gamma, o, out);
  if (out.status == "converged" && !(out.row_error <= o.tolerance)) out.status = "stalled";  // the costs leave no digits for the error

  // Points without mass have potentials, too: those that their half-step gives them.
  const auto spread = [&](const Heavy& heavy, const std::vector<double>& phi_heavy, Mat<const double> x, const Heavy& other,
                          const std::vector<double>& gamma_other, double rho) {
    std::vector<double> f(size_t(x.rows), HUGE_VAL), log_p = other.p;
    for (size_t i = 0; i < heavy.row.size(); ++i) f[size_t(heavy.row[i])] = o.eps * phi_heavy[i];
    if (int64_t(heavy.row.size()) == x.rows) return f;
    for (size_t j = 0; j < log_p.size(); ++j) log_p[j] = log_d(log_p[j]) + gamma_other[j];
    const std::vector<double> sums = Gibbs(other.x, log_p).log_sums(x, o.eps);
    for (size_t i = 0; i < f.size(); ++i)
      if (f[i] == HUGE_VAL) f[i] = -o.eps * sums[i] / (1 + o.eps / rho);
    return f;
  };
  plan.f = spread(s, phi, a.x, t, gamma, o.rho_first);
  plan.g = spread(t, gamma, b.x, s, phi, o.rho_second);
  return out;
}

SinkhornDivergence sinkhorn_divergence(const Points& a, const Points& b, const SinkhornOptions& o, Progress& progress) {
  SinkhornOptions exact = o;
  exact.rho_first = exact.rho_second = HUGE_VAL;
  SinkhornDivergence d;
  d.cross = sinkhorn(a, b, exact, progress);
  exact.g.clear();
  d.first = sinkhorn(a, a, exact, progress);
  d.second = sinkhorn(b, b, exact, progress);
  d.value = d.cross.dual - (d.first.dual + d.second.dual) / 2;
  return d;
}

}  // namespace dm
