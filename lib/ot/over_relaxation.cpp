#include "ot/over_relaxation.h"

#include <algorithm>

namespace dm::ot {
namespace {

constexpr double largest = 1 - 1e-9;  // of s2^2

double best(double s2) { return 2 / (1 + std::sqrt(1 - s2)); }

}  // namespace

void OverRelaxation::observe(double error) {
  const double e = log_d(std::max(error, 1e-300));
  ++count_;
  double lambda = 0;  // the rate that is trusted now
  if (omega_ == 1) {
    // plain: when two ratios in a row agree
    const double ratio = exp_d(e - last_), before = ratio_;
    last_ = e, ratio_ = ratio;
    if (count_ < 4 || !(ratio < 1) || std::abs(ratio - before) > 0.2 * (1 - ratio)) return;
    lambda = ratio;
  } else {
    // A window long enough to forget what the change stirred up; the rate is that of its second half.
    const int64_t window = 2 * std::max<int64_t>(3, int64_t(std::ceil(2 / (2 - omega_))));
    if (count_ == window / 2) middle_ = e;
    if (count_ < window) return;
    lambda = exp_d((e - middle_) / double(window - window / 2));
    count_ = 0;
    if (!(lambda < 1)) {  // it does not fall: begin again
      omega_ = 1;
      return;
    }
    if (lambda <= omega_ - 1 + 0.1 * (2 - omega_)) return;  // as fast as this omega can be
  }
  s2_ = std::clamp((lambda + omega_ - 1) * (lambda + omega_ - 1) / (lambda * omega_ * omega_), s2_, largest);
  omega_ = std::max(omega_, best(s2_));
  count_ = 0;
}

}  // namespace dm::ot
