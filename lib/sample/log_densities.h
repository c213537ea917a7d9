// What is known of log p of some rows under a model, row by row.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace dm {

struct LogDensities {
  std::vector<double> log_p;     // [n], in nats: of each row, or a lower bound of it
  std::vector<double> variance;  // [n], of log_p by one probe or draw, between the row's own; empty with fewer than two
  int repeats = 1;               // probes or draws a row; log_p is their mean
  std::vector<std::pair<std::string, std::vector<double>>> terms;  // each [n]; log_p is minus their sum. Empty: it has none
  double evaluations = 0;                                          // of the denoiser, mean over the rows
  Value used;                                                      // how they were computed, for whoever reports them
};

}  // namespace dm
