// Data units <-> model units. Users see data units everywhere; engines work behind one codec a component, stored in the model.
#pragma once
#include <memory>

#include "core/archive.h"
#include "core/mat.h"
#include "core/value.h"

namespace dm {

struct Codec {
  virtual ~Codec() = default;
  virtual void encode(Mat<double> x) const = 0;  // data -> model, in place; x [rows, d]
  virtual void decode(Mat<double> x) const = 0;  // model -> data
  // The same for states: rows with noise, which are in no box.
  virtual void encode_state(Mat<double> x) const { encode(x); }
  virtual void decode_state(Mat<double> x) const { decode(x); }
  // Throws (Exit::data) naming the first row that cannot be data.
  virtual void require_inside(Mat<const double>) const {}
  // log |d model / d data| at each row of x in data units, what log-densities add; out [rows]
  virtual void logdet(Mat<const double> x, double* out) const = 0;
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
  void logdet(Mat<const double> x, double* out) const override;
  void state(Archive&) override;
};

// A component that lives in a box, so that no sample can leave it: boxed columns pass through the logit of (x - lo) / (hi - lo), then
// all columns through an affine codec. Rows on the boundary are moved inside by 1e-6 of the box's width, where the logit is 13.8. States
// are known outside as logits: through the box they would end on its boundary, where nothing tells them apart.
struct BoxCodec : Codec {
  std::vector<double> lo, hi;  // [d], infinite for a column without bounds; empty: no box at all
  AffineCodec affine;

  // `support`: null (no box), or [[lo, hi], null, ...], one entry a column, null for a column without bounds.
  // Throws (Exit::spec) where it has another number of entries than d, or lo < hi does not hold.
  BoxCodec(const Value& support, int d);

  // Affine as AffineCodec::fit of the logits, of rows that are inside.
  void fit(Mat<const double> x, const double* w = nullptr);

  void encode(Mat<double> x) const override;
  void decode(Mat<double> x) const override;
  void encode_state(Mat<double> x) const override { affine.encode(x); }
  void decode_state(Mat<double> x) const override { affine.decode(x); }
  void logdet(Mat<const double> x, double* out) const override;
  void state(Archive&) override;  // of the affine part; the box belongs to the spec
  void require_inside(Mat<const double> x) const override;

 private:
  double share(std::size_t j, double x) const;  // of the box's width that lies below x, off the boundary
  void unbox(Mat<double> x) const;
};

}  // namespace dm
