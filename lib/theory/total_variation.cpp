// De Bortoli et al. 2021, Theorem 1: for a score that is off by at most M, the chain of chain.h started at N(0, 1/a) obeys
//   TV(L(X_0), p_data) <= B exp(-sqrt(a) T) + C (M + sqrt(gamma)) exp(D T).
// Here the data are N(mean, variance), so every law is Gaussian and every distance a closed form.
#include <algorithm>
#include <cmath>

#include "theory/chain.h"
#include "theory/registry.h"

namespace dm {

namespace {

Curves curves(const Value& o, uint64_t, Progress& progress) {
  const Gaussian data{o["mean"].number(), o["variance"].number()};
  const double a = o["rate"].number(), T = o["horizon"].number(), fine = o["error_step"].number(), delta = o["instability"].number();
  const std::vector<double> horizons = rising(o, "horizons", "tv"), steps = o["steps"].numbers(), errors = o["errors"].numbers();
  if (horizons.size() < 3 || steps.size() < 2 || errors.size() < 2)
    throw Error("curve tv: horizons, steps and errors have " + std::to_string(horizons.size()) + ", " + std::to_string(steps.size()) +
                    " and " + std::to_string(errors.size()) + " entries; at least 3, 2 and 2 were expected, for their slopes to be fitted",
                Exit::spec);
  const Gaussian prior{0, 1 / a};
  const auto exact = gaussian_oracle(data);

  progress.ready({});  // tables of some thousand numbers
  Curves c({"T", "gamma", "M", "delta", "tv_prior", "tv", "w2", "bound"});
  // gamma = 0: the exact reversal.
  const auto add = [&](double horizon, double gamma, double M, double slope_error) {
    progress.stop_point();
    Gaussian out = reversed(data, prior, a, horizon);
    if (gamma > 0)
      out = OuChain(*exact, a, horizon, gamma, 0, [&](double x, const Level& l) {
              return M + slope_error * (x - l.alpha * data.mean);
            }).run(prior);
    c.add({horizon, gamma, M, slope_error, tv(noised(data, ou_level(a, horizon)), prior), tv(out, data), w2(out, data), 0});
  };
  const int64_t H = int64_t(horizons.size()), G = int64_t(steps.size()), E = int64_t(errors.size());
  for (const double t : horizons) add(t, 0, 0, 0);
  const std::vector<double> shown{steps.front(), steps[size_t(G / 2)], steps.back()};
  for (const double g : shown)
    for (const double t : horizons) add(t, g, 0, 0);
  const int64_t by_step = c.rows();
  for (const double g : steps) add(T, g, 0, 0);
  const int64_t by_error = c.rows();
  for (const double M : errors) add(T, fine, M, 0);
  const int64_t stable = c.rows();
  for (const double t : horizons) add(t, fine, 0, 0);
  const int64_t unstable = c.rows();
  for (const double t : horizons) add(t, fine, 0, delta);
  const int64_t end = c.rows();

  // B from the rows without discretisation and error; then C with D = 0 from the rest, and C, D for the unstable score.
  const auto initial = [&](double horizon) { return std::exp(-std::sqrt(a) * horizon); };
  std::vector<double> truth, shape;
  for (int64_t i = 0; i < H; ++i) truth.push_back(c.at(i, "tv")), shape.push_back(initial(horizons[size_t(i)]));
  const double B = one_sided(truth, shape);
  truth.clear(), shape.clear();
  for (int64_t i = H; i < unstable; ++i) {
    truth.push_back(c.at(i, "tv") - B * initial(c.at(i, "T")));
    shape.push_back(c.at(i, "M") + std::sqrt(c.at(i, "gamma")));
  }
  const double C = one_sided(truth, shape);
  // Far from the data the reverse drift of the unstable score is (2 delta - a) (x - E X_t).
  const double D = std::max(0.0, 2 * delta - a);
  truth.clear(), shape.clear();
  for (int64_t i = unstable; i < end; ++i) {
    truth.push_back(c.at(i, "tv") - B * initial(c.at(i, "T")));
    shape.push_back(std::sqrt(fine) * std::exp(D * c.at(i, "T")));
  }
  const double C_unstable = one_sided(truth, shape);
  int violations = 0;
  for (int64_t i = 0; i < end; ++i) {
    const double first = B * initial(c.at(i, "T")), second = c.at(i, "M") + std::sqrt(c.at(i, "gamma"));
    c.at(i, "bound") = i < unstable ? first + C * second : std::min(1.0, first + C_unstable * second * std::exp(D * c.at(i, "T")));
    violations += c.at(i, "tv") > c.at(i, "bound") * (1 + 1e-12);
  }

  const int64_t half = H / 2;
  const auto tail = [&](const char* column) { return -slope(c.get("T", half, H - half), logs(c.get(column, half, H - half))); };
  c.fits = {
      {"rate_prior", tail("tv_prior"), "exponential rate of TV(p_T, prior) in T"},
      {"rate_final", tail("tv"),
       "exponential rate in T of the reversed law, gamma -> 0: forgetting adds a second factor; the bound says sqrt(a)"},
      {"order_gamma", slope(logs(c.get("gamma", by_step, G)), logs(c.get("tv", by_step, G))), "order in gamma; the bound says 1/2"},
      {"order_M", slope(logs(c.get("M", by_error, E)), logs(c.get("tv", by_error, E))), "order in the score error M; the bound says 1"},
      {"slope_M", slope(c.get("M", by_error, E), c.get("tv", by_error, E)), "TV for each unit of M"},
      {"B", B, "fitted from one side: the smallest that holds at every row"},
      {"C", C, "the same, with D = 0: these data are log-concave"},
      {"rate_unstable", slope(c.get("T", unstable + half, H - half), logs(c.get("w2", unstable + half, H - half))),
       "exponential rate in T at which W2 grows with the unstable score: 2 delta - a, the D of the bound"},
      {"C_unstable", C_unstable, "fitted from one side at that D"},
      {"violations", double(violations), "rows whose truth is above the bound"}};

  const std::string g = "γ = ";
  c.charts = {{"Horizon",
               "T",
               "T",
               "total variation",
               false,
               true,
               plot::Range{1e-6, 2},
               {{plot::Curve::line, "p\2T\3 to the prior", "tv_prior", 0, H, 5},
                {plot::Curve::dots, g + plain(shown[0]), "tv", H, H, 1},
                {plot::Curve::dots, g + plain(shown[1]), "tv", 2 * H, H, 2},
                {plot::Curve::dots, "exact reversal", "tv", 0, H, 0},
                {plot::Curve::dashes, "", "bound", H, H, 1},
                {plot::Curve::dashes, "", "bound", 2 * H, H, 2},
                {plot::Curve::dashes, "their bounds", "bound", 0, H, 0}}},
              {"Step, T = " + plain(T),
               "gamma",
               "γ",
               "",
               true,
               true,
               {},
               {{plot::Curve::dots, "truth", "tv", by_step, G, 0}, {plot::Curve::dashes, "bound", "bound", by_step, G, -1}}},
              {"Score error, T = " + plain(T),
               "M",
               "M",
               "total variation",
               true,
               true,
               {},
               {{plot::Curve::dots, "truth", "tv", by_error, E, 0}, {plot::Curve::dashes, "bound", "bound", by_error, E, -1}}},
              {"An unstable score, γ = " + plain(fine),
               "T",
               "T",
               "distance",
               false,
               true,
               {},
               {{plot::Curve::dots, "W2, δ = " + plain(delta), "w2", unstable, H, 3},
                {plot::Curve::dots, "TV, δ = " + plain(delta), "tv", unstable, H, 1},
                {plot::Curve::dashes, "bound on TV, e\1DT\3", "bound", unstable, H, 1},
                {plot::Curve::dots, "TV, δ = 0", "tv", stable, H, 0}}}};
  return c;
}

}  // namespace

const Theorem total_variation_theorem{
    {"tv",
     "Total variation of the time-reversed chain against horizon, step and score error, exactly for one Gaussian",
     "De Bortoli et al. 2021, arXiv:2106.01357, Theorem 1",
     {{"mean", number(), 2.0, "of the data"},
      {"variance", number(0).above(), .25, "of the data"},
      {"rate", number(0).above(), 1.0, "a of dX = -a X dt + sqrt(2) dB"},
      {"horizons", numbers(0).above(), Value::numbers({1, 2, 3, 4, 5, 6, 7, 8}), "each T of the curve against T, rising"},
      {"horizon", number(0).above(), 8.0, "T of the curves against gamma and M"},
      {"steps", numbers(0).above(), Value::numbers({.2, .1, .05, .025, .0125, .00625, .003125}), "each step gamma"},
      {"errors", numbers(0).above(), Value::numbers({.05, .1, .2, .4}), "each M, a constant added to the score"},
      {"error_step", number(0).above(), .0015625, "gamma of the curve against M and of the unstable score"},
      {"instability", number(0), .75, "delta: the unstable score is off by delta (x - E X_t); its drift pushes away where 2 delta > a"}}},
    curves};

}  // namespace dm
