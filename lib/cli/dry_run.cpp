#include "cli/dry_run.h"

#include <cmath>

namespace dm::cli {

Value described(const Plan& plan, const Memory* memory) {
  Value out = Value::object(), parts = Value::object(), outputs = Value::array();
  const auto bytes = [](double b) { return b < 9e15 ? Value(int64_t(std::ceil(b))) : Value(b); };
  out.set("spec", plan.spec);
  if (memory) {
    Memory all = *memory;
    all.add("program and libraries, about", 16 << 20, 1);
    for (const auto& [name, size] : all.parts) parts.set(name, bytes(size));
    out.set("memory", Value::Object{{"bytes", bytes(all.total())}, {"parts", parts}});
    for (const std::string& path : plan.call.outputs) outputs.items().push_back(path);
    for (const std::string& path : plan.call.beside) outputs.items().push_back(path);
  }
  out.set("outputs", outputs);
  return out;
}

}  // namespace dm::cli
