// The shards of a run: which files are, by their provenance, parts I/N of one.
#pragma once
#include <vector>

#include "io/dataset.h"

namespace dm::io {

// Throws (Exit::data) where shards stand among `parts` that are not all of one run, each once and in order: rows that stand twice, are
// missing or come from another seed look like any others. What says nothing of shards may stand anywhere.
void whole_shards(const std::vector<Dataset>& parts);

}  // namespace dm::io
