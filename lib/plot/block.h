// Text that fits a given room: broken between words, then smaller, in the end shortened.
#pragma once
#include <string>
#include <vector>

namespace dm::plot {

struct Block {
  std::vector<std::string> lines;
  double em = 0;                             // points
  double lead() const { return 1.25 * em; }  // from a baseline to the next
  double height() const { return lines.empty() ? 0 : em + lead() * double(lines.size() - 1); }
  double width() const;
};

// At `em` points, or as small as .65 of it for a word that is wider than the room.
Block block(const std::string& text, double em, double room);

// One line: what is too much goes from its middle, since names differ at either end.
std::string shortened(const std::string& text, double em, double room);

}  // namespace dm::plot
