#pragma once
#include "theory/theory.h"

// The curves of a theorem with some of its options.
inline dm::Curves curves_of(const std::string& json, uint64_t seed = 1) {
  std::vector<std::string> problems;
  const dm::Value v = dm::resolve(dm::theorems(), dm::parse_json(json, "test"), "", problems);
  dm::throw_problems(problems);
  dm::Progress silent;
  return dm::make<dm::Curves, uint64_t, dm::Progress&>(dm::theorems(), v, seed, silent);
}
