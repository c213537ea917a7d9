// bench_sinkhorn: reads problems [n, m, d, mode, iterations] (int64), eps, tolerance (double), x, y from standard input and answers with
// seconds of wall and processor, iterations, both marginal errors and the peak memory in MiB. mode: 0 auto, 1 the plain iteration, 2
// online.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>

#include "ot/sinkhorn.h"

static double processor() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

int main() {
  for (int64_t s[5]; std::cin.read(reinterpret_cast<char*>(s), sizeof s);) {
    double number[2];
    std::cin.read(reinterpret_cast<char*>(number), sizeof number);
    dm::Matrix<double> x(s[0], s[2]), y(s[1], s[2]);
    for (dm::Matrix<double>* q : {&x, &y})
      std::cin.read(reinterpret_cast<char*>(q->v.data()), std::streamsize(q->v.size() * sizeof(double)));
    dm::SinkhornOptions o;
    o.eps = number[0], o.tolerance = number[1], o.iterations = s[4];
    if (s[3] == 1) o.scaling = o.over_relaxation = false;
    if (s[3] == 2) o.mode = dm::SinkhornMode::online, o.scaling = false;
    dm::Progress silent;
    const auto start = std::chrono::steady_clock::now();
    const double cpu = processor();
    const dm::Sinkhorn r = dm::sinkhorn({x, nullptr}, {y, nullptr}, o, silent);
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    std::printf("%.6f %.6f %lld %lld %.6g %.6g %.1f %s\n", wall, processor() - cpu, static_cast<long long>(r.iterations),
                static_cast<long long>(r.scaling_iterations), r.row_error, r.column_error, double(used.ru_maxrss) / 1024, r.status.c_str());
    std::fflush(stdout);
  }
}
