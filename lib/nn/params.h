// A Network is structure, a ParamSet is values: live, EMA, frozen and teacher parameters are ParamSets over one Layout.
#pragma once
#include <string>
#include <vector>

#include "core/product.h"
#include "core/random.h"

namespace dm {

// Where each array of a network lies in the flat parameter vector.
struct Layout {
  struct Item {
    std::string name;  // "layer2/weight"
    int64_t rows, cols, offset;
    double bound;  // initial values are uniform on [-bound, bound]
    bool bias;
  };
  std::vector<Item> items;
  int64_t size = 0;

  int weight(std::string name, int64_t in, int64_t out, double bound) { return add({std::move(name), in, out, size, bound, false}); }
  // Bytes of `plain` sets of values and of `packed` ones, which hold each weight three times.
  double bytes(double plain, double packed, double number = 4) const { return number * double(size) * (plain + 3 * packed); }
  int bias(std::string name, int64_t out, double bound) { return add({std::move(name), 1, out, size, bound, true}); }

 private:
  int add(Item item) {
    size += (item.rows * item.cols + 15) / 16 * 16;  // arrays start on cache lines; the padding stays zero
    items.push_back(std::move(item));
    return int(items.size()) - 1;
  }
};

template <class S>
class ParamSet {
 public:
  explicit ParamSet(const Layout& layout);

  std::vector<S> v;

  void initialise(Stream);
  // Brings the packed copies of the weights (forward and transposed) up to date with v; call after every change of v.
  void pack();

  // The same piece by piece, for who changes v in a parallel pass: panel_width rows of an array (fewer at its end), v[first .. first +
  // size).
  struct Piece {
    int item;
    int64_t row, first, size;
  };
  const std::vector<Piece>& pieces() const { return pieces_; }
  void pack(const Piece&);

  const Layout& layout() const { return *layout_; }
  Mat<const S> value(int item) const {
    const auto& i = layout_->items[std::size_t(item)];
    return {v.data() + i.offset, i.rows, i.cols, i.cols};
  }
  Panels<S> forward(int item) const { return {packed_[std::size_t(item)].data(), panel_width<S>, value(item).rows * panel_width<S>}; }
  Panels<S> transposed(int item) const { return {packed_t_[std::size_t(item)].data(), panel_width<S>, value(item).cols * panel_width<S>}; }

 private:
  const Layout* layout_;
  std::vector<Piece> pieces_;
  std::vector<Lines<S>> packed_, packed_t_;  // of each weight; biases are read as they lie
};

}  // namespace dm
