// POT as the oracle (Debian's python3-pot).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "clouds.h"
#include "ot/sinkhorn.h"
#include "ot/wasserstein.h"
#include "test.h"

// False after a line that says so; the end of the test where the oracles are required.
static bool there() {
  if (std::system("/usr/bin/python3 -c 'import ot' 2>/dev/null") == 0) return true;
  const char* required = std::getenv("DM_REQUIRE");
  if (required && std::strstr(required, "oracles")) FAIL("POT is missing (python3-pot), and DM_REQUIRE names the oracles");
  std::cout << "skipped: comparison with POT, python3-pot is not installed\n";
  return false;
}

TEST_CASE("W1 and W2 agree with POT on 20 random problems") {
  if (!there()) return;
  FILE* pipe = popen("/usr/bin/python3 tests/unit/ot/pot.py", "r");
  REQUIRE(pipe);
  int problems = 0;
  double v;
  const auto next = [&] { return fscanf(pipe, "%lf", &v) == 1; };
  double worst1 = 0, worst2 = 0;
  while (next()) {
    const int n = int(v), m = (next(), int(v)), d = (next(), int(v));
    const double w1 = (next(), v), w2 = (next(), v);
    Cloud a{dm::Matrix<double>(n, d), std::vector<double>(size_t(n))}, b{dm::Matrix<double>(m, d), std::vector<double>(size_t(m))};
    for (auto* part : {&a.w, &b.w, &a.x.v, &b.x.v})
      for (double& x : *part) x = (next(), v);
    worst1 = std::max(worst1, std::abs(dm::wasserstein(a.points(), b.points(), 1) / w1 - 1));
    worst2 = std::max(worst2, std::abs(dm::wasserstein(a.points(), b.points(), 2) / w2 - 1));
    ++problems;
  }
  pclose(pipe);
  CHECK(problems == 20);
  CHECK(worst1 < 1e-6);
  CHECK(worst2 < 1e-6);
  std::cout << "POT: largest relative difference W1 " << worst1 << ", W2 " << worst2 << "\n";
}

TEST_CASE("entropic plans agree with POT on 24 random problems, balanced and unbalanced") {
  if (!there()) return;
  FILE* pipe = popen("/usr/bin/python3 -W ignore tests/unit/ot/pot_sinkhorn.py", "r");
  REQUIRE(pipe);
  int problems = 0;
  double v, worst[2] = {0, 0};
  const auto next = [&] { return fscanf(pipe, "%lf", &v) == 1; };
  while (next()) {
    const int n = int(v), m = (next(), int(v)), d = (next(), int(v));
    dm::SinkhornOptions o;
    o.eps = (next(), v), o.tolerance = 1e-12;
    const double rho = (next(), v);
    if (rho > 0) o.rho_first = o.rho_second = rho;
    Cloud a{dm::Matrix<double>(n, d), std::vector<double>(size_t(n))}, b{dm::Matrix<double>(m, d), std::vector<double>(size_t(m))};
    std::vector<double> P(size_t(n * m)), row(static_cast<size_t>(m));
    for (auto* part : {&a.w, &b.w, &a.x.v, &b.x.v, &P})
      for (double& x : *part) x = (next(), v);
    dm::Progress silent;
    const dm::Sinkhorn s = dm::sinkhorn(a.points(), b.points(), o, silent);
    CHECK(s.status == "converged");
    double off = 0, mass = 0;
    for (int64_t i = 0; i < n; ++i) {
      s.plan.row(i, row.data());
      for (int j = 0; j < m; ++j) off += std::abs(row[size_t(j)] - P[size_t(i * m + j)]), mass += P[size_t(i * m + j)];
    }
    worst[rho > 0] = std::max(worst[rho > 0], off / mass);
    ++problems;
  }
  pclose(pipe);
  CHECK(problems == 24);
  CHECK(worst[0] < 1e-8);
  CHECK(worst[1] < 1e-8);
  std::cout << "POT: largest relative L1 difference of entropic plans " << worst[0] << ", unbalanced " << worst[1] << "\n";
}
