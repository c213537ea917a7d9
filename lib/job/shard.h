// Part I of N of a job whose rows are drawn one by one: the rows of a job array. The parts in order are the rows of the whole, bit for
// bit, since a row depends on its id alone.
#pragma once
#include "core/option.h"

namespace dm::job {

// "shard": "I/N".
Option shard_option();

// {I, N} of "I/N" with whole numbers 1 <= I <= N, {0, 0} of anything else.
std::pair<int64_t, int64_t> shard_number(std::string_view);

// Rows first .. first + rows - 1 of the whole.
struct Shard {
  int64_t first = 0, rows = 0;
};
// The one that options["shard"] names of `total` rows, all of them where it is unset: N blocks of consecutive rows, the first total mod N
// of them one row longer. Throws (Exit::spec) for what is no I/N, and where there are more parts than rows.
Shard shard_of(const Value& options, int64_t total);

}  // namespace dm::job
