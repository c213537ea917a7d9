// Whether a transport that was fitted takes one set to the other: a few rows of the one, moved, beside rows of the other.
#pragma once
#include "job/sample.h"
#include "ot/points.h"

namespace dm::job {

struct Judged {
  Direction way;
  double w2 = NAN, floor = NAN;  // W2 of the rows that were moved to as many of the other set, and of other rows of that set to these
  double energy = NAN;           // int |v|^2 dt of their way
  // A sentence where the rows are not where they should be, else empty: not finite, or twice the floor away (which is that of a few rows,
  // so that smaller faults are left to dm-eval).
  std::string warning() const;
};

// `from`: the rows to be moved in `steps` steps; `to`, `more`: of the other set, as many rows twice, none in common. All in data units.
Judged judge(const Bridged&, Direction, int64_t steps, const Points& from, const Points& to, const Points& more, uint64_t seed);

}  // namespace dm::job
