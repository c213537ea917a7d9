// Lists of columns, as users write them: "2,1", "1-5", "LATITUDE,LONGITUDE", "PC1-PC10".
#include <algorithm>

#include "core/error.h"
#include "io/table.h"

namespace dm::io {

int64_t ordinal(std::string_view s) {
  if (s.empty() || s.size() > 9 || s.find_first_not_of("0123456789") != s.npos) return 0;
  int64_t n = 0;
  for (const char c : s) n = 10 * n + (c - '0');
  return n;
}

// "PC1-PC10" -> from the one header to the other; {-1, -1} where no dash stands between two headers.
static std::pair<int, int> named_range(const std::string& item, const std::vector<std::string>& header, const std::string& name) {
  std::pair<int, int> range{-1, -1};
  for (size_t dash = item.find('-', 1); dash < item.size(); dash = item.find('-', dash + 1)) {
    const auto first = std::find(header.begin(), header.end(), item.substr(0, dash)),
               last = std::find(header.begin(), header.end(), item.substr(dash + 1));
    if (first == header.end() || last == header.end()) continue;
    if (range.first >= 0) throw Error(name + ": '" + item + "' can be read as two ranges of columns; give their numbers.", Exit::usage);
    if (last < first)
      throw Error(name + ": the range '" + item + "' runs backwards; column '" + *last + "' stands before '" + *first + "'.", Exit::usage);
    range = {int(first - header.begin()), int(last - header.begin())};
  }
  return range;
}

std::vector<int> columns(const std::string& list, const std::vector<std::string>& header, int count, const std::string& name) {
  std::vector<int> out;
  const auto named = [&](const std::string& item) {
    const auto hit = std::find(header.begin(), header.end(), item);
    if (hit == header.end()) return -1;
    const int at = int(hit - header.begin());
    if (const auto next = std::find(hit + 1, header.end(), item); next != header.end())
      throw Error(name + ": columns " + std::to_string(at + 1) + " and " + std::to_string(next - header.begin() + 1) +
                      " are both called '" + item + "'; give their numbers.",
                  Exit::usage);
    return at;
  };
  if (const int hit = named(list); hit >= 0) return {hit};
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    const std::string item(trim(std::string_view(list).substr(at, end - at)));
    at = end + 1;
    if (const int hit = named(item); hit >= 0) {
      out.push_back(hit);
      continue;
    }
    const auto dash = item.find('-');
    const int64_t lo = ordinal(std::string_view(item).substr(0, dash)),
                  hi = dash == item.npos ? lo : ordinal(std::string_view(item).substr(dash + 1));
    if (lo >= 1 && hi >= lo && hi <= count) {
      for (int64_t k = lo; k <= hi; ++k) out.push_back(int(k - 1));
      continue;
    }
    if (const auto [first, last] = named_range(item, header, name); first >= 0) {
      for (int k = first; k <= last; ++k) out.push_back(k);
      continue;
    }
    if (dash != item.npos && lo >= 1 && hi >= 1)
      throw Error(name + ": the range '" + item + "' " +
                      (hi < lo ? "runs backwards; write " + std::to_string(hi) + "-" + std::to_string(lo) + "."
                               : "goes beyond the last column, " + std::to_string(count) + "."),
                  Exit::usage);
    std::string known = counted(count, "column");
    if (!header.empty() && header.size() <= 20) {
      known += ":";
      for (const auto& h : header) known += (h == header[0] ? " " : ", ") + h;
    }
    throw Error(name + " has no column '" + item + "'; it has " + known + "." + did_you_mean(item, header) +
                    " Columns are given as names, numbers from 1, or ranges like 1-5 and PC1-PC10.",
                Exit::usage);
  }
  return out;
}

}  // namespace dm::io
