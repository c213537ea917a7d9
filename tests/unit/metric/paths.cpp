// Metrics of paths on sets whose moments are exact.
#include "metric/metric.h"
#include "test.h"

using namespace dm;

namespace {

std::unique_ptr<Metric> metric(const std::string& json) {
  std::vector<std::string> problems;
  const Value v = resolve(metrics(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return make_metric(v);
}

}  // namespace

TEST_CASE("path-kl of sets with known moments, mean of path energies", "[paths]") {
  // Four corners (+-a, +-b), correlated by weights of rows: mean m, variances a^2, b^2, covariance c a b where three of four pairs agree.
  const int64_t n = 8;
  const double a = 1.2, b = .7, m = .3;
  std::vector<double> x;
  for (int k = 0; k < 8; ++k) {
    const int s = k % 2 ? 1 : -1, u = k < 6 ? s : -s;  // 6 agree, 2 do not: correlation .5
    x.push_back(m + a * s), x.push_back(b * u);
  }
  const std::vector<double> t = {0}, energy = {1, 2, 3, 4, 5, 6, 7, 8};
  const Ways ways{1, n, 2, x.data(), t.data(), energy.data()};
  Sets sets;
  sets.ways = &ways;
  const std::string law = R"(, "bridge": {"type": "gaussian", "mean0": [0, 0], "mean1": [1, 1], "cov0": [[2, 0.5], [0.5, 1]]}})";
  const double diagonal = .5 * (a * a / 2 - 1 - std::log(a * a / 2) + m * m / 2 + b * b - 1 - std::log(b * b));
  CHECK(near(metric(R"({"type": "path-kl")" + law)->evaluate(sets, 1)["value"].number(), diagonal, 1e-12));
  // C^-1 = [[1, -.5], [-.5, 2]] / 1.75
  const double c = .5 * a * b, trace = (a * a - c + 2 * b * b) / 1.75, det = (a * a * b * b - c * c) / 1.75;
  const Value full = metric(R"({"type": "path-kl", "fit": "full")" + law)->evaluate(sets, 1);
  CHECK(near(full["value"].number(), .5 * (trace - 2 - std::log(det) + m * m / 1.75), 1e-12));
  CHECK(near(full["perfect"].number(), 5. / 16, 1e-12));
  const Value e = metric(R"("path-energy")")->evaluate(sets, 1);
  CHECK(near(e["value"].number(), 4.5, 1e-12));
  CHECK(near(e["se"].number(), std::sqrt(5.25 / 8), 1e-12));
}
