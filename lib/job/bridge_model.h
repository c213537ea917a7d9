// A learned transport: everything that its file holds, rebuilt from its spec, as job/model.h of a model of one law.
#pragma once
#include "bridge/learner.h"
#include "density/density.h"
#include "job/judged.h"
#include "job/sample.h"

namespace dm::job {

// What the end of each half-iteration, or round, was like: rows of one set that its networks took to the other. In data units.
struct PhaseEnds {
  std::vector<int64_t> forward;           // 1: from the first set to the second, 0: back
  std::vector<double> step;               // of the training
  std::vector<double> w2, floor, energy;  // W2 to as many rows of the other set, of those to as many others, int |v|^2 dt
  void state(Archive&);
  std::string sentence(std::size_t k) const;
  Value line(std::size_t k) const;  // of the log, and of dm-data info
  Judged judged(std::size_t k) const { return {forward[k] ? Direction::forward : Direction::backward, w2[k], floor[k], energy[k]}; }
};

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
// The command whose section says how a transport was learned.
std::string command_of(const Value& spec);
// The options of a training, as in BridgeModel, from the section of its command.
Value learning_of(const Value& section);

std::unique_ptr<Density> law_of(const Value& side);  // of a side that is one; null of null

}  // namespace dm::job
