// The way of rows through the levels, as the options of dm-sample ask for it: a step rule, a corrector or none, and the moves they make.
#pragma once
#include <memory>

#include "bridge/bridge.h"
#include "core/progress.h"
#include "sample/sampler.h"

namespace dm::job {

Direction direction_of(const Value& options);  // the option `direction`, forward where it is unset
const char* name_of(Direction);

struct Route {
  std::unique_ptr<StepRule> rule, corrector;
  Plan plan;
  Level start;
  Final final;

  // Of a model of one law, from its reference to the data, or with `encode` back. `lowest`: Span's.
  Route(const Schedule&, const Value& options, double lowest);
  // Between two laws, from where the rows are at t to where they go. `sampler`, `grid`: taken where the options leave them open.
  Route(const Schedule&, const Value& options, const Value& sampler, Direction way, const char* grid);

  void tell(Progress&) const;  // what was taken: Progress::chose

 private:
  Route(const Value& options, const Value& sampler, const char* grid);
  void lay(const Schedule&, const Value& options, Final end, const Span&, bool encode);
  std::string culprit() const;  // what makes moves that cannot be: "a corrector" or "the sampler ddim as set"

  Value sampler_, laid_;
  std::unique_ptr<Grid> grid_;
};

}  // namespace dm::job
