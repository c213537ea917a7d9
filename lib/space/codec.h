// Data units <-> model units. Users see data units everywhere; engines work behind one codec a component, stored in the model.
#pragma once
#include <memory>

#include "core/archive.h"
#include "core/mat.h"

namespace dm {

struct Codec {
  virtual ~Codec() = default;
  virtual void encode(Mat<double> x) const = 0;  // data -> model, in place; x [rows, d]
  virtual void decode(Mat<double> x) const = 0;  // model -> data
  virtual double logdet() const = 0;             // log |d model / d data|: what log-densities add
  virtual void state(Archive&) = 0;
};

// z = (x - mean) / scale: a mean vector and ONE scale, so that directions and singular vectors survive.
struct AffineCodec : Codec {
  std::vector<double> mean;  // [d]
  double scale = 1;

  static AffineCodec identity(int d);
  // mean of each column and the pooled standard deviation sqrt(mean_ij (x_ij - mean_j)^2); w: one weight a row, or null.
  // Throws (Exit::data) where all rows are equal.
  static AffineCodec fit(Mat<const double> x, const double* w = nullptr);

  void encode(Mat<double> x) const override;
  void decode(Mat<double> x) const override;
  double logdet() const override;
  void state(Archive&) override;
};

}  // namespace dm
