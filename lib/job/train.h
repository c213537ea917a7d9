// The engine of dm-train: rows in, a model out, in steps that can be interrupted and resumed bit for bit.
#pragma once
#include <functional>

#include "core/progress.h"
#include "job/model.h"

namespace dm::job {

const std::vector<Option>& train_options();

class Training {
 public:
  // x [n, d] in data units; weights [n] or empty. The spec is that of Model. Throws Exit::data for rows that cannot be learned.
  Training(const Value& spec, const Matrix<double>& x, std::vector<double> weights);

  // Trains to the end. `checkpoint` is called every `checkpoint_every` steps (0: never) and once where a stop is requested, which
  // then throws Exit::checkpointed. A loss that is not finite keeps the last finite state, calls `checkpoint` and throws.
  void run(Progress&, int64_t checkpoint_every, const std::function<void()>& checkpoint);

  Model& model() { return model_; }
  int64_t steps_done() const { return trainer_->steps_done(); }
  void state(Archive&);  // for a checkpoint: the trainer and the losses so far

 private:
  Model model_;
  Matrix<double> x_;  // model units
  std::unique_ptr<DatasetSource> source_;
  std::unique_ptr<Trainer> trainer_;
  double window_loss_ = 0;
};

}  // namespace dm::job
