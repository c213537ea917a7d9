#include "job/judged.h"

#include <cmath>
#include <cstdio>

#include "ot/wasserstein.h"

namespace dm::job {

std::string Judged::warning() const {
  const bool there = way == Direction::forward;
  char line[300];
  if (!std::isfinite(w2))
    std::snprintf(line, sizeof line, "the rows that were taken %s are not finite", name_of(way));
  else if (w2 > 2 * floor)
    std::snprintf(line, sizeof line,
                  "it has not converged: rows that are taken %s end %.3g (W2) from the %s set, and rows of that set lie %.3g from each "
                  "other",
                  name_of(way), w2, there ? "second" : "first", floor);
  else
    return "";
  return line;
}

Judged judge(const Bridged& bridged, Direction way, int64_t steps, const Points& from, const Points& to, const Points& more,
             uint64_t seed) {
  std::vector<std::string> problems;
  const Value options = resolve(sample_options(), Value(Value::Object{{"direction", name_of(way)}, {"steps", steps}}), "", problems);
  Matrix<double> start(from.n(), from.d());
  for (int64_t i = 0; i < from.n(); ++i) std::copy_n(from.x[i], from.d(), start[i]);
  Judged out{way};
  Progress silent;
  try {
    const Samples moved = sample(bridged, options, seed, silent, {&start});
    out.w2 = wasserstein({moved.x, from.w}, to, 2);
    out.energy = 0;
    for (const double e : moved.energy) out.energy += e / double(from.n());
  } catch (const Error&) {  // rows that run away are what is reported, and no reason to lose what was fitted
    out.w2 = out.energy = NAN;
  }
  out.floor = wasserstein(more, to, 2);
  return out;
}

}  // namespace dm::job
