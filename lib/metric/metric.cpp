#include "metric/metric.h"

#include "metric/entries.h"

namespace dm {

const Family& metrics() {
  static const Family family{"metric",
                             "what is measured between samples and reference",
                             {&w1_metric(), &w2_metric(), &sw1_metric(), &sw2_metric(), &max_sw2_metric(), &sinkhorn_metric(),
                              &total_variation_metric(), &mmd_metric(), &moments_metric(), &mode_weights_metric(), &nn_share_metric(),
                              &c2st_metric(), &sbc_metric(), &nll_metric(), &ddim_kl_metric(), &path_energy_metric(), &path_kl_metric()}};
  return family;
}

std::unique_ptr<Metric> make_metric(const Value& resolved) { return make<std::unique_ptr<Metric>>(metrics(), resolved); }

}  // namespace dm
