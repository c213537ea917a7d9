// Grids in t and in sigma / alpha; those of discrete tables stand in grids_table.cpp.
#include "sample/grids.h"

#include "sample/plan.h"

namespace dm {

namespace {

struct Uniform : Grid {
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    const double hi = span.start.value_or(1), lo = span.low(s);
    if (!(lo < hi)) throw Error("the grid's end is t = " + to_json(lo) + ", expected less than its start, " + to_json(hi), Exit::spec);
    std::vector<Level> out;
    if (const int T = s.table()) {
      const int top = s.at(hi).index, bottom = std::max(1, s.at(lo).index);
      if (points > top - bottom + 1) throw too_many(points, top - bottom + 1);
      for (int i = 0; i < points; ++i)
        out.push_back(s.at(double(top - (points == 1 ? 0 : std::lround(double(i) * (top - bottom) / (points - 1)))) / T));
    } else {
      for (int i = 0; i < points; ++i) out.push_back(s.at(points == 1 ? hi : hi + (lo - hi) * i / (points - 1)));
    }
    return out;
  }
};

// t = start (N - i) / N: the move to the clean level is as long as the others. Or even in the angle asin(sqrt(t)): the flow of a path
// with noise sigma sqrt(t (1 - t)) is singular like 1 / sqrt at both ends, and regular in that angle.
struct Even : Uniform {
  bool angle;
  explicit Even(bool a) : angle(a) {}
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    if (s.table()) return Uniform::levels(s, points, span);
    const double hi = warp(span.start.value_or(1)), lo = warp(span.end.value_or(0));
    if (!(lo < hi)) throw Error("the grid's end is not below its start", Exit::spec);
    const int moves = span.end ? points - 1 : points;  // without an end of its own the clean level is one more point
    std::vector<Level> out;
    for (int i = 0; i < points; ++i) out.push_back(s.at(i == 0 ? span.start.value_or(1) : unwarp(hi + (lo - hi) * i / std::max(1, moves))));
    return out;
  }
  double warp(double t) const { return angle ? std::asin(std::sqrt(t)) : t; }
  double unwarp(double a) const { return angle ? std::pow(std::sin(a), 2) : a; }
};

// The loop of score_sde: levels even in t with both ends, N moves for N levels.
struct ScoreSde : Uniform {
  bool open_ended() const override { return true; }
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    if (s.table())
      throw Error("the grid score-sde makes its own table of a continuous process; the process ddpm is one already: take uniform",
                  Exit::spec);
    return Uniform::levels(s, points, span);
  }
};

// sigma_i = warp^-1 of even steps between warp(hi) and warp(lo); the ends are hit exactly.
struct Warped : Grid {
  Value options;
  double rho;  // 0: logarithm
  Warped(const Value& o, double r) : options(o), rho(r) {}

  // An end of the grid in sigma / alpha: the option where set, else the level at the asked t, else the process's own.
  double end(const Schedule& s, const char* option, const char* name, const std::optional<double>& t, double otherwise) const {
    if (!options[option].is_null() && t)
      throw Error("the grid's " + std::string(option) + " and " + name + " both say where it " + name + "s; leave one out", Exit::spec);
    return options[option].is_null() ? s.at(t.value_or(otherwise)).sigma_ve() : options[option].number();
  }
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    const double hi = end(s, "sigma_max", "start", span.start, 1), lo = end(s, "sigma_min", "end", span.end, span.low(s));
    if (!(lo < hi))
      throw Error("the grid's sigma_min is " + to_json(lo) + ", expected less than its sigma_max, " + to_json(hi), Exit::spec);
    std::vector<Level> out;
    for (int i = 0; i < points; ++i) {
      const double u = points == 1 ? 0 : double(i) / (points - 1);
      const double sigma = rho > 0 ? std::pow((1 - u) * std::pow(hi, 1 / rho) + u * std::pow(lo, 1 / rho), rho)
                                   : std::exp((1 - u) * std::log(hi) + u * std::log(lo));
      out.push_back(s.at_sigma_ve(i == 0 ? hi : (i == points - 1 ? lo : sigma)));
    }
    return out;
  }
};

// sigma_i = sigma_VP(t_i), t_i even from 1 to eps, sigma_VP(t)^2 = e^{B(t)} - 1: the levels of the linear VP process for any process.
struct EdmVp : Grid {
  double b0, b1, eps;
  EdmVp(double lo, double hi, double e) : b0(lo), b1(hi), eps(e) {}
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    if (span.start || span.end)
      throw Error("the grid edm-vp has its own start and end (beta_min, beta_max, eps); leave start and end out", Exit::spec);
    std::vector<Level> out;
    for (int i = 0; i < points; ++i) {
      const double t = points == 1 ? 1 : 1 + (eps - 1) * i / (points - 1);
      out.push_back(s.at_sigma_ve(std::sqrt(std::expm1(b0 * t + 0.5 * (b1 - b0) * t * t))));
    }
    return out;
  }
};

std::vector<Option> ends_options() {
  return {{"sigma_max", number(0).above(), Value(), "first sigma / alpha; unset: the process's at t = 1"},
          {"sigma_min", number(0).above(), Value(),
           "last sigma / alpha; unset: the process's at the end of its sampling range, or the lowest that the model knows"}};
}

std::vector<Option> karras_options() {
  auto options = ends_options();
  options.insert(options.begin(), {"rho", number(0).above(), 7.0, "larger: more levels at small noise"});
  return options;
}

}  // namespace

Error too_many(int points, int levels) {
  return Error(
      "the process has " + std::to_string(levels) + " levels and the plan asks for " + std::to_string(points) + "; take fewer steps",
      Exit::spec);
}

const GridEntry uniform{{"uniform", "even in t; on a discrete table its rows from T to 1 as evenly as they allow", "", {}},
                        [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Uniform>(); }};
const GridEntry even{{"even", "even in t with the clean level as the last: N steps of 1/N, what bridges and flows take", "", {}},
                     [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Even>(false); }};
const GridEntry angle{{"angle", "as even, in asin(sqrt(t)): fine at both ends, what the flows of noisy paths take", "", {}},
                      [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Even>(true); }};
const GridEntry karras{
    {"karras", "even in sigma^(1/rho), sigma standing for sigma / alpha", "Karras et al. 2022, arXiv:2206.00364, eq. 5", karras_options()},
    [](const Value& o) -> std::unique_ptr<Grid> { return std::make_unique<Warped>(o, o["rho"].number()); }};
const GridEntry log_snr{{"log-snr", "even in the log signal-to-noise ratio: a geometric (exponential) sequence of sigma / alpha",
                         "Lu et al. 2022, arXiv:2206.00927", ends_options()},
                        [](const Value& o) -> std::unique_ptr<Grid> { return std::make_unique<Warped>(o, 0); }};
const GridEntry edm_vp{{"edm-vp",
                        "the noise levels of the linear VP process, even in its t, for any process",
                        "Karras et al. 2022, arXiv:2206.00364, table 1 (VP)",
                        {{"beta_min", number(0).above(), 0.1, "beta at t = 0"},
                         {"beta_max", number(0).above(), 20.0, "beta at t = 1"},
                         {"eps", number(0, 1).above().below(), 1e-3, "last t"}}},
                       [](const Value& o) -> std::unique_ptr<Grid> {
                         return std::make_unique<EdmVp>(o["beta_min"].number(), o["beta_max"].number(), o["eps"].number());
                       }};
const GridEntry score_sde{
    {"score-sde",
     "even in t with as many moves as levels, each over the time 1/N and row floor(t (N - 1)) of a table, as the score_sde code loops",
     "Song et al. 2021, arXiv:2011.13456 (their code)",
     {}},
    [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<ScoreSde>(); }};

const Family& grids() {
  static const Family family{
      "grid", "the levels that a sampler visits", {&karras, &uniform, &even, &angle, &log_snr, &leading, &quad, &edm_vp, &score_sde}};
  return family;
}

}  // namespace dm
