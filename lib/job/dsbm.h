// The engine of dm-dsbm: two sets in, a transport between them out, learned in phases that can be interrupted and resumed bit for bit.
#pragma once
#include "job/bridge_model.h"
#include "job/resumable.h"

namespace dm::job {

const std::vector<Option>& dsbm_options();

// What every training of a transport takes besides its method, sigma and reference: batch, codec, networks, optimiser.
std::vector<Option> learning_options();

// One of the two sets, in data units: rows, or a law; or nothing, for a method that makes its own second one.
struct BridgeSide {
  Matrix<double> x;             // [n, d]
  Matrix<double> y;             // [n, dy] or without columns
  std::vector<double> weights;  // [n] or empty
  Value law;                    // {"type": "gaussian", ...}; null: rows
  bool absent() const { return law.is_null() && x.rows == 0; }
};

// What of a model's spec is found in the sets: "dimension", "condition", "sources", "sigma" and the steps where the options leave them
// open. Throws Exit::data where the two do not belong together.
Value bridge_spec(const Value& section, int64_t seed, const BridgeSide (&sides)[2], const std::string& command = "dm-dsbm");

class BridgeTraining : public Resumable {
 public:
  // The sides must outlive the training.
  BridgeTraining(const Value& spec, const BridgeSide (&sides)[2]);
  ~BridgeTraining() override;
  void run(Progress&, int64_t checkpoint_every, const std::function<void()>& checkpoint) override;
  int64_t steps_done() const override;
  void tell(Progress&) const override;
  Memory memory() const override;
  bool behind(const Value& line) const override;
  void state(Archive&) override;
  void result(Archive& a) override { model_.state(a); }
  BridgeModel& model() { return model_; }
  bool noisy() const;           // whether sigma has a part in the method
  std::string warning() const;  // what the last rows that were judged say of the result, empty where they are where they should be

 private:
  struct Encoded;
  void begin();  // of phase_: trainers, frozen networks, pairs
  void judge();  // the end of phase_

  std::unique_ptr<Encoded> sets_;
  BridgeModel model_;
  int64_t phase_ = 0;
  std::vector<ParamSet<float>> frozen_;
  std::unique_ptr<Transport> transport_;  // of the frozen networks
  std::unique_ptr<Source> pairs_;
  std::vector<std::unique_ptr<Trainer>> trainers_;  // of the networks that this phase trains
  double window_loss_ = 0;
};

}  // namespace dm::job
