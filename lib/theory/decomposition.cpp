// Where the error of the samples comes from. With K the chain, s its score error M and gamma its step, the triangle inequality and data
// processing split TV(K prior, p_data), in the order of the proof of De Bortoli et al. 2021, Theorem 1, into
//   initialisation   TV(K prior, K p_T) <= TV(prior, p_T)
//   score error      TV(K p_T, K' p_T), K' the same chain with the exact score
//   discretisation   TV(K' p_T, p_data)
// Beside their sum stands a bound without free constants: Pinsker's inequality on paths, TV <= sqrt(KL / 2), with Girsanov's
//   KL = KL(p_T, prior) + 1/4 integral E |b_chain - b_exact|^2 dt    (Chen et al. 2023, arXiv:2209.11215, eq. 8).
#include <cmath>

#include "theory/chain.h"
#include "theory/registry.h"

namespace dm {

namespace {

// 1/4 integral of E |a (X_u - X_t) + 2 (s(u, X_u) + M - s(t, X_t))|^2 over the steps (t, u], X the forward process: every term is a moment
// of a pair of Gaussians. Simpson's rule inside each step, where the integrand is smooth.
double path_divergence(const Gaussian& data, double a, double T, double gamma, double M) {
  const int64_t n = std::max<int64_t>(1, std::llround(T / gamma));
  const auto square = [&](double t, double u) {
    const Level lt = ou_level(a, t), lu = ou_level(a, u);
    const Gaussian p = noised(data, lt), q = noised(data, lu);
    const double mean = a * (q.mean - p.mean) + 2 * M, A = a - 2 / q.var, B = a - 2 / p.var;
    return mean * mean + A * A * q.var + B * B * p.var - 2 * A * B * (lu.alpha / lt.alpha) * p.var;
  };
  double sum = 0;
  for (int64_t k = 0; k < n; ++k) {
    const double t = T * double(k) / double(n), u = T * double(k + 1) / double(n);
    sum += (u - t) / 6 * (square(t, u) + 4 * square(.5 * (t + u), u) + square(u, u));
  }
  return .25 * sum;
}

Curves curves(const Value& o, uint64_t, Progress& progress) {
  const Gaussian data{o["mean"].number(), o["variance"].number()};
  const double a = o["rate"].number(), T0 = o["horizon"].number(), gamma0 = o["step"].number(), M0 = o["error"].number();
  const std::vector<double> horizons = rising(o, "horizons", "decomposition"), steps = o["steps"].numbers(), errors = o["errors"].numbers();
  if (horizons.empty() || steps.empty() || errors.empty())
    throw Error("curve decomposition: horizons, steps or errors is empty, at least one entry each was expected", Exit::spec);
  const Gaussian prior{0, 1 / a};
  const auto oracle = gaussian_oracle(data);

  progress.ready({});  // tables of some thousand numbers
  Curves c({"T", "gamma", "M", "together", "initialisation", "discretisation", "score_error", "sum", "girsanov"});
  const auto add = [&](double T, double gamma, double M) {
    progress.stop_point();
    const OuChain K(*oracle, a, T, gamma, 0, [M](double, const Level&) { return M; }), exact(*oracle, a, T, gamma);
    const Gaussian p_T = noised(data, ou_level(a, T));
    const Gaussian from_prior = K.run(prior), from_data = K.run(p_T), exact_score = exact.run(p_T);
    const double start = tv(from_prior, from_data), step = tv(exact_score, data), score = tv(from_data, exact_score);
    c.add({T, gamma, M, tv(from_prior, data), start, step, score, start + step + score,
           std::sqrt(.5 * (kl(p_T, prior) + path_divergence(data, a, T, gamma, M)))});
  };
  for (const double T : horizons) add(T, gamma0, M0);
  const int64_t by_step = c.rows();
  for (const double gamma : steps) add(T0, gamma, M0);
  const int64_t by_error = c.rows();
  for (const double M : errors) add(T0, gamma0, M);

  int violations = 0;
  double ratio = 0;
  for (int64_t i = 0; i < c.rows(); ++i) {
    const double truth = c.at(i, "together");
    violations += truth > c.at(i, "sum") * (1 + 1e-12) || truth > c.at(i, "girsanov") * (1 + 1e-12);
    ratio = std::max(ratio, c.at(i, "girsanov") / truth);
  }
  c.fits = {{"violations", double(violations), "rows whose truth is above the sum or above Girsanov's bound"},
            {"looseness", ratio, "the largest ratio of Girsanov's bound to the truth"}};

  const auto chart = [&](const std::string& title, const char* x, const char* label, bool x_log, int64_t first, int64_t n) {
    return plot::Chart{title,
                       x,
                       label,
                       first ? "" : "total variation",
                       x_log,
                       true,
                       plot::Range{1e-4, 2},
                       {{plot::Curve::dots, "together", "together", first, n, 0},
                        {plot::Curve::line, "initialisation", "initialisation", first, n, 1},
                        {plot::Curve::line, "discretisation", "discretisation", first, n, 2},
                        {plot::Curve::line, "score error", "score_error", first, n, 3},
                        {plot::Curve::dashes, "their sum", "sum", first, n, 0},
                        {plot::Curve::dashes, "Girsanov and Pinsker", "girsanov", first, n, -1}}};
  };
  c.charts = {chart("γ = " + plain(gamma0) + ", M = " + plain(M0), "T", "T", false, 0, by_step),
              chart("T = " + plain(T0) + ", M = " + plain(M0), "gamma", "γ", true, by_step, by_error - by_step),
              chart("T = " + plain(T0) + ", γ = " + plain(gamma0), "M", "M", true, by_error, c.rows() - by_error)};
  return c;
}

}  // namespace

const Theorem decomposition_theorem{
    {"decomposition",
     "Initialisation, discretisation and score error: each term of the error alone, their sum and the truth, exactly for one Gaussian",
     "De Bortoli et al. 2021, arXiv:2106.01357; Chen et al. 2023, arXiv:2209.11215",
     {{"mean", number(), 2.0, "of the data"},
      {"variance", number(0).above(), .25, "of the data"},
      {"rate", number(0).above(), 1.0, "a of dX = -a X dt + sqrt(2) dB"},
      {"horizons", numbers(0).above(), Value::numbers({.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6}),
       "each T of the curve against T, rising"},
      {"steps", numbers(0).above(), Value::numbers({.2, .1, .05, .025, .0125, .00625, .003125}), "each step gamma"},
      {"errors", numbers(0), Value::numbers({.0025, .005, .01, .02, .04, .08, .16, .32}), "each M, a constant added to the score"},
      {"horizon", number(0).above(), 4.0, "T of the curves against gamma and M"},
      {"step", number(0).above(), .0125, "gamma of the curves against T and M"},
      {"error", number(0), .02, "M of the curves against T and gamma"}}},
    curves};

}  // namespace dm
