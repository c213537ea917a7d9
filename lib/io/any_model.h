// What stands wherever a command reads a model: a file of dm-train, the spec of an oracle, and what carries rows from one law to another:
// the spec of a bridge in closed form, a plan of dm-ipf, a transport that was learned.
#pragma once
#include <memory>
#include <optional>

#include "io/model.h"
#include "job/sample.h"

namespace dm::io {

class AnyModel {
 public:
  // `params`: of what was learned, "ema" (null) or "live"; refused (Exit::spec) of a bridge of which nothing was.
  explicit AnyModel(std::shared_ptr<const Input>, const Value& params = {});
  AnyModel(const AnyModel&) = delete;
  AnyModel& operator=(const AnyModel&) = delete;
  ~AnyModel();

  const Input& input() const { return *input_; }
  std::vector<std::string> names;  // of the columns
  Told told;                       // of the condition
  Value provenance;                // of what was learned
  int conditions = 0;              // columns of y, 0: none

  bool carries() const { return bridged_.has_value(); }               // rows from one law to another
  const Model* trained() const { return file_ ? &*file_ : nullptr; }  // the file of dm-train
  // f(model) with one of the three that engines take: job::Bridged, Density, job::Model. They live as long as this.
  template <class F>
  auto visit(F f) const {
    return bridged_ ? f(*bridged_) : oracle_ ? f(*oracle_) : f(*model_);
  }

 private:
  struct Carrier;
  struct Closed;
  struct Learned;

  std::shared_ptr<const Input> input_;
  std::unique_ptr<const Carrier> carrier_;
  std::optional<job::Bridged> bridged_;  // refers to it
  std::unique_ptr<const Density> oracle_;
  std::optional<Model> file_;
  std::unique_ptr<const job::Model> model_;
};

}  // namespace dm::io
