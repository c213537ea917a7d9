// Iterative proportional fitting: two sets of points and a reference in, the Schroedinger bridge between them out. A method is one file and
// one name in registry.h.
#pragma once
#include "bridge/plan_bridge.h"
#include "core/progress.h"
#include "ot/points.h"

namespace dm {

struct IpfProblem {
  Points first, second;  // [n, d], [m, d]
  std::shared_ptr<const Schedule> reference;
  const PlanBridge* start = nullptr;  // a plan between other sets to begin from; null: none
};

struct IpfSolution {
  std::unique_ptr<PlanBridge> bridge;
  // {"mode": .., "status": "converged" | .., "iterations": .., "row_error": .., ...}: how it went and what it costs.
  Value report;
};

struct IpfMethod {
  virtual ~IpfMethod() = default;
  virtual IpfSolution solve(const IpfProblem&, Progress&) const = 0;
};

// sinkhorn
const Family& ipf_methods();
using IpfEntry = Entry<std::unique_ptr<IpfMethod>>;

// Half the pooled standard deviation of both sets, each about its own mean, all columns alike. Throws (Exit::data) where all rows of both
// are equal.
double default_sigma(const Points& first, const Points& second);

}  // namespace dm
