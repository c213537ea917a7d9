// Which build this is, for --version and for the provenance in every output.
#pragma once
#include <string>

namespace dm::cli {

std::string version();                             // "0.1.0 (git abc1234, gcc 12.2.0, x86-64-v3, HDF5 1.10.8)"
const char* missing_processor_feature() noexcept;  // what this build needs and the processor lacks; null where all is there

}  // namespace dm::cli
