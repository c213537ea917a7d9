#include "job/resumable.h"

namespace dm::job {

std::vector<Option> resume_options() {
  return {
      {"checkpoint", integer(0), 1000, "steps between checkpoints of a run with --resume; 0: only when it is stopped"},
      {"resume", flag(), false, "continue from the checkpoint of this output; start where there is none, do nothing where it is complete"},
      {"log", text().written(), Value(),
       "file that gets a line of JSON every 400th part of the training and at each look at held-out rows: step, loss, rate, gradient (its "
       "norm), "
       "held_out, metrics, seconds; continued by --resume. Seconds are those of a clock: two runs give two logs. Unset: none"}};
}

Value without_resume_options(Value options) {
  std::erase_if(options.members(), [](const auto& m) { return m.first == "checkpoint" || m.first == "resume" || m.first == "log"; });
  return options;
}

}  // namespace dm::job
