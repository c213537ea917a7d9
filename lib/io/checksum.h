// A hash of what a file says, whatever the way it came about.
#pragma once
#include <string>

namespace dm::io {

// SHA-256 over names, shapes, types, numbers and attributes of everything in an HDF5 file except /provenance; of the bytes for any other
// input. Files from a pipe and from disk, or with and without provenance, agree when their content does.
std::string content_sha256(const std::string& path);

}  // namespace dm::io
