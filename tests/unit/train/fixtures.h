// Options and methods from JSON, as a spec would give them.
#pragma once
#include "core/option.h"

namespace dm {

inline Value resolved(const std::vector<Option>& options, const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(options, parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

inline Value resolved_method(const Family& f, const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(f, parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

}  // namespace dm
