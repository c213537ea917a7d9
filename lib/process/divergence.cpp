#include "process/divergence.h"

#include <algorithm>

namespace dm {

static const std::pair<const char*, Probes::Law> table[] = {{"exact", Probes::Law::exact},
                                                            {"rademacher", Probes::Law::rademacher},
                                                            {"gaussian", Probes::Law::gaussian},
                                                            {"sphere", Probes::Law::sphere}};

Probes::Law Probes::named(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [n, law] : table) {
    if (name == n) return law;
    names.push_back(n);
  }
  throw Error("unknown law of probes '" + std::string(name) + "'." + did_you_mean(name, names), Exit::spec);
}

Option Probes::law_option(const char* name, std::vector<std::string> laws, const char* doc) {
  const Value first = laws.front();
  return {name, choice(std::move(laws)), first, doc};
}

Option Probes::count_option() { return {"probes", integer(1, 1024), 1, "random vectors a row; the variance falls as 1 / probes"}; }

void Probes::draw(Stream stream, Rows rows, int k, Mat<double> v) const {
  const int64_t d = v.cols;
  for (int i = 0; i < rows.n; ++i) {
    double* r = v[i];
    if (law == Law::exact) {
      std::fill_n(r, d, 0.0);
      r[k] = 1;
      continue;
    }
    Draws draws(stream, rows[i], uint32_t(k));
    if (law == Law::rademacher) {
      uint32_t bits = 0;
      for (int64_t j = 0; j < d; ++j, bits >>= 1) {
        if (j % 32 == 0) bits = draws.word();
        r[j] = bits & 1 ? 1 : -1;
      }
      continue;
    }
    double square = 0;
    for (int64_t j = 0; j < d; ++j) r[j] = draws.normal(), square += r[j] * r[j];
    if (law == Law::sphere)
      for (int64_t j = 0; j < d; ++j) r[j] *= std::sqrt(double(d) / square);
  }
}

void divergence(Replay& replay, const Probes& probes, Stream stream, Rows rows, int d, double* x0, double* eps) {
  Matrix<double> v(rows.n, d), a(rows.n, d), b(rows.n, d);
  Pred tangent{a, b};
  std::fill_n(x0, rows.n, 0.0);
  std::fill_n(eps, rows.n, 0.0);
  for (int k = 0; k < probes.count(d); ++k) {
    probes.draw(stream, rows, k, v);
    replay.jvp(v, tangent);
    for (int64_t i = 0; i < rows.n; ++i)
      for (int64_t j = 0; j < d; ++j) x0[i] += probes.weight() * v[i][j] * a[i][j], eps[i] += probes.weight() * v[i][j] * b[i][j];
  }
}

}  // namespace dm
