// A bump allocator, one a thread: after the first pass of a loop it allocates nothing.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/mat.h"

namespace dm {

class Arena {
 public:
  void reset() { chunk_ = 0, used_ = 0; }

  // What is taken after mark() is given back by rewind().
  struct Mark {
    size_t chunk, used;
  };
  Mark mark() const { return {chunk_, used_}; }
  void rewind(Mark m) { chunk_ = m.chunk, used_ = m.used; }

  // n elements of T, 64-byte aligned, not initialised.
  template <class T>
  T* take(int64_t n) {
    const size_t bytes = (size_t(n) * sizeof(T) + 63) / 64 * 64;
    while (chunk_ < chunks_.size() && used_ + bytes > chunks_[chunk_].size) ++chunk_, used_ = 0;
    if (chunk_ == chunks_.size()) {
      const size_t size = std::max<size_t>(bytes, 4u << 20);
      chunks_.push_back({std::unique_ptr<std::byte[], Free>(static_cast<std::byte*>(::operator new(size, std::align_val_t(64)))), size});
      used_ = 0;
    }
    T* p = reinterpret_cast<T*>(chunks_[chunk_].p.get() + used_);
    used_ += bytes;
    return p;
  }

  // [rows, cols] whose rows are padded: kernels may read up to the next multiple of 16, and a stride that is a power of two (which
  // makes all rows compete for the same cache sets) is avoided.
  template <class T>
  Mat<T> matrix(int64_t rows, int64_t cols) {
    const int64_t width = (cols + 15) / 16 * 16, ld = width % 64 == 0 ? width + 16 : width;
    return {take<T>(rows * ld), rows, cols, ld};
  }

 private:
  struct Free {
    void operator()(std::byte* p) const { ::operator delete(p, std::align_val_t(64)); }
  };
  struct Chunk {
    std::unique_ptr<std::byte[], Free> p;
    size_t size;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0, used_ = 0;
};

}  // namespace dm
