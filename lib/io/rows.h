// Rows of datasets: some of one, all of several.
#pragma once
#include <vector>

#include "io/dataset.h"

namespace dm::io {

// The rows that `index` names, in that order, with all that belongs to them. /index is set to the rows of the file that `from` was read
// from; where `from` is itself a part, to the rows of its own origin.
Dataset take(const Dataset& from, const std::vector<int64_t>& index);

// All rows in order. Throws (Exit::data) where columns or the fields present differ; /index is dropped.
Dataset concatenate(const std::vector<Dataset>& parts);

// Throws (Exit::data) where two files have the same columns in another order, so that one would be taken for another's.
void same_order(const std::vector<std::string>& names, const std::string& file, const std::vector<std::string>& others,
                const std::string& other);

}  // namespace dm::io
