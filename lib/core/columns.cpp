#include "core/columns.h"

namespace dm {

static void add(const std::string& name, const Value& v, std::vector<std::pair<std::string, Value>>& out) {
  if (!v.is_object()) return void(out.emplace_back(name, v));
  const Value* type = name.empty() ? nullptr : v.find("type");
  if (type) out.emplace_back(name, *type);
  for (const auto& [key, below] : v.members())
    if (!type || key != "type") add(name.empty() ? key : name + "." + key, below, out);
}

std::vector<std::pair<std::string, Value>> columns(const Value& v) {
  std::vector<std::pair<std::string, Value>> out;
  add("", v, out);
  return out;
}

}  // namespace dm
