// From the words of the command line to a checked Call.
#pragma once
#include <string>
#include <vector>

#include "cli/command.h"

namespace dm::cli {

struct Plan {
  Call call;
  Value spec;  // {"dm-sample": {"seed": 2, ...}}: fed back with --spec it gives the same Call
  bool print_spec = false, dry_run = false;
  std::vector<std::string> notes;  // sentences the user should see, whatever is done
};

// `c` is the command or its verb, `name` the command's name. Every problem of the command line and of the spec is reported in one Error:
// Exit::usage where a flag or --set is wrong, else Exit::spec. call.provenance is an empty object, or null with --no-provenance.
Plan make_plan(const Command& c, const std::string& name, const std::string& verb, const std::vector<std::string>& words);

// Before any work: inputs exist (Exit::no_input), outputs do not (Exit::cannot_create) unless forced and are no inputs, stdin and stdout
// are used once, and no binary data goes to a terminal.
void check_files(const Command&, const Call&);

}  // namespace dm::cli
