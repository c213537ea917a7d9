// Adam with decoupled weight decay (Kingma & Ba 2015; Loshchilov & Hutter 2019), gradient clipping, learning-rate schedule and
// exponential moving average, in one pass over the parameters.
#pragma once
#include "core/archive.h"
#include "core/option.h"
#include "nn/params.h"

namespace dm {

class Adam {
 public:
  static std::vector<Option> options(double rate = 2e-3);  // rate: what it is unless set
  Adam(const Value& options, int64_t total_steps, int64_t size);

  // Step k = 0, 1, ... with gradient g [size]; updates p, its packed copies, and the moving average of its values. Returns the
  // root-mean-square gradient before clipping; where that is not finite nothing is changed.
  double step(int64_t k, const float* g, ParamSet<float>& p, std::vector<float>& ema);
  double rate(int64_t k) const;  // learning rate: linear warm-up, then constant or cosine decay to zero
  void state(Archive&);

 private:
  double lr_, beta1_, beta2_, epsilon_, decay_, clip_, ema_;
  int64_t warmup_, total_;
  bool cosine_;
  std::vector<float> m_, v_;
};

}  // namespace dm
