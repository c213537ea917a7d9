// A tree of values as the columns of a table: what a line of results is called in CSV and on the axes of a picture.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace dm {

// One column a leaf, named by the keys that lead to it: {"w2": {"value": 1}} has "w2.value". A method stands for its type, its options
// below it: {"sampler": {"type": "heun", "churn": 2}} has "sampler" (heun) and "sampler.churn". An array is one cell. Keys keep their
// order.
std::vector<std::pair<std::string, Value>> columns(const Value&);

}  // namespace dm
