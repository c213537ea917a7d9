// POT as the oracle (Debian's python3-pot).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "clouds.h"
#include "ot/wasserstein.h"
#include "test.h"

TEST_CASE("W1 and W2 agree with POT on 20 random problems") {
  const bool missing = std::system("/usr/bin/python3 -c 'import ot' 2>/dev/null") != 0;
  if (missing) {
    const char* required = std::getenv("DM_REQUIRE");
    if (required && std::strstr(required, "oracles")) FAIL("POT is missing (python3-pot), and DM_REQUIRE names the oracles");
    std::cout << "skipped: comparison with POT, python3-pot is not installed\n";
    return;
  }
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
