// What a file says of itself, in the words of dm-data info.
#pragma once
#include <string>

#include "core/value.h"

namespace dm::io {

struct Info {
  Value json;        // {"file", "type": its encoding-type, or table, "sha256", ..., "command": the line that made it, or null}
  std::string text;  // the same in lines for a reader
};
// Datasets, tables, models, transports, plans and checkpoints. Throws Exit::data where the file is damaged or none of these.
Info info(const std::string& path);

}  // namespace dm::io
