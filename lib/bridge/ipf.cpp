#include "bridge/ipf.h"

#include <cmath>

#include "bridge/registry.h"

namespace dm {

const Family& ipf_methods() {
  static const Family family{"method", "ways to fit the bridge", {&sinkhorn_ipf, &gaussian_ipf, &ridge_ipf}};
  return family;
}

double default_sigma(const Points& first, const Points& second) {
  check_points("the default sigma", first, second);
  double sum = 0, rows = 0;
  for (const Points* s : {&first, &second}) {
    const std::vector<double> p = probabilities(*s);
    double variance = 0;
    for (int64_t k = 0; k < s->d(); ++k) {
      double mean = 0;
      for (int64_t i = 0; i < s->n(); ++i) mean += p[size_t(i)] * s->x[i][k];
      for (int64_t i = 0; i < s->n(); ++i) variance += p[size_t(i)] * (s->x[i][k] - mean) * (s->x[i][k] - mean);
    }
    sum += double(s->n()) * variance / double(s->d()), rows += double(s->n());
  }
  if (!(sum > 0)) throw Error("each set is one point only, so no scale of the noise can be guessed; give --sigma", Exit::data);
  return std::sqrt(sum / rows) / 2;
}

}  // namespace dm
