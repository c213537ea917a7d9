// De Bortoli 2022 (arXiv:2208.05314): data on a compact set, here atoms on the line or a circle in the plane, so that the score grows like
// 1 / sigma^2 and the chain is stopped early, at time eps. With |s - grad log p_t| <= M (1 + |x|) / sigma_t^2 the bound in the form of the
// talks, with the constant of the paper's Theorem 1 (it grows like e^{k / eps}) left open, is
//   W1(L(X_eps), p_data) <= A (e^{-aT} + sqrt(gamma) + M + sqrt(eps)).
#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/math.h"
#include "core/parallel.h"
#include "theory/chain.h"
#include "theory/registry.h"

namespace dm {

namespace {

// W1 between the uniform law on the circle of radius R and its law at a level: both are invariant under rotations, so W1 is that of the
// radii, E | |alpha R e + sigma Z| - R |, an integral of the Rice density
//   r / sigma^2 exp(-(r^2 + nu^2) / (2 sigma^2)) I0(r nu / sigma^2),  nu = alpha R.
double w1_circle(double R, const Level& l) {
  const double nu = l.alpha * R, s2 = l.sigma * l.sigma;
  const auto rice = [&](double r) {
    const double k = r * nu / s2;
    const int n = 32 + int(8 * std::sqrt(k));  // e^{-k} I0(k): the mean of e^{k (cos - 1)}, by the trapezoidal rule, to rounding
    double bessel = 0;
    for (int i = 0; i < n; ++i) bessel += std::exp(k * (std::cos(2 * M_PI * i / n) - 1)) / n;
    return r / s2 * exp_d(-.5 * (r - nu) * (r - nu) / s2) * bessel;
  };
  const auto simpson = [&](double a, double b) {
    const int n = 400;
    double sum = 0;
    for (int i = 0; i <= n; ++i) {
      const double r = a + (b - a) * i / n;
      sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * std::abs(r - R) * rice(r);
    }
    return sum * (b - a) / (3 * n);
  };
  return simpson(std::max(0.0, nu - 9 * l.sigma), R) + simpson(R, std::max(nu, R) + 9 * l.sigma);
}

Curves curves(const Value& o, uint64_t, Progress& progress) {
  LineLaw data{o["atoms"].numbers(), {}, 0};
  data.mass = o["weights"].is_null() ? std::vector<double>(data.centre.size(), 1.0) : o["weights"].numbers();
  if (data.centre.empty() || data.mass.size() != data.centre.size())
    throw Error("curve manifold: atoms has " + std::to_string(data.centre.size()) + " entries and weights " +
                    std::to_string(data.mass.size()) + "; at least one atom and one weight for each was expected",
                Exit::spec);
  double total = 0;
  for (const double w : data.mass) total += w;
  for (double& w : data.mass) w /= total;
  const double a = o["rate"].number(), R = o["radius"].number(), T0 = o["horizon"].number(), eps0 = o["stop"].number();
  const double tight = o["horizon_stop"].number(), error_stop = o["error_stop"].number(), gamma0 = o["error_step"].number();
  const std::vector<double> stops = o["stops"].numbers(), horizons = rising(o, "horizons", "manifold"), steps = o["steps"].numbers(),
                            errors = o["errors"].numbers();
  if (stops.size() < 2 || horizons.size() < 3 || steps.size() < 2 || errors.size() < 2)
    throw Error("curve manifold: stops, horizons, steps and errors have " + std::to_string(stops.size()) + ", " +
                    std::to_string(horizons.size()) + ", " + std::to_string(steps.size()) + " and " + std::to_string(errors.size()) +
                    " entries; at least 2, 3, 2 and 2 were expected, for their slopes to be fitted",
                Exit::spec);
  const Gaussian prior{0, 1 / a};
  const auto exact = oracle(data);

  progress.ready({});                                                                    // tables of some thousand numbers
  Curves c({"T", "epsilon", "gamma", "M", "circle", "w1", "floor", "excess", "bound"});  // gamma = 0: the exact reversal
  const auto add = [&](double T, double eps, double gamma, double M) { c.add({T, eps, gamma, M, 0, 0, 0, 0, 0}); };
  for (const double e : stops) add(T0, e, 0, 0);
  const int64_t circle = c.rows();
  for (const double e : stops) c.add({T0, e, 0, 0, 1, 0, 0, 0, 0});
  const std::vector<double> shown{steps[steps.size() / 2], steps.back()};
  const int64_t stepped = c.rows();
  for (const double g : shown)
    for (const double e : stops) add(T0, e, g, 0);
  const int64_t by_horizon = c.rows();
  for (const double T : horizons) add(T, tight, 0, 0);
  const int64_t by_step = c.rows();
  for (const double g : steps) add(T0, eps0, g, 0);
  const int64_t by_step_tight = c.rows();
  for (const double g : steps) add(T0, tight, g, 0);
  const int64_t by_error = c.rows();
  for (const double M : errors) add(T0, error_stop, gamma0, M);
  progress.begin("following laws");
  int64_t done = 0;
  std::mutex mutex;
  parallel(c.rows(), [&](int64_t i) {
    const double T = c.at(i, "T"), gamma = c.at(i, "gamma"), M = c.at(i, "M");
    const Level stop = ou_level(a, c.at(i, "epsilon"));
    double distance, floor;  // W1(p_eps, p_data): what stopping alone costs
    if (c.at(i, "circle") == 1) {
      distance = floor = w1_circle(R, stop);
    } else {
      const auto law = [&] {
        if (gamma == 0) return reversed(data, prior, a, T, stop.t);
        const auto error = [M](double, const Level& l) { return M / (l.sigma * l.sigma); };
        return OuChain(*exact, a, T, gamma, stop.t, error).run(LineLaw{{0}, {1}, std::sqrt(prior.var)});
      };
      distance = w1(law(), data), floor = w1(data.noised(stop.alpha, stop.sigma), data);
    }
    c.at(i, "w1") = distance, c.at(i, "floor") = floor, c.at(i, "excess") = std::abs(distance - floor);
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(++done, c.rows());
  });

  std::vector<double> shape;
  for (int64_t i = 0; i < c.rows(); ++i)
    shape.push_back(std::exp(-a * c.at(i, "T")) + std::sqrt(c.at(i, "gamma")) + c.at(i, "M") + std::sqrt(c.at(i, "epsilon")));
  const double A = one_sided(c.get("w1", 0, c.rows()), shape);
  int violations = 0;
  for (int64_t i = 0; i < c.rows(); ++i) {
    c.at(i, "bound") = A * shape[size_t(i)];
    violations += c.at(i, "w1") > c.at(i, "bound") * (1 + 1e-12);
  }

  const int64_t S = int64_t(stops.size()), H = int64_t(horizons.size()), G = int64_t(steps.size()), E = int64_t(errors.size());
  const auto order = [&](const char* x, const char* y, int64_t first, int64_t n) {
    return slope(logs(c.get(x, first, n)), logs(c.get(y, first, n)));
  };
  // Isolated atoms: W1 = E |sigma Z| + O(eps); the smallest eps shows it best.
  double isolated = HUGE_VAL, e_min = HUGE_VAL;
  for (int64_t i = 0; i < S; ++i)
    if (stops[size_t(i)] < e_min) e_min = stops[size_t(i)], isolated = c.at(i, "floor") / (ou_level(a, e_min).sigma * std::sqrt(2 / M_PI));
  const int64_t rest = H / 2;
  c.fits = {{"order_epsilon", order("epsilon", "w1", 0, S), "order in eps of the floor, atoms; the bound says 1/2"},
            {"order_epsilon_circle", order("epsilon", "w1", circle, S), "the same for the circle"},
            {"isolated", isolated, "W1(p_eps, data) over sigma_eps sqrt(2 / pi) at the smallest eps: 1 for isolated atoms"},
            {"rate_T", -slope(c.get("T", by_horizon + rest, H - rest), logs(c.get("excess", by_horizon + rest, H - rest))),
             "exponential rate in T of what lies above the floor; the bound says a"},
            {"order_gamma", order("gamma", "excess", by_step, G),
             "order in gamma of what lies above the floor, gamma < sigma_eps^2; the bound says 1/2"},
            {"order_gamma_tight", order("gamma", "w1", by_step_tight, G),
             "order in gamma where gamma > sigma_eps^2: the last step's own noise remains"},
            {"order_M", order("M", "excess", by_error, E), "order in M of what lies above the floor; the bound says 1"},
            {"slope_M", slope(c.get("M", by_error, E), c.get("w1", by_error, E)), "W1 for each unit of M"},
            {"A", A, "fitted from one side: the smallest that holds at every row"},
            {"violations", double(violations), "rows whose truth is above the bound"}};

  c.charts = {{"Early stopping",
               "epsilon",
               "ε",
               "W1",
               true,
               true,
               {},
               {{plot::Curve::dots, "atoms, exact reversal", "w1", 0, S, 0},
                {plot::Curve::line, "circle, exact reversal", "w1", circle, S, 3},
                {plot::Curve::dots, "atoms, γ = " + plain(shown[0]), "w1", stepped, S, 1},
                {plot::Curve::dots, "atoms, γ = " + plain(shown[1]), "w1", stepped + S, S, 2},
                {plot::Curve::dashes, "", "bound", stepped, S, 1},
                {plot::Curve::dashes, "", "bound", stepped + S, S, 2},
                {plot::Curve::dashes, "bounds", "bound", 0, S, 0}}},
              {"Horizon, ε = " + plain(tight),
               "T",
               "T",
               "",
               false,
               true,
               plot::Range{1e-7, 10},
               {{plot::Curve::dots, "W1", "w1", by_horizon, H, 0},
                {plot::Curve::dots, "W1 above the floor", "excess", by_horizon, H, 1},
                {plot::Curve::dashes, "bound", "bound", by_horizon, H, -1}}},
              {"Step",
               "gamma",
               "γ",
               "W1",
               true,
               true,
               {},
               {{plot::Curve::dots, "ε = " + plain(tight), "w1", by_step_tight, G, 0},
                {plot::Curve::dots, "above the floor, ε = " + plain(eps0), "excess", by_step, G, 1},
                {plot::Curve::dashes, "bound, ε = " + plain(tight), "bound", by_step_tight, G, -1}}},
              {"Score error, ε = " + plain(error_stop),
               "M",
               "M",
               "",
               true,
               true,
               {},
               {{plot::Curve::dots, "W1", "w1", by_error, E, 0},
                {plot::Curve::line, "floor", "floor", by_error, E, 3},
                {plot::Curve::dashes, "bound", "bound", by_error, E, -1}}}};
  return c;
}

}  // namespace

const Theorem manifold_theorem{
    {"manifold",
     "W1 of the chain stopped early, for data on atoms or a circle with their exact score, against stopping time, horizon, step and error",
     "De Bortoli 2022, arXiv:2208.05314",
     {{"atoms", numbers(), Value::numbers({-1, 1}), "where the data are, on the line"},
      {"weights", numbers(0).above(), Value::numbers({.3, .7}), "of the atoms, normalised here; null: equal"},
      {"radius", number(0).above(), 1.0, "of the circle"},
      {"rate", number(0).above(), 1.0, "a of dX = -a X dt + sqrt(2) dB"},
      {"stops", numbers(0).above(), Value::numbers({1e-4, 3e-4, 1e-3, 3e-3, .01, .03, .1}), "each eps, the time at which the chain stops"},
      {"horizons", numbers(0).above(), Value::numbers({1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6}),
       "each T of the curve against T, rising"},
      {"horizon", number(0).above(), 6.0, "T of the other curves"},
      {"horizon_stop", number(0).above(), 1e-4,
       "eps of the curve against T, and of the one against gamma whose steps are larger than sigma_eps^2"},
      {"stop", number(0).above(), .1, "eps of the curve against gamma whose steps are smaller than sigma_eps^2"},
      {"error_stop", number(0).above(), .01, "eps of the curve against M"},
      {"steps", numbers(0).above(), Value::numbers({.08, .04, .02, .01, .005, .0025}), "each step gamma"},
      {"errors", numbers(0).above(), Value::numbers({.05, .1, .2, .4}), "each M: the score is off by M / sigma_t^2"},
      {"error_step", number(0).above(), .0025, "gamma of the curve against M"}}},
    curves};

}  // namespace dm
