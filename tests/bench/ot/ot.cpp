// Reads problems on stdin and answers each with the seconds of processor time that transport() took and the cost.
// A problem: four int64 n, m, d, p, then x [n, d] and y [m, d] in float64, all weights equal.
#include <cstdio>
#include <ctime>
#include <iostream>

#include "ot/wasserstein.h"

int main() {
  for (int64_t s[4]; std::cin.read(reinterpret_cast<char*>(s), sizeof s);) {
    dm::Matrix<double> x(s[0], s[2]), y(s[1], s[2]);
    for (dm::Matrix<double>* q : {&x, &y})
      std::cin.read(reinterpret_cast<char*>(q->v.data()), std::streamsize(q->v.size() * sizeof(double)));
    timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    const dm::TransportPlan plan = dm::transport({x, nullptr}, {y, nullptr}, int(s[3]));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    std::printf("%.6f %.17g\n", double(b.tv_sec - a.tv_sec) + 1e-9 * double(b.tv_nsec - a.tv_nsec), plan.cost);
    std::fflush(stdout);
  }
}
