// The engine of dm-ipf: two sets in, the bridge between them out, and what is read off it.
#pragma once
#include "bridge/ipf.h"
#include "core/option.h"

namespace dm::job {

const std::vector<Option>& ipf_options();

// A bridge by its method, as dm-plan files hold it.
struct Plan {
  // {"dimension": d, "rows": [n, m], "names": [..], "data_sha256": [.., ..], "sigma": .., "reference": {..}, "report": {..}, "dm-ipf":
  // {..}}
  Value spec;
  std::unique_ptr<PlanBridge> bridge;

  Plan() = default;
  explicit Plan(const Value& spec);  // to be filled by bridge->state(); throws Exit::data for a spec that is damaged
};

// Solves for section["method"]; `start` may be null. Of the spec, "names" and "data_sha256" are left to the caller.
Plan ipf(const Points& first, const Points& second, const PlanBridge* start, const Value& section, Progress&);

// "stored kernel, 27 iterations (and 3 at larger eps), ...", and a warning where it did not converge, else empty.
std::string said(const Value& report);
std::string warned(const Value& report);

// What section["emit"] asks for: rows and what belongs to them.
struct Emitted {
  Matrix<double> x, y;             // y without columns: none
  std::vector<double> weights;     // empty: all alike
  std::vector<int64_t> index;      // rows of the second set; empty: none
  std::vector<std::string> names;  // of columns that are not those of the sets; empty: they are
  double t = -1;                   // time of the rows, where they have one
};
Emitted emit(const Plan&, const Value& section, uint64_t seed);

}  // namespace dm::job
