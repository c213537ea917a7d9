// A law that rows can be drawn from: a toy set, an analytic density, the reference of a process.
#pragma once
#include <memory>

#include "core/mat.h"
#include "core/option.h"
#include "core/random.h"

namespace dm {

struct Law {
  virtual ~Law() = default;
  virtual int dim() const = 0;
  virtual int conditions() const { return 0; }  // how many of the columns, the last ones, are the condition y
  // The box that holds the other columns, [[lo, hi], ...]; null: none.
  virtual Value support() const { return {}; }
  // x is [rows.n, dim]; row i of x is a pure function of (stream, rows[i]).
  virtual void draw(Stream, Rows rows, Mat<double> x) const = 0;
};

using LawEntry = Entry<std::unique_ptr<Law>>;

}  // namespace dm
