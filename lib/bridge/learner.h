// Ways to learn a transport from two sets: which networks, on which pairs, in which order. The loop over a learner's phases is one and the
// same for all (job/dsbm.h), and can stop and resume inside any of them.
#pragma once
#include "bridge/coupling.h"
#include "bridge/head.h"

namespace dm {

struct LearnerInputs {
  int d, given;          // columns of the state and of the condition
  double sigma;          // noise of the reference, in model units
  const Value& options;  // of the training: reference, network, embedding, predict; of dm-dsbm BridgeMatching's, too
  Stream stream;         // of the model; initial values lie under it
  Side sides[2] = {};    // to train on; without them the learner can only be used
  int64_t rows = 0;      // of the larger set
};

class Learner {
 public:
  explicit Learner(const LearnerInputs& inputs) : in(inputs) {}
  virtual ~Learner() = default;
  struct Net {
    std::string name;
    std::unique_ptr<const Head> head;
    std::unique_ptr<const Objective> objective;
  };
  const std::vector<Net>& nets() const { return nets_; }

  virtual int phases() const = 0;                         // half-iterations, or rounds
  virtual int64_t steps() const = 0;                      // of a phase
  virtual std::vector<int> trained(int phase) const = 0;  // which nets
  virtual bool fresh() const { return false; }            // each phase starts from new initial values
  // The pairs of a phase; `frozen` is the transport of the networks as they were when it began, and outlives the source.
  virtual std::unique_ptr<Source> pairs(int phase, const Transport& frozen, int batch, Stream) const = 0;
  virtual int64_t cache() const { return 0; }  // pairs that later phases simulate and keep
  // Of these parameters, one set a net, null where it has none yet.
  virtual std::unique_ptr<Transport> transport(const std::vector<const ParamSet<float>*>&) const = 0;
  // Options of a training that have no part in it: refused where they are given.
  virtual std::vector<std::string> ignores() const { return {}; }
  virtual void state(Archive&) {}  // what it has fitted to the sides besides networks

  // How the end of a phase is judged: the way that it taught, from rows of one side towards the other's, in the steps of its own
  // simulations.
  virtual Direction taught(int /*phase*/) const { return Direction::forward; }
  virtual int simulation_steps() const { return 30; }
  const Side& side(int k) const { return in.sides[k]; }

 protected:
  LearnerInputs in;
  std::vector<Net> nets_;
};

// of dm-dsbm: dsbm-imf, dsbm-ipf, dsbm-imf+, cfm, ot-cfm, sb-cfm, sf2m, interpolant, rectified-flow
const Family& learners();
using LearnerEntry = Entry<std::unique_ptr<Learner>, const LearnerInputs&>;
// of dm-ipf: dsb, cdsb, cdsb-c
const Family& ipf_learners();
extern const LearnerEntry dsb, cdsb, cdsb_c;
extern const LearnerEntry dsbm_imf, dsbm_ipf, dsbm_imf_plus, cfm, ot_cfm, sb_cfm, sf2m, interpolant, rectified_flow;

}  // namespace dm
