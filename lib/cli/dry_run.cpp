#include "cli/dry_run.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

namespace dm::cli {

// The most bytes that this process has held so far (getrusage would count what ran here before exec, too); 0 where nobody says.
static double peak() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return 1024 * std::strtod(line.c_str() + 6, nullptr);
  return 0;
}

Value described(const Plan& plan, const Memory* memory) {
  Value out = Value::object(), parts = Value::object(), outputs = Value::array();
  const auto bytes = [](double b) { return b < 9e15 ? Value(int64_t(std::ceil(b))) : Value(b); };
  out.set("spec", plan.spec);
  if (memory) {
    Memory all = *memory;
    all.add("program and libraries, about", 20 << 20, 1);
    // The inputs were read: text and cells of a table, for one, are gone when the work begins, and may have been more than it takes. So
    // were libraries; threads and the writing of the output come, about 4 MiB.
    all.add("reading, beyond these", std::max(0.0, peak() + (4 << 20) - all.total()), 1);
    for (const auto& [name, size] : all.parts) parts.set(name, bytes(size));
    out.set("memory", Value::Object{{"bytes", bytes(all.total())}, {"parts", parts}});
    for (const std::string& path : plan.call.outputs) outputs.items().push_back(path);
    for (const std::string& path : plan.call.beside) outputs.items().push_back(path);
  }
  out.set("outputs", outputs);
  return out;
}

}  // namespace dm::cli
