#include "core/wide.h"

namespace dm {

bool processor_is_wide() {
#ifdef __x86_64__
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4");
#else
  return false;
#endif
}

static bool& chosen() {
  static bool wide = processor_is_wide();
  return wide;
}

bool wide_vectors() { return chosen(); }
void set_wide_vectors(bool on) { chosen() = on && processor_is_wide(); }

}  // namespace dm
