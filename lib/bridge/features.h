// Fixed features of a row, on which a drift can be regressed in closed form.
#pragma once
#include <memory>

#include "core/mat.h"
#include "core/option.h"

namespace dm {

struct Features {
  virtual ~Features() = default;
  virtual int count() const = 0;
  virtual int centres() const { return 0; }  // rows that they are placed at
  // phi [count()] of z [q], columns of unit variance; phi[0] = 1. centres [centres(), q].
  virtual void of(const double* z, const double* centres, double* phi) const = 0;
};

// linear, polynomial, rbf; make(options, q) for rows of q columns
const Family& features();
using FeaturesEntry = Entry<std::unique_ptr<Features>, int>;

}  // namespace dm
