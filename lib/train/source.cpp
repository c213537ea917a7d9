#include "train/source.h"

#include <algorithm>

namespace dm {

DatasetSource::DatasetSource(Mat<const double> x, std::vector<double> weights, int batch, Stream stream, Given given)
    : x_(x), cumulative_(std::move(weights)), batch_(batch), stream_(stream), given_(given) {
  for (std::size_t i = 1; i < cumulative_.size(); ++i) cumulative_[i] += cumulative_[i - 1];
}

void DatasetSource::draw(int64_t step, Rows slots, State& x0) const {
  const uint64_t n = uint64_t(x_.rows), before = uint64_t(step) * uint64_t(batch_);  // rows drawn before this step
  static thread_local std::vector<uint64_t> rows;
  rows.resize(std::size_t(slots.n));
  if (cumulative_.empty()) shuffled(stream_, n, before, slots, rows.data());
  for (int i = 0; i < slots.n; ++i) {
    const uint64_t k = before + uint64_t(slots[i]);
    uint64_t& row = rows[std::size_t(i)];
    if (!cumulative_.empty()) {
      const double u = Draws(stream_, int64_t(k)).uniform() * cumulative_.back();
      row = std::min(n - 1, uint64_t(std::upper_bound(cumulative_.begin(), cumulative_.end(), u) - cumulative_.begin()));
    }
    std::copy_n(x_[int64_t(row)], x_.cols, x0.x()[i]);
    if (!given_.rows.cols) continue;
    if (given_.absent > 0 && Draws(stream_ / "absent", int64_t(k)).uniform() < given_.absent)
      std::fill_n(x0.x(1)[i], given_.rows.cols, 0.0);
    else
      std::copy_n(given_.rows[int64_t(row)], given_.rows.cols, x0.x(1)[i]);
  }
}

}  // namespace dm
