// The engine of dm-dsbm: two sets in, a transport between them out, learned in phases that can be interrupted and resumed bit for bit.
#pragma once
#include "bridge/learner.h"
#include "density/density.h"
#include "job/judged.h"
#include "job/resumable.h"
#include "job/sample.h"

namespace dm::job {

const std::vector<Option>& dsbm_options();

// What every training of a transport takes besides its method, sigma and reference: batch, codec, networks, optimiser.
std::vector<Option> learning_options();

// What the end of each half-iteration, or round, was like: rows of one set that its networks took to the other. In data units.
struct PhaseEnds {
  std::vector<int64_t> forward;           // 1: from the first set to the second, 0: back
  std::vector<double> step;               // of the training
  std::vector<double> w2, floor, energy;  // W2 to as many rows of the other set, of those to as many others, int |v|^2 dt
  void state(Archive&);
  std::string sentence(std::size_t k) const;
  Value line(std::size_t k) const;  // of the log
  Judged judged(std::size_t k) const { return {forward[k] ? Direction::forward : Direction::backward, w2[k], floor[k], energy[k]}; }
};

// A learned transport: everything that its file holds, rebuilt from its spec.
struct BridgeModel {
  // {"seed": .., "dimension": d, "condition": Condition::shape(), "names": [..], "data_sha256": [.., ..], "sources": [density or null, ..],
  // "sigma": in data units, model_numerics() .., COMMAND: {every option}}, COMMAND dm-dsbm, or dm-ipf with one of its learners
  Value spec;
  Value options;  // of the training: the command's, and where a method brings learning_options() along, these beside it
  AffineCodec codec;
  Condition condition;
  std::unique_ptr<Density> sources[2];  // a side that is a law, in data units
  std::unique_ptr<Learner> learner;
  std::vector<ParamSet<float>> params, ema;  // one a network of the learner
  std::vector<int64_t> trained;              // whether it has been
  std::vector<double> loss, loss_step;       // mean loss of each window and the step at its end, over all phases
  PhaseEnds phase_ends;

  // Throws Exit::data for a spec that is damaged, or whose numerics are not this program's. Sides: to train on, and the codec that fits
  // them.
  struct Sides {
    AffineCodec codec;
    Side side[2];
    int64_t rows = 0;
  };
  explicit BridgeModel(const Value& spec, const Sides* = nullptr, Archive* = nullptr);
  int dim() const { return int(spec["dimension"].integer()); }
  Stream stream() const;  // seed / COMMAND
  // The transport of the moving averages, or of the last parameters; refers to the model.
  std::unique_ptr<Transport> transport(bool live = false) const;
  Bridged bridged(const Transport&) const;  // as dm-sample takes it
  void state(Archive&);
};

// Whether a model's spec is that of a learned transport.
bool is_bridge(const Value& spec);

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

// The options of a training, as in BridgeModel, from the section of its command.
Value learning_of(const Value& section);

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
