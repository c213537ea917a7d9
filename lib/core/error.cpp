#include "core/error.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace dm {

Error::Error(std::string sentence, Exit code) : std::runtime_error(std::move(sentence)), code_(code) {}

Error Error::in(std::string_view context) const { return Error(std::string(context) + ": " + what(), code_); }

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
static int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> before, above(b.size() + 1), row;
  std::iota(above.begin(), above.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    row.assign(b.size() + 1, int(i));
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, row);
  }
  return above[b.size()];
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  int least = std::max<int>(2, int(name.size()) / 3) + 1;
  for (const auto& k : known)
    if (const int d = edit_distance(name, k); d < least && d < int(std::max(name.size(), k.size()))) best = k, least = d;
  const auto cut_short = [&](const std::string& k) { return name.size() > 3 && k.starts_with(name); };
  if (best.empty() && std::count_if(known.begin(), known.end(), cut_short) == 1)
    best = *std::find_if(known.begin(), known.end(), cut_short);
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string best = nearest(name, known);
  return best.empty() ? "" : " Did you mean '" + best + "'?";
}

}  // namespace dm
