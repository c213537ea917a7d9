// Compiled for the baseline processor, and run before everything else: a build for x86-64-v3 on an older processor ends in a sentence
// instead of an illegal instruction.
#include <unistd.h>

#include <cstring>

#include "cli/version.h"

namespace dm::cli {

const char* missing_processor_feature() noexcept {
  __builtin_cpu_init();
#ifdef DM_NEEDS_V3
  if (!__builtin_cpu_supports("avx2")) return "AVX2";
  if (!__builtin_cpu_supports("fma")) return "FMA";
  if (!__builtin_cpu_supports("bmi2")) return "BMI2";
#endif
  return nullptr;
}

[[gnu::constructor(101)]] static void check_processor() {
  const char* missing = missing_processor_feature();
  if (!missing) return;
  const char *before = "dmkit: this processor has no ",
             *after = ", which this build needs (x86-64-v3); build with -DDM_MARCH=x86-64 for older processors.\n";
  for (const char* part : {before, missing, after}) (void)!write(2, part, std::strlen(part));
  _exit(1);
}

}  // namespace dm::cli
