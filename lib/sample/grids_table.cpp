// Subsequences of a discrete table as the DDIM code takes them.
#include "sample/grids.h"

namespace dm {

namespace {

// Refused: another start or end than the subsequence's own, a process without a table, more levels than rows.
int table_of(const char* name, const Schedule& s, int points, const Span& span) {
  const int T = s.table();
  if (!T) throw Error("the grid " + std::string(name) + " needs a process with a discrete table (ddpm); take uniform", Exit::spec);
  if (span.start || span.end)
    throw Error("the grid " + std::string(name) + " has its own start and end; leave start and end out, or take uniform", Exit::spec);
  if (points > T) throw too_many(points, T);
  return T;
}

// Rows 1 + k floor(T / points), k < points. It starts below T, where the state is not quite the reference's: refused below 0.9 T, where
// that would be plain in the samples.
struct Leading : Grid {
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    const int T = table_of("leading", s, points, span), stride = T / points, top = 1 + (points - 1) * stride;
    if (top < 0.9 * T)
      throw Error("the grid leading with " + std::to_string(points) + " levels starts at row " + std::to_string(top) + " of " +
                      std::to_string(T) + ", far from the reference; take a number of levels that divides " + std::to_string(T) +
                      ", or the grid uniform",
                  Exit::spec);
    std::vector<Level> out;
    for (int k = points - 1; k >= 0; --k) out.push_back(s.at(double(1 + k * stride) / T));
    return out;
  }
};

// Rows 1 + floor((k sqrt(.8 T) / (points - 1))^2), each at least one above the last (the code repeats rows where its squares crowd).
struct Quad : Grid {
  std::vector<Level> levels(const Schedule& s, int points, const Span& span) const override {
    const int T = table_of("quad", s, points, span);
    std::vector<Level> out;
    for (int k = 0, row = 0; k < points; ++k) {
      const double root = std::sqrt(0.8 * T) * (points == 1 ? 1 : double(k) / (points - 1));
      row = std::max(row + 1, 1 + int(root * root));
      if (row > T) throw too_many(points, T);
      out.insert(out.begin(), s.at(double(row) / T));
    }
    return out;
  }
};

}  // namespace

const GridEntry leading{
    {"leading", "rows 1 + k floor(T / points) of a discrete table", "Song, Meng & Ermon 2021, arXiv:2010.02502 (their code)", {}},
    [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Leading>(); }};

const GridEntry quad{{"quad",
                      "rows of a discrete table even in their square root, up to 0.8 T; neighbours that would coincide move apart",
                      "Song, Meng & Ermon 2021, arXiv:2010.02502 (their code)",
                      {}},
                     [](const Value&) -> std::unique_ptr<Grid> { return std::make_unique<Quad>(); }};

}  // namespace dm
