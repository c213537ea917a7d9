#include "io/plan.h"

namespace dm::io {

bool holds_plan(const Input& input) { return holds_model(input, plan_type); }

job::Plan read_plan(std::shared_ptr<const Input> input) {
  Model file(std::move(input), plan_type);
  return file.rebuild([&] {
    job::Plan plan(file.spec());
    plan.bridge->state(file.archive());
    return plan;
  });
}

void write_plan(const std::string& path, job::Plan& plan, const Value& provenance, bool force) {
  write_model(
      path, plan.spec, [&](Archive& a) { plan.bridge->state(a); }, provenance, force, plan_type);
}

}  // namespace dm::io
