// A trained model: everything that a model file holds, rebuilt from its spec.
#pragma once
#include <memory>

#include "process/net_denoiser.h"
#include "process/process.h"
#include "space/codec.h"
#include "space/condition.h"
#include "train/trainer.h"

namespace dm::job {

// What a model's bits depend on besides its options: {"tile": rows at which sums are cut, "lanes": partial sums of a step of `batch` rows,
// "kernel": the path of the row products}.
Value model_numerics(int64_t batch);
// Throws Exit::data where those of a model trained on `batch` rows a step are not this program's.
void check_numerics(const Value& spec, int64_t batch);

// The flat vector of a ParamSet as one array an item: "layer0/weight" is the field `weight` of the group `layer0`.
void fields(Archive&, ParamSet<float>&);

// `layout`, unless `stored` cannot hold its parameters and their average: a spec that asks for more is damaged, and is refused before they
// are made.
const Layout& held_by(const Archive* stored, const Layout& layout);

// The condition's rows as a network sees them; y null: none, which only an `optional` condition allows. Throws Exit::spec.
Matrix<double> given_to(const Condition&, const Matrix<double>* y, bool optional);

struct Model {
  // {"seed": .., "dimension": d, "condition": Condition::shape(), "support": see BoxCodec, "names": [..], "data_sha256": "..",
  // model_numerics() .., "dm-train": {every option}}
  Value spec;
  std::unique_ptr<Process> process;
  std::unique_ptr<Objective> objective;
  BoxCodec codec;
  Condition condition;  // of what /y says, where the model learned from it
  std::unique_ptr<Head> head;
  std::unique_ptr<ParamSet<float>> params, ema;  // live, and moving average (what samplers use)
  std::vector<double> loss, loss_step;           // mean loss of each window and the step at its end
  std::vector<double> held_out, held_out_step;   // loss of the moving average on rows that are not trained on

  // Throws Exit::data for a spec that is damaged, or whose numerics are not this program's.
  explicit Model(const Value& spec, const Archive* stored = nullptr);
  Model(const Value& spec, Archive& stored) : Model(spec, &stored) { state(stored); }
  const Value& options() const { return spec["dm-train"]; }
  int dim() const { return int(spec["dimension"].integer()); }
  // The condition's rows as the network sees them; y null: none. Throws Exit::spec where the model wants them and there are none, or the
  // other way.
  Matrix<double> given(const Matrix<double>* y) const;
  Stream stream() const;  // seed / "dm-train"
  // The network that /params of the section names, ema unless live; refuses a /process that is not the model's (Exit::spec).
  NetDenoiser denoiser(const Value& section) const;
  void state(Archive&);  // parameters, codec, losses; on loading the parameters are packed for use
};

}  // namespace dm::job
