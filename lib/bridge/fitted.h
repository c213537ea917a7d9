// A bridge that was fitted to two sets, as a file holds it.
#pragma once
#include "bridge/bridge.h"
#include "core/archive.h"

namespace dm {

struct FittedBridge : Bridge {
  using Bridge::Bridge;
  virtual int conditions() const { return 0; }  // columns of the y that each row brings along
  virtual void state(Archive&) = 0;
};

}  // namespace dm
