// Text of the command line to values, strictly: what a shell user may type for each Type.
#pragma once
#include <string>
#include <string_view>

#include "core/option.h"

namespace dm::cli {

// Decimal integer: digits with an optional '-'; no '+', no leading zeros, no hex, no suffix. Numbers written as 1e4 or 2.0 count as
// integers where they are integral (JSON Schema says the same).
bool parse_integer(std::string_view, int64_t&);
// Finite decimal number: "0.5", ".5", "-1e-3"; no '+', no leading zeros, no hex, no nan or inf.
bool parse_number(std::string_view, double&);

// The value that `text` means for an option of this type. Lists are a,b,c; methods are a name or JSON; matrices and free values are
// JSON; JSON may stand in a file as @file.json. Text that does not parse is returned as a string, which the range check then refuses.
Value literal(const Type&, const std::string& text);

// The same for --set: what is JSON by its first character (a string, an array, an object) or is null is read as JSON, all else as a flag's
// text.
Value assigned(const Type&, const std::string& text);

// The type and range check of core/option.h for one value: "" or "found 0, expected integer >= 1." Method values are checked in depth.
std::string check(const Option&, const Value&);

std::string read_text(const std::string& path);  // whole file or stdin ("-"), at most 16 MiB; Exit::no_input where it cannot be read
const std::vector<std::string>& texts_read();    // the paths that it was given so far: inputs of this process, too
bool integral(double);                           // exactly an integer of at most 53 bits

}  // namespace dm::cli
