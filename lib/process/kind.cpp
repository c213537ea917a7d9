#include "process/kind.h"

#include <cmath>

namespace dm {

static const std::pair<const char*, Kind> table[] = {
    {"x0", Kind::x0}, {"eps", Kind::eps}, {"v", Kind::v}, {"score", Kind::score}, {"edm", Kind::edm}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [n, k] : table) names.push_back(n);
  return names;
}

Kind kind_named(std::string_view name) {
  for (const auto& [n, k] : table)
    if (name == n) return k;
  throw Error("unknown parametrisation '" + std::string(name) + "'." + did_you_mean(name, kind_names()), Exit::spec);
}

Mix target_of(Kind kind, const Level& l, double sd) {
  switch (kind) {
    case Kind::x0: return {1, 0};
    case Kind::eps: return {0, 1};
    case Kind::v: return {-l.sigma, l.alpha};
    case Kind::score: return {0, -1 / l.sigma};
    case Kind::edm: {
      const double s = l.sigma_ve(), r = std::sqrt(s * s + sd * sd);
      return {s / (sd * r), -sd / r};
    }
  }
  return {};
}

Canonical to_canonical(Kind kind, const Level& l, double sd) {
  const Mix m = target_of(kind, l, sd);
  // [x]   [alpha sigma] [x0 ]
  // [y] = [p     q    ] [eps],  det = alpha q - sigma p; of one sign for every kind, so nothing cancels
  const double det = l.alpha * m.q - l.sigma * m.p;
  if (!(std::abs(det) > 0) || !std::isfinite(det))
    throw Error("a network that predicts " + std::string(table[int(kind)].first) + " says nothing at the level alpha = " +
                    to_json(l.alpha) + ", sigma = " + to_json(l.sigma) + "; end the grid before it or train another parametrisation",
                Exit::spec);
  return {m.q / det, -l.sigma / det, -m.p / det, l.alpha / det};
}

}  // namespace dm
