// A training that can be stopped between two steps and continued bit for bit.
#pragma once
#include <functional>

#include "core/archive.h"
#include "core/option.h"
#include "core/progress.h"

namespace dm::job {

struct Resumable {
  virtual ~Resumable() = default;
  // Where the log goes: {"step": .., "loss": .., ...}, in the order of the steps; null: nowhere.
  std::function<void(Value)> log;
  // Whether what a line of the log says lies behind the training; false: it will be said (again).
  virtual bool behind(const Value& line) const { return line["step"].integer() <= steps_done(); }
  // Trains to the end. `checkpoint` is called every `checkpoint_every` steps (0: never) and once where a stop is requested, which
  // then throws Exit::checkpointed. A loss that is not finite keeps the last finite state, calls `checkpoint` and throws.
  virtual void run(Progress&, int64_t checkpoint_every, const std::function<void()>& checkpoint) = 0;
  virtual int64_t steps_done() const = 0;
  virtual void tell(Progress&) const = 0;  // what it took where an option was left unset: Progress::chose
  virtual Memory memory() const = 0;       // while it runs
  virtual void state(Archive&) = 0;        // for a checkpoint
  virtual void result(Archive&) = 0;       // the model, once trained
};

// The options of every command that trains: checkpoint, resume, log. They say how to run, and are not part of what the model is.
std::vector<Option> resume_options();
// A command's options without those.
Value without_resume_options(Value options);

}  // namespace dm::job
