// Sets with exact moments, and the moments of what a learned transport makes of rows.
#pragma once
#include "job/dsbm.h"
#include "test.h"

namespace learned_test {

using namespace dm;

// A sample of N(0, 1) of which mean and variance are exact.
inline job::BridgeSide standard_rows(int n, const char* path) {
  job::BridgeSide side{Matrix<double>(n, 1), {}, {}, {}};
  normals(Stream(11) / path, {0, n}, 0, side.x);
  double m = 0, v = 0;
  for (const double x : side.x.v) m += x / n;
  for (const double x : side.x.v) v += (x - m) * (x - m) / n;
  for (double& x : side.x.v) x = (x - m) / std::sqrt(v);
  return side;
}

struct Moments {
  double mean, variance, cross;
};
inline Moments moved(const job::BridgeModel& model, const Matrix<double>& from, const std::string& json) {
  std::vector<std::string> problems;
  const Value o = resolve(job::sample_options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  Progress silent;
  const auto transport = model.transport();
  const job::Samples s = job::sample(model.bridged(*transport), o, 3, silent, {&from});
  Moments m{0, 0, 0};
  const double n = double(from.rows);
  for (const double x : s.x.v) m.mean += x / n;
  for (int64_t i = 0; i < from.rows; ++i) m.variance += std::pow(s.x[i][0] - m.mean, 2) / n, m.cross += s.x[i][0] * from[i][0] / n;
  return m;
}

}  // namespace learned_test
