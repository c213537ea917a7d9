// Where samples come from: the data that the model behind them was trained on.
#pragma once
#include <optional>
#include <string>

#include "io/dataset.h"
#include "io/model.h"

namespace dm::io {

// Follows the provenance samples -> model -> training data. Files are looked for under their recorded names, from the working directory
// and from the folder of the file that names them, and count only where their SHA-256 is the recorded one. Nothing where the chain breaks.
std::optional<std::string> training_file(const Dataset& samples);
// The same from the model file itself.
std::optional<std::string> training_file(const Model&, const std::string& path);

// The run spec by which the samples came to be: the sections of their own provenance, then those of the files behind them that are found
// so, the nearest first; of two with one name the nearer counts. An empty object where nothing is known.
Value sections(const Dataset& samples);

}  // namespace dm::io
