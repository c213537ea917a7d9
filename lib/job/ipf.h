// The engine of dm-ipf: two sets in, the bridge between them out, and what is read off it.
#pragma once
#include "bridge/ipf.h"
#include "core/option.h"

namespace dm::job {

const std::vector<Option>& ipf_options();
// Whether a method of theirs trains networks (job/dsbm.h does that) and is not one of ipf_methods().
bool is_learned(const Value& method);
// The section without what is done with the result.
Value fitted_options(Value section);

// A bridge by its method, as dm-plan files hold it.
struct Plan {
  // {"dimension": d, "conditions": dy, "rows": [n, m], "names": [..], "data_sha256": [.., ..], "sigma": .., "reference": {..}, "report":
  // {..}, "dm-ipf":
  // {..}}
  Value spec;
  std::unique_ptr<FittedBridge> bridge;

  Plan() = default;
  explicit Plan(const Value& spec);  // to be filled by bridge->state(); throws Exit::data for a spec that is damaged
};

// One of the two sets, in data units.
struct IpfSet {
  Matrix<double> x;             // [n, d]
  Matrix<double> y;             // [n, dy], or without columns
  std::vector<double> weights;  // [n] or empty
  Points points() const { return {x, weights.empty() ? nullptr : weights.data()}; }
};

// Solves for section["method"]; `start` may be null. Of the spec, "names" and "data_sha256" are left to the caller.
Plan ipf(const IpfSet& first, const IpfSet& second, const FittedBridge* start, const Value& section, int64_t seed, Progress&);

// A warning where it did not converge, else empty.
std::string warned(const Value& report);

// What section["emit"] asks for: rows and what belongs to them.
struct Emitted {
  Matrix<double> x, y;             // y without columns: none
  std::vector<double> weights;     // empty: all alike
  std::vector<int64_t> index;      // rows of the second set; empty: none
  std::vector<std::string> names;  // of columns that are not those of the sets; empty: they are
  double t = -1;                   // time of the rows, where they have one
};
Emitted emit(const Plan&, const Value& section, uint64_t seed, Progress&);

}  // namespace dm::job
