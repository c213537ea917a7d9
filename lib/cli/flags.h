// Flags to the section: options of the command, and the options of the methods that it chooses.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/command.h"

namespace dm::cli {

std::string flag_name(const std::string& option);  // "data_parallel" -> "data-parallel"

char dry_run_letter(const Command&);  // 'n', but where -n is a number of rows

// The flags that every command has.
std::vector<Flag> shared_flags(const Command&);
// All flags of a command: shared, own, and those of every method that could be chosen at any depth (own names win).
std::vector<Flag> all_flags(const Command&);

// Every family reachable from the options, outermost first, each once. Families may contain themselves. The options of a family are flags
// where its option chooses one method (Type::method), and keys of JSON objects where it is a free value that names several.
struct Reached {
  const Option* option;  // where it is first met
  std::string under;     // "", or "sampler ddim"
};
std::vector<Reached> families(const std::vector<Option>&);

// Applies the flags in `given` (shared ones are passed over) to the section. Method choices come first, since they decide which other
// flags exist; `only_choices` stops there and leaves all problems to the full pass. Problems are sentences that name the flag.
void apply_flags(const Command&, const Arguments& given, Value& section, std::vector<std::string>& problems, bool only_choices = false);

// Refuses a command whose declaration is incomplete or contradicts itself (no summary, no example, a letter used twice). Throws.
void verify(const Command&);

}  // namespace dm::cli
