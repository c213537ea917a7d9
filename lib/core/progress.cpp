#include "core/progress.h"

namespace dm {

Memory& Memory::add(const std::string& what, double numbers, double bytes) {
  if (!(numbers > 0)) return *this;
  for (auto& [name, size] : parts)
    if (name == what) return size += numbers * bytes, *this;
  parts.emplace_back(what, numbers * bytes);
  return *this;
}

double Memory::total() const {
  double sum = 0;
  for (const auto& part : parts) sum += part.second;
  return sum;
}

}  // namespace dm
