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
  void chose(std::string_view path, const Value& v) override { chosen_.emplace_back(path, v); }
  const std::vector<std::pair<std::string, Value>>& chosen() const { return chosen_; }
  void note(std::string_view sentence) override { shown_.note(sentence); }
  bool stop_requested() override { return shown_.stop_requested(); }

 private:
  Progress& shown_;
  std::vector<std::pair<std::string, Value>> chosen_;
};

// {"spec": as --print-spec, with what the command found for options that were left unset, "memory": {"bytes": .., "parts": {..}},
// "outputs": [..]}; without memory there is nothing left to do.
Value described(const Plan&, const Memory* memory);

}  // namespace dm::cli
