// One visitor for saving and loading: an object lists its fields once, `void visit(Archive& a) { a.field("m", m); }`, and the same list
// writes a model file, reads it back and resumes a training.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/mat.h"

namespace dm {

// On loading, a vector that is not empty states the length it expects, and a matrix its shape; an empty vector takes what is stored.
struct Archive {
  virtual ~Archive() = default;
  virtual bool saving() const = 0;
  virtual int64_t room() const { return INT64_MAX; }  // no more bytes than these can be stored: what asks for more need not be made
  virtual void field(const char* name, std::vector<float>&) = 0;
  virtual void field(const char* name, std::vector<double>&) = 0;
  virtual void field(const char* name, std::vector<int64_t>&) = 0;
  virtual void field(const char* name, Matrix<float>&) = 0;
  virtual void field(const char* name, Matrix<double>&) = 0;
  virtual void field(const char* name, int64_t&) = 0;
  virtual void field(const char* name, double&) = 0;
  virtual void field(const char* name, std::string&) = 0;
  virtual Archive& group(const char* name) = 0;  // lives as long as this archive
};

// What was loaded is finite, or the file is damaged (Exit::data).
template <class Numbers>
void expect_finite(const Archive& a, const std::string& what, const Numbers& v) {
  if (a.saving() || std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); })) return;
  throw Error(what + " holds a number that is not finite. The file is damaged or was edited", Exit::data);
}

}  // namespace dm
