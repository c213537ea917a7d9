#include "sample/plan.h"

#include <algorithm>

namespace dm {

static const std::pair<const char*, Final> table[] = {
    {"step", Final::step}, {"denoise", Final::denoise}, {"none", Final::none}, {"noise", Final::noise}};

Final final_named(std::string_view name) {
  for (const auto& [n, f] : table)
    if (name == n) return f;
  throw Error("unknown final action '" + std::string(name) + "'." + did_you_mean(name, final_names()), Exit::spec);
}

std::vector<std::string> final_names() { return {"step", "denoise", "none", "noise"}; }

Undone undone(const Schedule& schedule, const Move& m) {
  if (!m.table) {
    const Transition k(m.to, m.from);
    return {k.r, k.v, m.from.t - m.to.t};
  }
  // score_sde: x_i = sqrt(1 - b_i) x_{i-1} + sqrt(b_i) z with b_i = beta(i / (N - 1)) / N; without a drift
  // x_i = x_{i-1} + sqrt(sigma_i^2 - sigma_{i-1}^2) z with sigma_i = sigma(i / (N - 1)), sigma_{-1} = 0.
  // Levels even in t down to 0 are the rows themselves; what rounding leaves of t (N - 1) just below one must not fall to the row beneath.
  const int N = m.table, last = std::max(1, N - 1), i = int(m.from.t * last + 1e-9);
  const double t = double(i) / last, f = schedule.f(t), dt = 1.0 / N;
  if (f != 0) return {std::sqrt(1 + 2 * f * dt), schedule.g2(t) * dt, dt};
  const double below = i ? schedule.at(double(i - 1) / last).sigma : 0;
  return {1, std::pow(schedule.at(t).sigma, 2) - below * below, dt};
}

int history(const Plan& plan, std::size_t k) {
  int n = 0;
  while (n < 3 && std::size_t(n) < k && plan[k - std::size_t(n) - 1].kind == Move::reverse) ++n;
  return n;
}

Plan make_plan(const Schedule& schedule, const Grid& grid, int steps, Final end, const Span& span) {
  const bool clean = end == Final::step || end == Final::noise || grid.open_ended();
  const int points = clean ? steps : steps + 1;
  std::vector<Level> levels = grid.levels(schedule, points, span);
  if (int(levels.size()) != points)
    throw Error("the grid has " + std::to_string(levels.size()) + " levels, " + std::to_string(steps) + " steps need " +
                    std::to_string(points) + "; the process's table allows fewer steps, or another grid",
                Exit::spec);
  for (std::size_t i = 1; i < levels.size(); ++i)
    if (!(levels[i].sigma_ve() < levels[i - 1].sigma_ve()))
      throw Error("two neighbouring levels of the grid, " + std::to_string(i - 1) + " and " + std::to_string(i) +
                      ", coincide: the process has no level between them; take fewer steps or the grid uniform",
                  Exit::spec);
  if (clean) levels.push_back(Level{0, levels.back().index < 0 ? -1 : 0, 1, 0});
  Plan plan;
  for (std::size_t i = 0; i + 1 < levels.size(); ++i) {
    plan.push_back({levels[i], levels[i + 1]});
    if (grid.open_ended()) plan.back().table = steps;
  }
  if ((end == Final::step || end == Final::denoise) && !plan.empty()) plan.back().noise = 0;
  return plan;
}

Plan backwards(const Plan& plan) {
  Plan out(plan.rbegin(), plan.rend());
  for (Move& m : out) std::swap(m.from, m.to);
  return out;
}

}  // namespace dm
