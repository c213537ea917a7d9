// One declaration, many faces: help, man page, completion, markdown, JSON and JSON Schema.
#pragma once
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/flags.h"

namespace dm::cli {

// "dm-data make SET -o OUTPUT [options]"; `called` is "dm-data make".
std::string usage(const Command&, const std::string& called);

struct Look {
  int width = 80;
  bool bold = false;  // section titles in bold
};
std::string help(const Command&, const std::string& called, Look);
std::string short_help(const Command&, const std::string& called);

std::string man(const Command&);         // troff, section 1
std::string completion(const Command&);  // bash
std::string markdown(const Command&);
Value description(const Command&);  // everything, as JSON
Value schema(const Command&);       // draft-07 JSON Schema of the command's section of a run spec

// Rows of the shared options and of the exit codes that this command can have: {"-o, --output OUTPUT", "where ..."}.
struct Row {
  std::string left, right;
};
std::vector<Row> shared_rows(const Command&);
Row row(const Option&);  // {"-n, --n INTEGER", "doc (integer >= 1; default 1000)"}
// What stands above the methods of a family, "--sampler NAME (of --process vp)", and the row of an option inside it: a flag, or a key of
// a JSON object ("projections": N).
std::string heading(const Reached&);
Row row(const Reached&, const Option&);
std::vector<Row> exit_rows(const Command&);

}  // namespace dm::cli
