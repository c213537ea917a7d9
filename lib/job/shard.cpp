#include "job/shard.h"

#include <algorithm>
#include <charconv>

namespace dm::job {

Option shard_option() {
  return {
      "shard", text(), Value(),
      "I/N: only block I (from 1) of the rows cut into N blocks; 'dm-data merge' of the N outputs in order is the whole; unset: all rows"};
}

// Digits alone, without leading zeros that somebody reads as octal; 0 for anything else.
static int64_t count(std::string_view s) {
  int64_t v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  return error == std::errc() && end == s.data() + s.size() && s[0] >= '1' && s[0] <= '9' ? v : 0;
}

std::pair<int64_t, int64_t> shard_number(std::string_view s) {
  const std::size_t slash = std::min(s.find('/'), s.size());
  const int64_t i = count(s.substr(0, slash)), n = slash < s.size() ? count(s.substr(slash + 1)) : 0;
  return i && i <= n ? std::pair{i, n} : std::pair<int64_t, int64_t>{0, 0};
}

Shard shard_of(const Value& options, int64_t total) {
  const Value& given = options["shard"];
  if (given.is_null()) return {0, total};
  const std::string& s = given.text();
  const auto [i, n] = shard_number(s);
  if (!i) throw Error("shard: found '" + s + "', expected I/N with whole numbers 1 <= I <= N, such as 1/4", Exit::spec);
  if (n > total)
    throw Error("shard: " + std::to_string(total) + (total == 1 ? " row" : " rows") + " cut into " + std::to_string(n) +
                    " blocks would leave some empty; take at most " + std::to_string(total),
                Exit::spec);
  const int64_t each = total / n, longer = total % n;
  return {each * (i - 1) + std::min(i - 1, longer), each + (i <= longer)};
}

}  // namespace dm::job
