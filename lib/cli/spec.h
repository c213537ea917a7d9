// Run specs: {"seed": 1, "dm-train": {...}, "dm-sample:heun": {...}}; one section is one step of an experiment.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/option.h"

namespace dm::cli {

// All commands that may have a section.
const std::vector<std::string>& commands();

Option seed_option();  // of every section and of the run

struct Section {
  std::string file;  // "'run.json'", empty without --spec
  std::string name;  // "dm-sample:heun"
  Value body = Value::object();
  bool stands = false;  // in the file
  Value seed;           // the section's own, else derived from the run's; null: neither is given
};

// `argument` is FILE, FILE#NAME, or - for stdin. Without NAME the section is the command's own; a file in which the command has
// no section gives an empty body, unless it has named ones (then one must be chosen). Throws Exit::spec, Exit::no_input.
Section read_section(const std::string& argument, const std::string& command);
Section section_of(const Value& run, const std::string& file, const std::string& name, const std::string& command);

// The seed of a section that states none: 53 bits (so that every JSON reader keeps them) of the hash of the run's seed and its name.
int64_t section_seed(int64_t run_seed, std::string_view section);

// `layer` over `base`. Method values merge: options given for the method already chosen join it ({"eta": 1} means the default
// method), another name starts afresh. Mistakes are left for dm::resolve to report.
Value overlay(const std::vector<Option>&, Value base, const Value& layer);

// What `before` sets of methods in whose place `after` has others, a sentence a method; values that are the defaults are not missed.
std::vector<std::string> dropped(const std::vector<Option>&, const Value& before, const Value& after);

std::vector<std::string> path_of(const std::string& dotted);  // "a.b.c"
// Sets a.b.c in a section, walking through methods (chosen or default) and free objects. Throws Exit::spec where a name is unknown.
void assign(const std::vector<Option>&, Value& section, const std::vector<std::string>& path, const Value&);
// --set a.b.c=VALUE: VALUE as a flag of this option would read it, or JSON (literal.h).
void assign(const std::vector<Option>&, Value& section, const std::string& assignment);

// What a method option holds now: {"type": ..., ...}, or null where nothing is chosen.
Value chosen(const Option&, const Value& section);
const Method* find_method(const Option&, const Value& chosen);  // null where unknown

}  // namespace dm::cli
