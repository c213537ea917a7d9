// One optimiser over one network: an object with step(source) and state(archive), so that alternation and resuming bit for bit are loops
// around it.
#pragma once
#include "core/parallel.h"
#include "core/progress.h"
#include "nn/adam.h"
#include "train/objective.h"
#include "train/source.h"

namespace dm {

class Trainer {
 public:
  // `head` and `objective` must outlive the trainer. Random paths lie under `stream`.
  Trainer(const Head& head, const Objective& objective, const Value& optimiser, int64_t total_steps, int batch, Cut cut, Stream stream);

  // Before the first step: parameters of another training in place of initial ones.
  void start_from(const ParamSet<float>& live, const ParamSet<float>& average);

  struct Report {
    double loss;                     // mean over the batch
    double grad_rms;                 // root-mean-square gradient
    bool finite;                     // false: the loss or the gradient is not finite and the parameters were left as they were
    double grad_norm = 0, rate = 0;  // Euclidean norm of the gradient before clipping; the learning rate of the step
  };
  Report step(Source&);
  // Mean loss of the moving average over rows 0 .. n-1 of the source's first batch, with the same noise at every call.
  double loss(const Source&, int64_t n);
  int64_t steps_done() const { return step_; }
  // Parameters, moments, gradients, and a tape a thread: an activation, its gradient and two intermediates for each output of each layer.
  static void add_memory(Memory&, const Layout&, int batch, Cut);
  const ParamSet<float>& live() const { return live_; }
  const ParamSet<float>& average();  // the moving average, packed for use
  void state(Archive&);              // parameters, average, moments, counter

 private:
  struct Room;
  // The loss of some rows of the source's batch, summed, on the tape.
  Var record(Tape<float>&, Room&, const Source&, Rows, int64_t step, Stream) const;

  const Head& head_;
  const Objective& objective_;
  ParamSet<float> live_, ema_;
  Adam adam_;
  int batch_;
  Cut cut_;
  Stream stream_;
  int64_t step_ = 0;
  Lines<float> sum_;  // gradient, then the loss in the last place
};

}  // namespace dm
