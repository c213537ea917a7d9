// The unadjusted Langevin algorithm, X_{n+1} = X_n - gamma grad U(X_n) + sqrt(2 gamma) Z. Durmus, Majewski & Miasojedow 2019, Corollary 10:
// for U m-strongly convex with an L-Lipschitz gradient on R^d and gamma <= 1/L,
//   W2^2(mu_0 R^n, pi) <= (1 - m gamma)^n W2^2(mu_0, pi) + 2 gamma L d / m.
// For a Gaussian pi each eigen-direction is a scalar recursion, so the whole trajectory is exact. A mixture, which is not log-concave,
// shows what the theorem does not promise.
#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "density/gaussian_mixture.h"
#include "ot/wasserstein.h"
#include "sample/sampler.h"
#include "theory/line_law.h"
#include "theory/registry.h"

namespace dm {

namespace {

// The mixture of the tutorial: nine modes {-10, 0, 10}^2 (first coordinate fastest), N(m, .1 I) each, with its weights.
struct Tutorial {
  static constexpr double variance = .1;
  GaussianMixture atoms;  // whose law at the level (1, sqrt(.1)) it is
  Level level{0, -1, 1, std::sqrt(variance)};
  Tutorial()
      : atoms({.6439377, .3225157, .1934937, .8864933, .7247435, .1919301, .3451309, .2523831, .6319014}, grid(),
              std::vector<Matrix<double>>(9, Matrix<double>(2, 2))) {}
  static Matrix<double> grid() {
    Matrix<double> m(9, 2);
    for (int k = 0; k < 9; ++k) m[k][0] = 10 * (k % 3) - 10, m[k][1] = 10 * (k / 3) - 10;
    return m;
  }
  void draw(Stream stream, Rows rows, Mat<double> x) const {
    atoms.draw(stream / "mode", rows, x);
    Matrix<double> z(rows.n, 2);
    normals(stream / "z", rows, 0, z);
    for (int i = 0; i < rows.n; ++i)
      for (int j = 0; j < 2; ++j) x[i][j] += level.sigma * z[i][j];
  }
};

// `moves` moves of the sampler ula at one level: its target is the density noised to that level.
Plan langevin_plan(const Level& level, int64_t moves) { return Plan(size_t(moves), Move{level, level, 1, Move::correct}); }

std::unique_ptr<StepRule> langevin_rule(double gamma) {
  return built<std::unique_ptr<StepRule>>(samplers(), Value(Value::Object{{"type", "ula"}, {"step_size", gamma}}));
}

Curves curves(const Value& o, uint64_t seed, Progress& progress) {
  const std::vector<double> variances = o["variances"].numbers(), steps = o["steps"].numbers();
  const Gaussian start{o["start_mean"].number(), o["start_variance"].number()};
  if (variances.empty() || steps.size() < 2)
    throw Error("curve ula: variances and steps have " + std::to_string(variances.size()) + " and " + std::to_string(steps.size()) +
                    " entries; at least 1 and 2 were expected",
                Exit::spec);
  const double d = double(variances.size()), m = 1 / *std::max_element(variances.begin(), variances.end()),
               L = 1 / *std::min_element(variances.begin(), variances.end());
  for (const double g : steps)
    if (g > 1 / L)
      throw Error("curve ula: the step " + plain(g) + " is above 1 / L = " + plain(1 / L) +
                      " (the smallest variance), where the theorem says nothing; take smaller steps",
                  Exit::spec);

  const auto process = built<std::unique_ptr<Process>>(processes(), "ve");  // a Langevin move asks it nothing
  // By the numbers of the sampler's own rule, x' = a x + c z for N(0, s2): a = 1 - gamma / s2, c^2 = 2 gamma.
  const auto trajectory = [&](double gamma, int64_t n, const auto& visit) {
    std::vector<Gaussian> law(variances.size(), start);
    std::vector<double> r, noise;
    for (const double v : variances) {
      Step s;
      langevin_rule(gamma)->step(*process->linear(), langevin_plan({0, -1, 1, std::sqrt(v)}, 1), 0, s);
      r.push_back(s.a), noise.push_back(s.c * s.c);
    }
    double first = 0;
    for (int64_t k = 0; k <= n; ++k) {
      double squares = 0;
      for (size_t j = 0; j < law.size(); ++j) {
        const double distance = w2(law[j], {0, variances[j]});
        squares += distance * distance;
        law[j] = {r[j] * law[j].mean, r[j] * r[j] * law[j].var + noise[j]};
      }
      if (k == 0) first = squares;
      visit(k, squares, std::pow(1 - m * gamma, double(k)) * first + 2 * gamma * L * d / m);
    }
  };

  progress.ready({});  // tables of some thousand numbers
  Curves c({"n", "gamma", "mixture", "w2", "bound", "floor"});
  std::vector<int64_t> begins, last;
  int violations = 0;
  for (const double g : steps) {
    progress.stop_point();
    begins.push_back(c.rows());
    const int64_t n = int64_t(std::ceil(o["relaxations"].number() / (m * g)));
    trajectory(g, n, [&](int64_t k, double squares, double bound) {
      violations += squares > bound * (1 + 1e-12);
      c.add({double(k), g, 0, std::sqrt(squares), std::sqrt(bound), 0});
    });
    last.push_back(c.rows() - 1);
  }
  const int64_t stationary = c.rows(), G = int64_t(steps.size());
  for (const int64_t i : last) c.add(std::vector<double>(c.table[i], c.table[i] + c.table.cols));

  // The form of the talks: gamma < min(m eps / (4 L d), 1 / L) and n > log(2 W2^2(mu_0, pi) / eps) / (gamma m) give W2^2 < eps.
  double corollary = 0;
  for (const double eps : {1., .1, .01}) {
    const double g = .999 * std::min(m * eps / (4 * L * d), 1 / L);
    double first = 0, end = 0;
    for (const double v : variances) first += std::pow(w2(start, {0, v}), 2);
    trajectory(g, std::max<int64_t>(0, int64_t(std::log(2 * first / eps) / (g * m)) + 1),
               [&](int64_t, double squares, double) { end = squares; });
    corollary = std::max(corollary, end / eps);
  }

  // The mixture: chains from N(0, 100 I), as in the tutorial. The bound that its curvature near a mode (m = L = 10) would give.
  const Tutorial target;
  const Stream stream = Stream(seed) / "dm-theory" / "ula";
  const int64_t chains = o["chains"].integer(), moves = o["chain_steps"].integer();
  const double g = o["chain_step"].number(), curvature = 1 / Tutorial::variance;
  Matrix<double> x(chains, 2), truth(chains, 2), other(chains, 2);
  const Rows all{0, int(chains), nullptr};
  target.draw(stream / "truth", all, truth);
  target.draw(stream / "floor", all, other);
  const double floor = wasserstein({truth}, {other}, 2);
  std::vector<int64_t> looks{0};  // after which moves, about evenly in log n
  for (double n = 1; n < double(moves); n *= 1.6)
    if (std::llround(n) > looks.back()) looks.push_back(std::llround(n));
  looks.push_back(moves);
  std::vector<Matrix<double>> seen(looks.size(), x);
  progress.begin("Langevin chains");
  const Plan plan = langevin_plan(target.level, moves);
  const auto rule = langevin_rule(g);
  const auto observe = [&](Rows rows, int k, Mat<const double> v) {
    const auto at = std::lower_bound(looks.begin(), looks.end(), k);
    if (*at == k)
      for (int i = 0; i < rows.n; ++i) std::copy_n(v[i], 2, seen[size_t(at - looks.begin())][rows[i]]);
  };
  const auto begin = [&](Rows rows, Mat<double> v) {  // N(0, 100 I)
    normals(stream / "start", rows, 0, v);
    for (int i = 0; i < rows.n; ++i)
      for (int j = 0; j < 2; ++j) v[i][j] *= 10;
  };
  const PhiloxNoise noise(stream / "z");
  Sampler{*process->linear(), target.atoms, *rule, *rule, plan, noise, begin, observe}.run({0, int(x.rows)}, x, progress);
  const int64_t mixture = c.rows();
  double first = 0;
  for (size_t k = 0; k < looks.size(); ++k) {
    progress.stop_point();
    const double n = double(looks[k]), distance = wasserstein({seen[k]}, {truth}, 2);
    if (k == 0) first = distance * distance;
    c.add({n, g, 1, distance, std::sqrt(std::pow(1 - curvature * g, n) * first + 2 * g * 2), floor});
  }
  // Within the nearest mode the chains equilibrate: variance .1 / (1 - gamma / (2 * .1)).
  double within = 0;
  std::vector<double> share(9, 0.0);
  for (int64_t i = 0; i < chains; ++i) {
    const double u = std::clamp(std::round(x[i][0] / 10), -1.0, 1.0), v = std::clamp(std::round(x[i][1] / 10), -1.0, 1.0);
    within += (std::pow(x[i][0] - 10 * u, 2) + std::pow(x[i][1] - 10 * v, 2)) / double(2 * chains);
    share[size_t(3 * (v + 1) + u + 1)] += 1 / double(chains);
  }
  const std::vector<double> weights{.15359, .07693, .04615, .21145, .17287, .04578, .08232, .06020, .15072};
  double weight_tv = 0;
  for (size_t k = 0; k < 9; ++k) weight_tv += .5 * std::abs(share[k] - weights[k]);

  c.fits = {
      {"order_gamma", slope(logs(c.get("gamma", stationary, G)), logs(c.get("w2", stationary, G))),
       "order in gamma of W2 at the end of the chain; the bound says 1/2"},
      {"order_gamma_fine", slope(logs(c.get("gamma", stationary + G - 2, 2)), logs(c.get("w2", stationary + G - 2, 2))),
       "the same between the last two steps"},
      {"violations", double(violations), "steps n of any trajectory at which the truth is above the bound"},
      {"corollary", corollary, "largest W2^2 / eps after the gamma and n that the corollary names for eps = 1, .1, .01: below 1"},
      {"mixture_w2", c.at(c.rows() - 1, "w2"), "W2 of the chains on the mixture at the end"},
      {"mixture_floor", floor, "W2 between two sets of as many exact draws"},
      {"mixture_bound", c.at(c.rows() - 1, "bound"), "what the bound would say were the mixture as curved everywhere as near its modes"},
      {"mixture_within", within, "variance of the chains about the nearest mode; its stationary value is .1 / (1 - gamma / .2)"},
      {"mixture_weights", weight_tv,
       "total variation between the shares of the chains near each mode and the weights: chains do not move between modes"}};

  std::vector<plot::Curve> lines;
  const size_t every = std::max<size_t>(1, steps.size() / 3);
  int colour = 0;
  for (size_t k = 0; k < steps.size(); k += every, ++colour) {
    const int64_t n = last[k] - begins[k] + 1;
    lines.push_back({plot::Curve::line, "γ = " + plain(steps[k]), "w2", begins[k], n, colour});
    lines.push_back({plot::Curve::dashes, "", "bound", begins[k], n, colour});
  }
  lines.push_back({plot::Curve::dashes, "bounds", "bound", begins[0], last[0] - begins[0] + 1, 0});
  c.charts = {{"A Gaussian, step by step", "n", "n", "W2", true, true, {}, lines},
              {"At the end of the chain",
               "gamma",
               "γ",
               "",
               true,
               true,
               {},
               {{plot::Curve::dots, "truth", "w2", stationary, G, 0}, {plot::Curve::dashes, "bound", "bound", stationary, G, -1}}},
              {"Nine modes: not log-concave",
               "n",
               "n",
               "",
               true,
               true,
               {},
               {{plot::Curve::dots, "truth", "w2", mixture, c.rows() - mixture, 1},
                {plot::Curve::line, "floor", "floor", mixture, c.rows() - mixture, 3},
                {plot::Curve::dashes, "bound if convex", "bound", mixture, c.rows() - mixture, -1}}}};
  return c;
}

}  // namespace

const Theorem ula_theorem{
    {"ula",
     "W2 of the unadjusted Langevin algorithm at every step, exactly for Gaussians, with its bound; nine modes as the counter-example",
     "Durmus, Majewski & Miasojedow 2019, JMLR 20(73), Corollary 10",
     {{"variances", numbers(0).above(), Value::numbers({1}), "of the Gaussian target, one an eigen-direction"},
      {"start_mean", number(), 3.0, "of every coordinate at n = 0"},
      {"start_variance", number(0), 4.0, "of every coordinate at n = 0; 0 starts at a point"},
      {"steps", numbers(0).above(), Value::numbers({.4, .2, .1, .05, .025, .0125}), "each step gamma, at most the smallest variance"},
      {"relaxations", number(0).above(), 12.0, "length of the trajectories: n up to this many times 1 / (m gamma)"},
      {"chains", integer(2, 4000), 500, "on the mixture"},
      {"chain_steps", integer(1, 1e6), 1000, "of each of them"},
      {"chain_step", number(0).above(), .01, "gamma on the mixture"}}},
    curves};

}  // namespace dm
