// The command line cut into flags and positionals; what the flags mean is decided in flags.h.
#pragma once
#include <string>
#include <vector>

namespace dm::cli {

struct Flag {
  std::string name;  // without dashes, '-' between words
  char letter = 0;
  enum Arity { none, one, several } arity = one;  // several: takes all words up to the next flag
  bool repeats = false;
};

struct Given {
  std::string name;
  std::vector<std::string> values;  // empty for flags without value
};

struct Arguments {
  std::vector<Given> flags;  // each name once
  std::vector<std::string> positionals;
  std::vector<std::string> problems;  // "'--stpes' is no option of this command. Did you mean '--steps'?"

  const Given* find(const std::string& name) const;
};

Arguments parse(const std::vector<Flag>&, const std::vector<std::string>& words);

}  // namespace dm::cli
