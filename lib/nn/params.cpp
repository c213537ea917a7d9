#include "nn/params.h"

#include "core/parallel.h"

namespace dm {

template <class S>
ParamSet<S>::ParamSet(const Layout& layout)
    : v(std::size_t(layout.size)), layout_(&layout), packed_(layout.items.size()), packed_t_(layout.items.size()) {
  for (std::size_t i = 0; i < layout.items.size(); ++i) {
    const auto& [name, rows, cols, offset, bound, bias] = layout.items[i];
    constexpr int64_t W = panel_width<S>;
    for (int64_t k = 0; k < rows; k += W) pieces_.push_back({int(i), k, offset + k * cols, std::min(W, rows - k) * cols});
    if (!bias) packed_[i].resize(std::size_t(packed_size<S>(rows, cols))), packed_t_[i].resize(std::size_t(packed_size<S>(cols, rows)));
  }
}

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
  parallel(int64_t(pieces_.size()), [&](int64_t i) { pack(pieces_[std::size_t(i)]); });
}

template <class S>
void ParamSet<S>::pack(const Piece& piece) {
  const std::size_t i = std::size_t(piece.item);
  if (!layout_->items[i].bias) pack_rows<S>(value(piece.item), piece.row, packed_[i].data(), packed_t_[i].data());
}

template class ParamSet<float>;
template class ParamSet<double>;

}  // namespace dm
