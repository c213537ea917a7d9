// What learners share that train the two directions of a bridge in turn, backward first: two networks of the end of a way, the schedules
// they refer to, and the order.
#pragma once
#include "bridge/learner.h"
#include "bridge/net_bridge.h"

namespace dm {

struct HalfIterations : Learner {
  const Value o;  // of the method
  std::shared_ptr<const Schedule> reference;
  NetBridge shape;  // its schedules are what the heads and objectives refer to

  // objective(head): of one direction.
  template <class MakeObjective>
  HalfIterations(const Value& options, const LearnerInputs& inputs, MakeObjective objective)
      : Learner(inputs),
        o(options),
        reference(make<std::unique_ptr<const Schedule>, double>(references(), in.options["reference"], in.sigma)),
        shape(reference, in.d) {
    for (const Direction way : {Direction::backward, Direction::forward}) {
      const char* name = way == Direction::forward ? "forward" : "backward";
      auto head = std::make_unique<EndHead>(in.options, in.d, in.stream / name / "init", in.given, shape, way);
      auto trained_by = objective(*head);
      nets_.push_back({name, std::move(head), std::move(trained_by)});
    }
  }
  int phases() const override { return int(o["half_iterations"].integer()); }
  int64_t steps() const override { return o["steps"].integer(); }
  Direction taught(int phase) const override { return phase % 2 ? Direction::forward : Direction::backward; }
  int simulation_steps() const override { return int(o["simulation_steps"].integer()); }
  std::vector<int> trained(int phase) const override { return {taught(phase) == Direction::forward}; }
  bool fresh() const override { return o["fresh"].boolean(); }
  std::unique_ptr<Transport> transport(const std::vector<const ParamSet<float>*>& params) const override {
    return net_bridge(reference, nets_, params);
  }
};

}  // namespace dm
