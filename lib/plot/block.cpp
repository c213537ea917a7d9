#include "plot/block.h"

#include <algorithm>
#include <sstream>

#include "plot/font.h"

namespace dm::plot {

double Block::width() const {
  double w = 0;
  for (const std::string& line : lines) w = std::max(w, em * line_width(line));
  return w;
}

std::string shortened(const std::string& text, double em, double room) {
  std::vector<std::string> all;  // characters
  for (const char c : text)
    if ((c & 0xc0) == 0x80 && !all.empty())
      all.back() += c;
    else
      all.emplace_back(1, c);
  std::string out = text;
  for (size_t kept = all.size(); em * line_width(out) > room && kept > 1; --kept) {
    out.clear();
    for (size_t i = 0; i < all.size(); ++i)
      if (i < (kept + 1) / 2 || i >= all.size() - kept / 2)
        out += all[i];
      else if (i == (kept + 1) / 2)
        out += "\u2026";
  }
  return out;
}

Block block(const std::string& text, double em, double room) {
  Block b{{}, em};
  std::istringstream words(text);
  for (std::string word; words >> word;)
    if (b.lines.empty() || em * line_width(b.lines.back() + " " + word) > room)
      b.lines.push_back(word);
    else
      b.lines.back() += " " + word;
  if (const double w = b.width(); w > room) b.em = std::max(.65, room / w) * em;
  for (std::string& line : b.lines) line = shortened(line, b.em, room);
  return b;
}

}  // namespace dm::plot
