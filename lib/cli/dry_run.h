// --dry-run: a command goes on as always until all is checked and the work would begin, and says then what it would do.
#pragma once
#include "cli/plan.h"

namespace dm::cli {

// Ends the command where its engine is ready.
class DryRun : public Progress {
 public:
  explicit DryRun(Progress& shown) : shown_(shown) {}
  struct Ready {
    Memory memory;
  };
  void ready(const Memory& m) override { throw Ready{m}; }
  void note(std::string_view sentence) override { shown_.note(sentence); }
  bool stop_requested() override { return shown_.stop_requested(); }

 private:
  Progress& shown_;
};

// {"spec": as --print-spec, "memory": {"bytes": .., "parts": {..}}, "outputs": [..]}; without memory there is nothing left to do.
Value described(const Plan&, const Memory* memory);

}  // namespace dm::cli
