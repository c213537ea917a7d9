#include "io/oracle.h"

namespace dm::io {

// The entry of `family` that the JSON object {name: ...} describes.
template <class T>
static std::unique_ptr<T> read(const Input& input, const char* name, const Family& (*family)()) {
  const Value spec = parse_json(input.text(), input.name());
  std::vector<std::string> problems;
  const Value v = resolve({{name, method(family), Value(), "", true}}, spec, "", problems);
  try {
    throw_problems(problems);
    return make<std::unique_ptr<T>>(family(), v[name]);
  } catch (const Error& e) {
    throw e.in(input.name());
  }
}

bool holds_bridge(const Input& input) { return input.content() == Content::json && parse_json(input.text(), input.name()).find("bridge"); }

std::unique_ptr<Density> read_oracle(const Input& input) { return read<Density>(input, "density", densities); }
std::unique_ptr<Transport> read_bridge(const Input& input) { return read<Transport>(input, "bridge", bridges); }

}  // namespace dm::io
