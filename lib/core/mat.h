// Row-major views and owners of small dense matrices. Shapes are written [rows, cols].
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <vector>

namespace dm {

// Of memory on cache lines, so that no vector of 64 bytes lies across two.
template <class T>
struct OnLines {
  using value_type = T;
  OnLines() = default;
  template <class U>
  OnLines(const OnLines<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t(64))); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t(64)); }
  bool operator==(const OnLines&) const { return true; }
};
template <class T>
using Lines = std::vector<T, OnLines<T>>;

// A view: element (i, j) is p[i * ld + j].
template <class T>
struct Mat {
  T* p = nullptr;
  int64_t rows = 0, cols = 0, ld = 0;

  T* operator[](int64_t i) const { return p + i * ld; }
  Mat slice(int64_t first, int64_t n) const { return {p + first * ld, n, cols, ld}; }
  operator Mat<const T>() const requires(!std::is_const_v<T>) { return {p, rows, cols, ld}; }
};

// Owns a contiguous [rows, cols] block (ld = cols).
template <class T>
struct Matrix {
  int64_t rows = 0, cols = 0;
  std::vector<T> v;

  Matrix() = default;
  Matrix(int64_t r, int64_t c, T fill = T()) : rows(r), cols(c), v(std::size_t(r * c), fill) {}
  T* operator[](int64_t i) { return v.data() + i * cols; }
  const T* operator[](int64_t i) const { return v.data() + i * cols; }
  Mat<T> view() { return {v.data(), rows, cols, cols}; }
  Mat<const T> view() const { return {v.data(), rows, cols, cols}; }
  operator Mat<T>() { return view(); }
  operator Mat<const T>() const { return view(); }
};

// The rows of m with these numbers, in that order.
template <class T>
Matrix<std::remove_const_t<T>> take_rows(Mat<T> m, const std::vector<int64_t>& rows) {
  Matrix<std::remove_const_t<T>> out(int64_t(rows.size()), m.cols);
  for (int64_t i = 0; i < out.rows; ++i) std::copy_n(m[rows[std::size_t(i)]], m.cols, out[i]);
  return out;
}

// WHO the rows of a tile are (global ids), never where they lie in memory: a row's random numbers and bits depend on its id alone.
struct Rows {
  int64_t first = 0;
  int n = 0;
  const int64_t* id = nullptr;  // ids of the n rows; null: first, first + 1, ...
  int64_t operator[](int i) const { return id ? id[i] : first + i; }
};

}  // namespace dm
