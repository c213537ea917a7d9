// What an engine tells the outside while it works, and the one question it asks. The base class is silent and never stops: engines take
// a Progress& and tests pass `Progress silent;`. The terminal's version lives in lib/cli.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/value.h"

namespace dm {

// What is held in memory at once, part by part, in bytes.
struct Memory {
  std::vector<std::pair<std::string, double>> parts;
  // `numbers` of `bytes` each; parts of no size are left out, and those of one name are one.
  Memory& add(const std::string& what, double numbers, double bytes = 8);
  double total() const;
};

class Progress {
 public:
  virtual ~Progress() = default;
  // An option ("steps", "method.cache") that was left unset, as it is taken. Said before ready(): a dry run shows it in its spec.
  virtual void chose(std::string_view /*path*/, const Value&) {}
  // All is checked, the sizes are known, and nothing large is allocated or computed yet. A dry run ends here, by an exception.
  virtual void ready(const Memory&) {}
  // A new phase starts ("training", "sampling"); the rate and the time left begin anew.
  virtual void begin(std::string_view) {}
  // `done` of `total` units are finished; NaN: no loss to show. Called from one thread at a time, as often as convenient.
  virtual void update(int64_t /*done*/, int64_t /*total*/, double /*loss*/ = std::numeric_limits<double>::quiet_NaN()) {}
  // A sentence the user should see once: a chosen default, a warning.
  virtual void note(std::string_view) {}
  // True once a signal asked for the end. An engine with a checkpoint then writes it and throws Error(..., Exit::checkpointed); one
  // without calls stop_point().
  virtual bool stop_requested() { return false; }

  // Leaves the engine by an exception, so that everything half-written is cleaned up; the command then dies of the signal.
  void stop_point() {
    if (stop_requested()) throw Error("stopped by a signal; nothing was written");
  }
};

}  // namespace dm
