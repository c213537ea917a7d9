#include "io/oracle.h"

namespace dm::io {

// The value of {name: ...}, resolved by the family.
static Value read(const Input& input, const char* name, const Family& (*family)()) {
  const Value spec = parse_json(input.text(), input.name());
  std::vector<std::string> problems;
  const Value v = resolve({{name, method(family), Value(), "", true}}, spec, "", problems);
  try {
    throw_problems(problems);
  } catch (const Error& e) {
    throw e.in(input.name());
  }
  return v[name];
}

template <class T>
static std::unique_ptr<T> made(const Input& input, const Value& v, const Family& family) {
  try {
    return make<std::unique_ptr<T>>(family, v);
  } catch (const Error& e) {
    throw e.in(input.name());
  }
}

bool holds_bridge(const Input& input) { return input.content() == Content::json && parse_json(input.text(), input.name()).find("bridge"); }

Value read_oracle_spec(const Input& input) { return read(input, "density", densities); }
std::unique_ptr<Density> read_oracle(const Input& input) { return made<Density>(input, read_oracle_spec(input), densities()); }
std::unique_ptr<Transport> read_bridge(const Input& input) { return made<Transport>(input, read(input, "bridge", bridges), bridges()); }

}  // namespace dm::io
