#include "io/oracle.h"

namespace dm::io {

std::unique_ptr<Density> read_oracle(const Input& input) {
  const Value spec = parse_json(input.text(), input.name());
  std::vector<std::string> problems;
  const Value v = resolve({{"density", method(densities), Value(), "", true}}, spec, "", problems);
  try {
    throw_problems(problems);
    return make<std::unique_ptr<Density>>(densities(), v["density"]);
  } catch (const Error& e) {
    throw e.in(input.name());
  }
}

}  // namespace dm::io
