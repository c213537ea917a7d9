// Where training rows come from. What a source gives at a step is a pure function of the step.
#pragma once
#include "core/archive.h"
#include "core/random.h"
#include "space/state.h"

namespace dm {

struct Source {
  virtual ~Source() = default;
  virtual void prepare(int64_t /*step*/) {}  // batch-wide work before the rows of a step are drawn
  // Rows `slots` of the batch of this step, in model units; component 1, where the state has it, is what is given.
  virtual void draw(int64_t step, Rows slots, State& x0) const = 0;
  virtual double memory() const { return 0; }  // bytes of what it makes and keeps
  virtual void state(Archive&) {}              // what is not a function of the step
};

// What belongs to every row besides x and is not noised: the condition.
struct Given {
  Mat<const double> rows = {};  // [n, w], or without columns
  double absent = 0;            // share of draws whose row is zeroed: condition dropout
};

// The rows of a dataset: every epoch a new keyed permutation, so each row is seen once an epoch; weighted rows are drawn with
// replacement instead.
class DatasetSource : public Source {
 public:
  // x [n, d] in model units and what is given of its rows must outlive the source; weights [n] or empty.
  DatasetSource(Mat<const double> x, std::vector<double> weights, int batch, Stream, Given = {});
  void draw(int64_t step, Rows slots, State& x0) const override;

 private:
  Mat<const double> x_;
  std::vector<double> cumulative_;
  int batch_;
  Stream stream_;
  Given given_;
};

}  // namespace dm
