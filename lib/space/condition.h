// The condition y as a network sees it: a given component of the state, [n, width]. The last column is 1; a row of zeros says "absent",
// which is what condition dropout trains and classifier-free guidance asks for (Ho & Salimans 2022).
#pragma once
#include <string>

#include "core/archive.h"
#include "core/mat.h"
#include "core/value.h"

namespace dm {

struct Condition {
  enum class Kind { none, vector, label };
  Kind kind = Kind::none;
  std::vector<double> mean, scale;  // vector: of each column of y; scale is its standard deviation, 1 where that is zero
  std::vector<double> labels;       // label: the classes, ascending; y has one column

  // vector: columns are standardised one by one. label: one-hot, at most 1,000 classes.
  // Throws (Exit::data) where labels are not in one column or too many.
  static Condition fit(Kind, Mat<const double> y);

  // {"type": "vector", "columns": ..} or {"type": "label", "classes": ..}: its shape, from which of() rebuilds it for state() to fill.
  Value shape() const;
  static Condition of(const Value& shape);

  int columns() const { return kind == Kind::vector ? int(mean.size()) : kind == Kind::label ? 1 : 0; }  // of y
  int width() const;                                                                                     // of the component, 0: none
  // y [n, columns] -> [n, width]. Throws (Exit::data) for another number of columns and for an unknown label.
  Matrix<double> encode(Mat<const double> y) const;
  void state(Archive&);
};

}  // namespace dm
