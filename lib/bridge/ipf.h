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
  const FittedBridge* start = nullptr;            // a solution between other sets to begin from; null: none
  Mat<const double> first_y = {}, second_y = {};  // conditions, [n, dy] and [m, dy]; without columns: none
  Stream stream = Stream(0);                      // of whatever the method draws
};

struct IpfSolution {
  std::unique_ptr<FittedBridge> bridge;
  // {"status": "converged" | "exact" | .., "summary": one line of it, ...}: how it went, and what the method knows. With "direction",
  // the way that was fitted last, where only rows can tell how well.
  Value report;
};

struct IpfMethod {
  virtual ~IpfMethod() = default;
  virtual IpfSolution solve(const IpfProblem&, Progress&) const = 0;
  // A solution of that shape for state() to fill.
  struct Shape {
    int64_t n, m, d, dy;
  };
  virtual std::unique_ptr<FittedBridge> shaped(const Shape&, std::shared_ptr<const Schedule> reference) const = 0;
};

// sinkhorn, gaussian, ridge
const Family& ipf_methods();
using IpfEntry = Entry<std::unique_ptr<IpfMethod>>;

// Half the pooled standard deviation of both sets, each about its own mean, all columns alike. Throws (Exit::data) where all rows of both
// are equal.
double default_sigma(const Points& first, const Points& second);

}  // namespace dm
