// Too few steps (the motivation of Schroedinger bridges in De Bortoli et al. 2021): with a fixed step gamma a chain of N steps runs to
// T = N gamma only, p_T is far from the prior that sampling starts from, and the samples are far from the data. Spending the same N steps
// on a longer horizon makes each too coarse: for every N there is a best T, and only a larger N improves on it. Data: a mixture on the line
// whose components share one variance, so that the law of the samples is known to rounding.
#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/parallel.h"
#include "theory/chain.h"
#include "theory/registry.h"

namespace dm {

namespace {

Curves curves(const Value& o, uint64_t, Progress& progress) {
  LineLaw data{o["means"].numbers(), o["weights"].numbers(), std::sqrt(o["variance"].number())};
  if (data.centre.empty() || data.mass.size() != data.centre.size())
    throw Error("curve few-steps: means has " + std::to_string(data.centre.size()) + " entries and weights " +
                    std::to_string(data.mass.size()) + "; at least one mean and one weight for each was expected",
                Exit::spec);
  double total = 0;
  for (const double w : data.mass) total += w;
  for (double& w : data.mass) w /= total;
  const double a = o["rate"].number(), gamma0 = o["step"].number();
  const std::vector<double> counts = rising(o, "counts", "few-steps"), budgets = o["budgets"].numbers(), horizons = o["horizons"].numbers();
  if (counts.size() < 2 || budgets.empty() || horizons.empty())
    throw Error("curve few-steps: counts, budgets and horizons have " + std::to_string(counts.size()) + ", " +
                    std::to_string(budgets.size()) + " and " + std::to_string(horizons.size()) +
                    " entries; at least 2, 1 and 1 were expected",
                Exit::spec);
  const LineLaw prior{{0}, {1}, 1 / std::sqrt(a)};
  const auto exact = oracle(data);

  progress.ready({});  // tables of some thousand numbers
  Curves c({"N", "T", "gamma", "prior_w1", "w1", "x", "data", "samples"});
  const auto add = [&](double N, double T) { c.add({N, T, T / N, 0, 0, 0, 0, 0}); };
  for (const double N : counts) add(std::round(N), std::round(N) * gamma0);
  const int64_t by_budget = c.rows();
  for (const double N : budgets)
    for (const double T : horizons) add(std::round(N), T);
  progress.begin("following laws");
  int64_t done = 0;
  std::mutex mutex;
  parallel(c.rows(), [&](int64_t i) {
    const double T = c.at(i, "T");
    const Level l = ou_level(a, T);
    c.at(i, "prior_w1") = w1(data.noised(l.alpha, l.sigma), prior);
    c.at(i, "w1") = w1(OuChain(*exact, a, T, c.at(i, "gamma")).run(prior), data);
    const std::lock_guard lock(mutex);
    progress.stop_point();
    progress.update(++done, c.rows());
  });
  std::vector<double> best;  // over the horizons, for each budget
  for (size_t k = 0; k < budgets.size(); ++k) {
    const std::vector<double> w = c.get("w1", by_budget + int64_t(k * horizons.size()), int64_t(horizons.size()));
    best.push_back(*std::min_element(w.begin(), w.end()));
  }
  // The densities that come out of a short and of a long chain.
  const auto [lo, hi] = std::minmax_element(data.centre.begin(), data.centre.end());
  const double spread = 4 * data.sd + .25 * (*hi - *lo), from = *lo - spread, to = *hi + spread;
  constexpr int64_t points = 241;
  const std::vector<double> pictured{counts.front(), counts.back()};
  std::vector<int64_t> pictures;
  for (const double N : pictured) {
    const double T = std::round(N) * gamma0;
    const LineLaw out = OuChain(*exact, a, T, gamma0).run(prior);
    pictures.push_back(c.rows());
    for (int64_t i = 0; i < points; ++i) {
      const double x = from + (to - from) * double(i) / double(points - 1);
      c.add({std::round(N), T, gamma0, 0, 0, x, data.density(x), out.density(x)});
    }
  }

  const int64_t K = int64_t(counts.size()), H = int64_t(horizons.size());
  c.fits = {{"shortest", c.at(0, "w1"), "W1 between samples and data with the fewest steps of the fixed size"},
            {"longest", c.at(K - 1, "w1"), "the same with the most"},
            {"prior_shortest", c.at(0, "prior_w1"), "W1 between p_T and the prior with the fewest steps"},
            {"prior_longest", c.at(K - 1, "prior_w1"), "the same with the most"},
            {"best_first", best.front(), "the least W1 over the horizons, smallest budget"},
            {"best_last", best.back(), "the same, largest budget"}};
  if (budgets.size() > 1) c.fits.push_back({"order_budget", -slope(logs(budgets), logs(best)), "order of the least W1 in 1 / N"});

  const auto whole = [](double x) { return std::to_string(std::llround(x)); };
  plot::Chart budget{"N steps over a horizon T", "T", "T", "", true, true, {}, {}};
  for (size_t k = 0; k < budgets.size(); ++k)
    budget.curves.push_back({plot::Curve::dots, "N = " + whole(budgets[k]), "w1", by_budget + int64_t(k) * H, H, int(k)});
  c.charts = {{"Steps of one size, γ = " + plain(gamma0),
               "N",
               "N",
               "W1",
               true,
               true,
               {},
               {{plot::Curve::dots, "samples to data", "w1", 0, K, 0}, {plot::Curve::dots, "p\2T\3 to the prior", "prior_w1", 0, K, 1}}},
              budget,
              {"What comes out",
               "x",
               "x",
               "density",
               false,
               false,
               {},
               {{plot::Curve::dashes, "data", "data", pictures[0], points, -1},
                {plot::Curve::line, "N = " + whole(pictured[0]), "samples", pictures[0], points, 1},
                {plot::Curve::line, "N = " + whole(pictured[1]), "samples", pictures[1], points, 0}}}};
  return c;
}

}  // namespace

const Theorem few_steps_theorem{
    {"few-steps",
     "Too few steps: the forward process does not reach the prior, and the samples miss the data",
     "De Bortoli et al. 2021, arXiv:2106.01357",
     {{"means", numbers(), Value::numbers({-2, 2}), "of the mixture on the line"},
      {"weights", numbers(0).above(), Value::numbers({.3, .7}), "of its components, normalised here"},
      {"variance", number(0).above(), .1, "of each component"},
      {"rate", number(0).above(), 1.0, "a of dX = -a X dt + sqrt(2) dB"},
      {"step", number(0).above(), .02, "gamma of the curve against N"},
      {"counts", numbers(1), Value::numbers({10, 20, 40, 80, 160, 320}), "each number N of such steps, rising"},
      {"budgets", numbers(1), Value::numbers({10, 20, 40, 80, 160}), "each N that is spread over a horizon"},
      {"horizons", numbers(0).above(), Value::numbers({.25, .5, .75, 1, 1.5, 2, 3, 4, 6, 8}), "each of these horizons T"}}},
    curves};

}  // namespace dm
