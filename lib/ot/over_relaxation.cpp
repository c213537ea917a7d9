#include "ot/over_relaxation.h"

#include <algorithm>
#include <utility>

namespace dm::ot {

void OverRelaxation::observe(const std::vector<double>& a, double omega) {
  constexpr double largest = 1 - 1e-8;  // of s2^2
  const size_t n = p_.size();
  double mean = 0;
  for (size_t i = 0; i < n; ++i) mean += p_[i] * a[i];
  std::vector<double> next(n);
  for (size_t i = 0; i < n; ++i) next[i] = a[i] - mean;
  if (before_omega_ == now_omega_ && now_omega_ > 0) {
    const double w = now_omega_ - 1;
    double image = 0, size = 0;  // |omega^2 M a_k|^2 and |a_k|^2
    for (size_t i = 0; i < n; ++i) {
      const double b = next[i] + w * (2 * now_[i] + w * before_[i]);
      image += p_[i] * b * b, size += p_[i] * now_[i] * now_[i];
    }
    const double estimate = size > 0 ? std::sqrt(image / size) / (now_omega_ * now_omega_) : 0;
    if (estimate < 1) most_ = std::max(most_, estimate);
    ++count_;
    // Up at once, since the estimate is from below; down after a time that would have let a slow mode show.
    const double best = 2 / (1 + std::sqrt(1 - std::min(most_, largest)));
    const bool up = 2 - best<0.9 * (2 - omega_), down = double(count_)> 3 / (2 - omega_) && 2 - best > 1.1 * (2 - omega_);
    if (up || down) omega_ = best, s2_ = most_, most_ = 0, count_ = 0;
  }
  std::swap(before_, now_), std::swap(now_, next);
  before_omega_ = now_omega_, now_omega_ = omega;
}

}  // namespace dm::ot
