#include "core/error.h"

#include <algorithm>
#include <numeric>

namespace dm {

Error::Error(std::string sentence, Exit code) : std::runtime_error(std::move(sentence)), code_(code) {}

Error Error::in(std::string_view context) const { return Error(std::string(context) + ": " + what(), code_); }

static int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = int(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = up;
    }
  }
  return row[b.size()];
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  int least = std::max<int>(2, int(name.size()) / 3) + 1;
  for (const auto& k : known)
    if (const int d = edit_distance(name, k); d < least && d < int(std::max(name.size(), k.size()))) best = k, least = d;
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string best = nearest(name, known);
  return best.empty() ? "" : " Did you mean '" + best + "'?";
}

}  // namespace dm
