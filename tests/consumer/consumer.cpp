// A program of its own on the library: draws rows from an oracle with the exact score, prints them and their mean.
#include <cstdio>

#include "density/density.h"
#include "io/table.h"
#include "job/sample.h"

int main() {
  using namespace dm;
  std::vector<std::string> problems;
  const Value law = parse_json(R"({"type": "gaussian_mixture", "means": [[-2, 0], [2, 1]], "covariances": 0.1})", "the law");
  const Value how = parse_json(R"({"n": 1000, "sampler": "heun", "steps": 20})", "the options");
  const auto oracle = make<std::unique_ptr<Density>>(densities(), resolve(densities(), law, "/density", problems));
  const Value options = resolve(job::sample_options(), how, "/dm-sample", problems);
  throw_problems(problems);

  Progress silent;
  const io::Dataset rows{.x = job::sample(*oracle, options, 7, silent).x};
  double mean[2] = {};
  for (int64_t i = 0; i < rows.x.rows; ++i)
    for (int j = 0; j < 2; ++j) mean[j] += rows.x[i][j] / double(rows.x.rows);
  std::printf("# mean %.6f %.6f\n%s", mean[0], mean[1], io::to_csv(rows).c_str());
}
