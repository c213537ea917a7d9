// What rows are told: a condition, what its columns are called and what the numbers in them stand for.
#pragma once
#include "io/dataset.h"

namespace dm::io {

struct Told {
  std::vector<std::string> names;  // of the columns; empty: none
  Value labels;                    // Dataset::y_labels
  std::string source;              // the file
};
// Of the rows of a dataset; empty where it has no /y.
Told told(const Dataset&);
// As "y_names" and "y_labels" in the spec of what learned from such rows, and read back from there.
void set_told(Value& spec, const Told&);
Told told(const Value& spec, const std::string& source);

// Throws (Exit::data) where the same columns stand in another order, or the same numbers stand for something else, so that one would be
// taken for another's.
void same_told(const Told&, const Told& other);

struct Observations : Told {
  Matrix<double> y;
};
// What a file given as observations says: /y of a dataset, the columns of a table. A dataset without /y (Exit::data) is data, no
// observations.
Observations observations(Dataset);

}  // namespace dm::io
