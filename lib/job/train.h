// The engine of dm-train: rows in, a model out, in steps that can be interrupted and resumed bit for bit.
#pragma once
#include "job/model.h"
#include "job/monitor.h"
#include "job/resumable.h"

namespace dm::job {

const std::vector<Option>& train_options();

// x [n, d] in data units; its condition [n, dy] or without columns; weights [n] or empty.
struct TrainingRows {
  const Matrix<double>& x;
  Matrix<double> y;
  std::vector<double> weights;
  const TrainingRows* validation = nullptr;  // rows held out that come from elsewhere; null: a share of these
};

// The condition that the options make of y (without columns: none).
Condition condition_of(const Value& options, const Matrix<double>& y);

// Steps where the option is unset: 8000, with a condition 8000 + 2000 (d + dy), at most 60000 and 200 epochs, at least 2000.
int64_t default_steps(int64_t rows, int64_t d, int64_t dy, int64_t batch);

class Training : public Resumable {
 public:
  // The spec is that of Model. Throws Exit::data for rows that cannot be learned.
  Training(const Value& spec, const TrainingRows&);

  void run(Progress&, int64_t checkpoint_every, const std::function<void()>& checkpoint) override;
  Model& model() { return model_; }
  int64_t steps_done() const override { return trainer_->steps_done(); }
  void tell(Progress&) const override;
  Memory memory() const override;
  void state(Archive&) override;  // the trainer and the losses so far
  void result(Archive&) override;

 private:
  bool by_loss() const { return model_.options()["criterion"].text() == "loss"; }
  void keep_if_best(double value);

  Model model_;
  RowSet trained_, held_out_;                      // in model units, y as the network is told of it
  std::unique_ptr<DatasetSource> source_, judge_;  // of both; judge_ is null where no row is held out
  double share_ = 0;                               // of the rows that is held out
  int64_t patience_ = 0;                           // looks; 0: no row is held out
  std::unique_ptr<Monitor> monitor_;               // null: only the loss is looked at
  double best_value_ = HUGE_VAL;                   // of the criterion
  int64_t best_step_ = 0;
  std::vector<float> best_;  // the moving average at best_step_
  std::unique_ptr<Trainer> trainer_;
  double window_loss_ = 0;
};

}  // namespace dm::job
