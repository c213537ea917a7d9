#include "train/weighting.h"

#include <algorithm>

namespace dm {

// c of |x0hat - x0|^2 as a function of s^2 and sigma_data^2; the signal-to-noise ratio is 1 / s^2.
template <class F>
static Weighting of_x0(F c) {
  return [c](const Schedule&, const Level& l, double sd) {
    const double s2 = l.sigma_ve() * l.sigma_ve();
    return c(s2, sd * sd) * s2;
  };
}

static const WeightingEntry std2{{"std2", "sigma^2 on the score: the noise is regressed evenly", "Song et al. 2021, arXiv:2011.13456", {}},
                                 [](const Value&) -> Weighting { return [](const Schedule&, const Level&, double) { return 1.0; }; }};

static const WeightingEntry uniform{{"uniform", "1 on the score", "", {}}, [](const Value&) -> Weighting {
                                      return [](const Schedule&, const Level& l, double) { return 1 / (l.sigma * l.sigma); };
                                    }};

static const WeightingEntry likelihood{
    {"likelihood",
     "g(t)^2 on the score: with t uniform the loss bounds the likelihood; time = importance takes its variance away",
     "Song et al. 2021, arXiv:2101.09258",
     {}},
    [](const Value&) -> Weighting { return [](const Schedule& s, const Level& l, double) { return s.g2(l.t) / (l.sigma * l.sigma); }; }};

static const WeightingEntry x0{{"x0", "1 on x0", "", {}}, [](const Value&) { return of_x0([](double, double) { return 1.0; }); }};

static const WeightingEntry snr{
    {"snr", "the signal-to-noise ratio alpha^2 / sigma^2 on x0: the same as std2", "Salimans & Ho 2022, arXiv:2202.00512", {}},
    [](const Value&) { return of_x0([](double s2, double) { return 1 / s2; }); }};

static const WeightingEntry snr_plus_1{
    {"snr+1", "snr + 1 on x0: v regressed evenly under a variance-preserving process", "Salimans & Ho 2022, arXiv:2202.00512", {}},
    [](const Value&) { return of_x0([](double s2, double) { return 1 / s2 + 1; }); }};

static const WeightingEntry truncated_snr{{"truncated-snr", "max(snr, 1) on x0", "Salimans & Ho 2022, arXiv:2202.00512", {}},
                                          [](const Value&) { return of_x0([](double s2, double) { return std::max(1 / s2, 1.0); }); }};

static const WeightingEntry min_snr{
    {"min-snr",
     "min(snr, gamma) on x0: low noise counts less than under std2",
     "Hang et al. 2023, arXiv:2303.09556",
     {{"gamma", number(0).above(), 5.0, "where the signal-to-noise ratio is cut"}}},
    [](const Value& o) { return of_x0([gamma = o["gamma"].number()](double s2, double) { return std::min(1 / s2, gamma); }); }};

static const WeightingEntry soft_min_snr{
    {"soft-min-snr", "1 / (s^2 + sigma_data^2) on x0: min-snr without the corner", "Crowson et al. 2024, arXiv:2401.11605", {}},
    [](const Value&) { return of_x0([](double s2, double sd2) { return 1 / (s2 + sd2); }); }};

static const WeightingEntry karras{
    {"edm", "snr + 1 / sigma_data^2 on x0: the preconditioned network is regressed evenly", "Karras et al. 2022, arXiv:2206.00364", {}},
    [](const Value&) { return of_x0([](double s2, double sd2) { return 1 / s2 + 1 / sd2; }); }};

const Family& weightings() {
  static const Family family{"weighting",
                             "how errors at different noise levels are weighed",
                             {&std2, &uniform, &likelihood, &x0, &snr, &snr_plus_1, &truncated_snr, &min_snr, &soft_min_snr, &karras}};
  return family;
}

}  // namespace dm
