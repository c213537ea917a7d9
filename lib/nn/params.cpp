#include "nn/params.h"

#include "core/parallel.h"

namespace dm {

template <class S>
void ParamSet<S>::initialise(Stream stream) {
  for (const auto& item : layout_->items) {
    Draws draws(stream / item.name, 0);
    for (int64_t i = 0; i < item.rows * item.cols; ++i) v[std::size_t(item.offset + i)] = S(item.bound * (2 * draws.uniform() - 1));
  }
  pack();
}

template <class S>
void ParamSet<S>::pack() {
  const auto& items = layout_->items;
  packed_.resize(items.size());
  packed_t_.resize(items.size());
  parallel(int64_t(items.size()) * 2, [&](int64_t k) {
    const int i = int(k / 2);
    const Mat<const S> w = value(i);
    if (items[std::size_t(i)].bias) return;  // read as they lie
    auto& out = k % 2 ? packed_t_[std::size_t(i)] : packed_[std::size_t(i)];
    out.resize(std::size_t(k % 2 ? packed_size<S>(w.cols, w.rows) : packed_size<S>(w.rows, w.cols)));
    if (k % 2)
      dm::pack_transposed<S>(w, out.data());
    else
      dm::pack<S>(w, out.data());
  });
}

template class ParamSet<float>;
template class ParamSet<double>;

}  // namespace dm
