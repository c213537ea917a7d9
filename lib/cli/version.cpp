#include "cli/version.h"

#include <H5public.h>

#include "dmkit_version.h"  // written by cmake/version.cmake at every build

namespace dm::cli {

std::string version() {
  unsigned a = 0, b = 0, c = 0;
  H5get_libversion(&a, &b, &c);
  return std::string(DMKIT_VERSION) + " (git " + DMKIT_GIT + ", gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) +
         "." + std::to_string(__GNUC_PATCHLEVEL__) + ", " + DMKIT_MARCH + ", HDF5 " + std::to_string(a) + "." + std::to_string(b) + "." +
         std::to_string(c) + ")";
}

}  // namespace dm::cli
