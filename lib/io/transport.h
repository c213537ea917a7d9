// What carries rows from one law to another, wherever a command reads a model: the spec of a bridge in closed form, a plan of dm-ipf, or a
// transport that was learned.
#pragma once
#include <memory>

#include "io/told.h"
#include "job/sample.h"

namespace dm::io {

struct Carrier {
  virtual ~Carrier() = default;
  virtual job::Bridged bridged() const = 0;  // refers to the carrier
  virtual int conditions() const = 0;        // columns of the y that a row brings along, 0: none
  std::vector<std::string> names;            // of the columns
  Told told;                                 // of the condition
  Value provenance;                          // of a learned transport
};
// Null where the input is neither of them. `params`: of a learned one, "ema" (null) or "live"; refused (Exit::spec) where nothing was
// learned.
std::unique_ptr<const Carrier> read_carrier(const std::shared_ptr<const Input>&, const Value& params = {});

}  // namespace dm::io
