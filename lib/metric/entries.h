// The members of the family, each defined in the file named after it.
#pragma once
#include "metric/metric.h"

namespace dm {

const MetricEntry& w1_metric();
const MetricEntry& w2_metric();
const MetricEntry& sw1_metric();
const MetricEntry& sw2_metric();
const MetricEntry& max_sw2_metric();
const MetricEntry& sinkhorn_metric();
const MetricEntry& total_variation_metric();
const MetricEntry& mmd_metric();
const MetricEntry& moments_metric();
const MetricEntry& mode_weights_metric();
const MetricEntry& nn_share_metric();
const MetricEntry& c2st_metric();
const MetricEntry& sbc_metric();
const MetricEntry& nll_metric();
const MetricEntry& ddim_kl_metric();
const MetricEntry& path_energy_metric();
const MetricEntry& path_kl_metric();

}  // namespace dm
