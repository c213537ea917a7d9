#include "sample/plan.h"

namespace dm {

static const std::pair<const char*, Final> table[] = {{"step", Final::step}, {"denoise", Final::denoise}, {"none", Final::none}};

Final final_named(std::string_view name) {
  for (const auto& [n, f] : table)
    if (name == n) return f;
  throw Error("unknown final action '" + std::string(name) + "'." + did_you_mean(name, final_names()), Exit::spec);
}

std::vector<std::string> final_names() { return {"step", "denoise", "none"}; }

Plan make_plan(const Schedule& schedule, const Grid& grid, int steps, Final end) {
  const int points = end == Final::step ? steps : steps + 1;
  std::vector<Level> levels = grid.levels(schedule, points);
  if (int(levels.size()) != points)
    throw Error("the grid has " + std::to_string(levels.size()) + " levels, " + std::to_string(steps) + " steps need " +
                    std::to_string(points) + "; the process's table allows fewer steps, or another grid",
                Exit::spec);
  for (std::size_t i = 1; i < levels.size(); ++i)
    if (!(levels[i].sigma_ve() < levels[i - 1].sigma_ve()))
      throw Error("two neighbouring levels of the grid, " + std::to_string(i - 1) + " and " + std::to_string(i) +
                      ", coincide: the process has no level between them; take fewer steps or the grid uniform",
                  Exit::spec);
  if (end == Final::step) levels.push_back(Level{0, levels.back().index < 0 ? -1 : 0, 1, 0});
  Plan plan;
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) plan.push_back({levels[i], levels[i + 1], true});
  if (end == Final::denoise && !plan.empty()) plan.back().noise = false;
  return plan;
}

// Ends of a grid in sigma / alpha: options sigma_max and sigma_min where set, else the process's own at t = 1 and t_lo.
struct Ends {
  double hi, lo;
  Ends(const Value& o, const Schedule& s) {
    hi = o["sigma_max"].is_null() ? s.at(1).sigma_ve() : o["sigma_max"].number();
    lo = o["sigma_min"].is_null() ? s.at(s.t_lo()).sigma_ve() : o["sigma_min"].number();
    if (!(lo < hi))
      throw Error("the grid's sigma_min is " + to_json(lo) + ", expected less than its sigma_max, " + to_json(hi), Exit::spec);
  }
};

static std::vector<Option> ends_options() {
  return {{"sigma_max", number(0).above(), Value(), "first sigma / alpha; unset: the process's at t = 1"},
          {"sigma_min", number(0).above(), Value(), "last sigma / alpha; unset: the process's at the end of its sampling range"}};
}

static Error too_many(int points, int T) {
  return Error("the process has " + std::to_string(T) + " levels and the plan asks for " + std::to_string(points) + "; take fewer steps",
               Exit::spec);
}

namespace {

struct Uniform : Grid {
  std::vector<Level> levels(const Schedule& s, int points) const override {
    std::vector<Level> out;
    if (const int T = s.table()) {
      if (points > T) throw too_many(points, T);
      for (int i = 0; i < points; ++i)
        out.push_back(s.at(double(T - (points == 1 ? 0 : std::lround(double(i) * (T - 1) / (points - 1)))) / T));
    } else {
      for (int i = 0; i < points; ++i) out.push_back(s.at(points == 1 ? 1 : 1 + (s.t_lo() - 1) * i / (points - 1)));
    }
    return out;
  }
};

// The subsequence of the DDIM code, rows 1 + k floor(T / points), k < points. It starts below T, where the state is not quite the
// reference's: refused below 0.9 T, where that would be plain in the samples.
struct Leading : Grid {
  std::vector<Level> levels(const Schedule& s, int points) const override {
    const int T = s.table();
    if (!T) throw Error("the grid leading needs a process with a discrete table (ddpm); take uniform", Exit::spec);
    if (points > T) throw too_many(points, T);
    const int stride = T / points, top = 1 + (points - 1) * stride;
    if (top < 0.9 * T)
      throw Error("the grid leading with " + std::to_string(points) + " levels starts at row " + std::to_string(top) + " of " +
                      std::to_string(T) + ", far from the reference; take a number of steps that divides " + std::to_string(T) +
                      ", or the grid uniform",
                  Exit::spec);
    std::vector<Level> out;
    for (int k = points - 1; k >= 0; --k) out.push_back(s.at(double(1 + k * stride) / T));
    return out;
  }
};

// sigma_i = warp^-1 of even steps between warp(hi) and warp(lo); the ends are hit exactly.
struct Warped : Grid {
  Value options;
  double rho;  // 0: logarithm
  Warped(const Value& o, double r) : options(o), rho(r) {}
  std::vector<Level> levels(const Schedule& s, int points) const override {
    const Ends e(options, s);
    std::vector<Level> out;
    for (int i = 0; i < points; ++i) {
      const double u = points == 1 ? 0 : double(i) / (points - 1);
      const double sigma = rho > 0 ? std::pow((1 - u) * std::pow(e.hi, 1 / rho) + u * std::pow(e.lo, 1 / rho), rho)
                                   : std::exp((1 - u) * std::log(e.hi) + u * std::log(e.lo));
      out.push_back(s.at_sigma_ve(i == 0 ? e.hi : (i == points - 1 ? e.lo : sigma)));
    }
    return out;
  }
};

const GridEntry uniform{{"uniform", "even in t; on a discrete table its rows from T to 1 as evenly as they allow", "", {}},
                        [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Uniform>(); }};

const GridEntry leading{
    {"leading", "rows 1 + k floor(T / points) of a discrete table", "Song, Meng & Ermon 2021, arXiv:2010.02502 (their code)", {}},
    [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Leading>(); }};

std::vector<Option> karras_options() {
  auto options = ends_options();
  options.insert(options.begin(), {"rho", number(0).above(), 7.0, "larger: more levels at small noise"});
  return options;
}
const GridEntry karras{
    {"karras", "even in sigma^(1/rho), sigma standing for sigma / alpha", "Karras et al. 2022, arXiv:2206.00364, eq. 5", karras_options()},
    [](const Value& o) -> std::unique_ptr<Grid> { return std::make_unique<Warped>(o, o["rho"].number()); }};
const GridEntry log_snr{{"log-snr", "even in the log signal-to-noise ratio", "Lu et al. 2022, arXiv:2206.00927", ends_options()},
                        [](const Value& o) -> std::unique_ptr<Grid> { return std::make_unique<Warped>(o, 0); }};

}  // namespace

const Family& grids() {
  static const Family family{"grid", "the levels that a sampler visits", {&karras, &uniform, &log_snr, &leading}};
  return family;
}

}  // namespace dm
