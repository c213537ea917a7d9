// What every file of the toolkit carries: encoding-type, encoding-version, /provenance. And how a file is written and proved whole.
#pragma once
#include <functional>
#include <string>

#include "core/error.h"
#include "io/h5.h"
#include "io/input.h"

namespace dm::io {

inline constexpr const char* encoding_version = "1.0";

// Creates `path` atomically: marks, then content(root), then provenance with the inputs' hashes, then close, reopen, verify, rename.
void write_encoded(const std::string& path, const std::string& type, const std::function<void(h5::Group&)>& content,
                   const Value& provenance, bool force);

// Throws Exit::data unless root says `type` in a version that this reader knows: another major version is refused, a newer minor is not.
void expect_encoding(const h5::Group& root, const std::string& type, const std::string& name);

// What an input is that cannot be read as `type`: "'x.csv' is text; a model (dm-model) was expected."
Error wrong_kind(const Input&, const std::string& type);

// The command whose section a model's spec holds: "dm-train"; empty where it holds none.
std::string trained_by(const Value& spec);

Value read_provenance(const h5::Group& root);  // null where absent

}  // namespace dm::io
