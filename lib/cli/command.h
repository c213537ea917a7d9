// One declaration per command: parser, help, man page, completion, schema, --print-spec and validation are all read off it.
//
//   static const dm::cli::Command command{.name = "dm-sample", .summary = "...", ..., .run = run};
//   int main(int argc, char** argv) { return dm::cli::main(command, argc, argv); }
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/option.h"
#include "core/progress.h"
#include "core/value.h"

namespace dm::cli {

struct Example {
  std::string line, explanation;
};

// A positional argument. Only the last one may take a varying number (max = many).
inline constexpr int many = 1 << 20;
struct Input {
  std::string name;  // in capitals in the help: "MODEL"
  std::string doc;
  std::string kind = "dataset";  // dataset, model, table, spec (joined by '|'): file patterns of the completion
  int min = 1, max = 1;
  std::string option = "";  // not a file: the value of this option of the command ("dm-data make moons" for --set moons)
};

// What -o means; an empty doc says that the command has no -o.
struct Output {
  std::string doc = "";
  std::string name = "OUTPUT";  // in the help
  int min = 1, max = 1;         // min 0: may be left out
  bool binary = true;           // refused on a terminal
};

// What run() gets: everything is checked and every default filled.
struct Call {
  std::string command, verb;         // "dm-data", "make"
  Value options;                     // the resolved section (without its seed): options["steps"].integer()
  int64_t seed = 1;                  // --seed, else the section's, else a hash of the run's seed and the section's name, else 1
  std::vector<std::string> inputs;   // paths in order; "-" is stdin
  std::vector<std::string> beside;   // what options of the type text().written() name
  std::vector<std::string> outputs;  // -o; "-" is stdout; existing files were refused already, unless `force` or resuming
  bool force = false, quiet = false, json = false, trust_input = false;
  // {"command": line, "spec": {"dm-sample": {...}}, "seed": .., "version": ..}; null with --no-provenance. io adds the inputs' hashes.
  Value provenance;
  Progress* progress = nullptr;  // never null: a bar on a terminal, sparse lines elsewhere, silent with -q

  const std::string& output() const { return outputs.at(0); }
  bool has_output() const { return !outputs.empty(); }
  void print(std::string_view text) const;     // to stdout, which carries data or the answer only
  void print_json(const Value&) const;         // one JSON line on stdout
  void note(std::string_view sentence) const;  // "dm-sample: sentence" on stderr, silent with -q
};

struct Command {
  std::string name, summary;     // "dm-sample", one line without a full stop
  std::string description = "";  // paragraphs, separated by empty lines
  std::vector<Example> examples = {};
  std::vector<Input> inputs = {};
  Output output = {};
  std::vector<Option> options = {};
  std::vector<Command> verbs = {};  // "dm-data make": each a command of its own with the verb as its name
  bool json = false;                // answers on stdout; --json makes it one line
  std::function<void(Call&)> run = {};
};

// Parses, validates, runs; errors become one sentence on stderr and the exit status of lib/cli/README.md.
int main(const Command&, int argc, char** argv);

}  // namespace dm::cli
