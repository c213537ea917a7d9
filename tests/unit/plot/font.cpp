#include "plot/font.h"

#include <set>

#include "test.h"

using namespace dm;

TEST_CASE("font: every printable glyph has strokes inside its box, space has none") {
  for (char32_t c = 32; c < 127; ++c) {
    const plot::Glyph& g = plot::glyph(c);
    INFO(int(c));
    CHECK(g.advance > 2);
    CHECK(g.advance < 20);
    CHECK(g.segments.empty() == (c == 32));
    CHECK((c == 32 || g.segments[0].kind == plot::Segment::move || g.segments[0].kind == plot::Segment::dot));
    for (const auto& s : g.segments)
      for (int i = 0; i < (s.kind == plot::Segment::curve ? 3 : 1); ++i) {
        CHECK(s.x[i] > -2.5);
        CHECK(s.x[i] < g.advance + 1);
        CHECK(s.y[i] > -6);
        CHECK(s.y[i] < 18);
      }
  }
}

TEST_CASE("font: no two printable glyphs look alike") {
  std::set<std::vector<double>> seen;
  for (char32_t c = 32; c < 127; ++c) {
    std::vector<double> shape;
    for (const auto& s : plot::glyph(c).segments) shape.insert(shape.end(), {double(s.kind), s.x[0], s.y[0], s.x[2], s.y[2]});
    INFO(char(c));
    CHECK(seen.insert(shape).second);
  }
}

TEST_CASE("font: figures are equally wide, so that tables and ticks stand in line") {
  for (char32_t c = '0'; c <= '9'; ++c) CHECK(plot::glyph(c).advance == plot::glyph('0').advance);
}

TEST_CASE("font: UTF-8, unknown letters and broken bytes") {
  CHECK(plot::code_points("a\u00f6\u2212") == std::vector<char32_t>{'a', 0xf6, 0x2212});
  CHECK(plot::code_points("\xff\xc3(") == std::vector<char32_t>{0xfffd, 0xfffd, '('});
  CHECK(plot::code_points("\xe2\x88") == std::vector<char32_t>{0xfffd, 0xfffd});
  CHECK(&plot::glyph(0x4e2d) == &plot::glyph(0xfffd));
  CHECK(plot::glyph(0xf6).segments.size() == plot::glyph('o').segments.size() + 2);
}

TEST_CASE("font: letters of names that people give to columns, each inside its box and unlike the others") {
  std::set<std::vector<double>> seen;
  for (const char32_t c :
       plot::code_points("\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bb\u03bc\u03be\u03c0\u03c1"
                         "\u03c3\u03c4\u03c6\u03c7\u03c8\u03c9\u0393\u0394"
                         "\u0398\u039b\u03a0\u03a3\u03a6\u03a8\u03a9\u2207\u2202\u221e\u2264\u2265\u2248\u2192\u221a"
                         "\u2026\u00b0\u00df\u00f8\u00d8\u00e5\u00c5\u00e7\u00c9\u0161\u010d\u017e"
                         "\u00e6\u00ef\u00ec\u00f0\u00f2\u00fd\u00fe\u00ff\u00c0\u00d1\u20ac\u0142\u0151\u015f\u00bd\u00c7\u0141")) {
    const plot::Glyph& g = plot::glyph(c);
    INFO(int(c));
    std::vector<double> shape;
    for (const auto& s : g.segments) {
      shape.insert(shape.end(), {double(s.kind), s.x[0], s.y[0], s.x[2], s.y[2]});
      for (int i = 0; i < (s.kind == plot::Segment::curve ? 3 : 1); ++i)
        CHECK((s.x[i] > -2.5 && s.x[i] < g.advance + 1 && s.y[i] > -6 && s.y[i] < 19));
    }
    CHECK(seen.insert(shape).second);
    CHECK(&g != &plot::glyph(U'\ufffd'));
  }
}

TEST_CASE("font: raised and lowered figures, and letters that look like others") {
  const auto line = plot::set_line("x\u2081\u00b2\u00b5");
  REQUIRE(line.size() == 4);
  CHECK((line[1].glyph == &plot::glyph('1') && line[1].y < 0 && line[1].scale < line[0].scale));
  CHECK((line[2].glyph == &plot::glyph('2') && line[2].y > 0));
  CHECK((line[3].glyph == &plot::glyph(U'\u03bc') && line[3].y == 0));
}

TEST_CASE("font: a line's width is the sum of its advances; exponents are raised and smaller") {
  CHECK(plot::line_width("") == 0);
  CHECK(near(plot::line_width("ab"), (plot::glyph('a').advance + plot::glyph('b').advance) / 20, 1e-12));
  const auto line = plot::set_line(std::string("10") + plot::up + "3" + plot::level + "x");
  REQUIRE(line.size() == 4);
  CHECK(line[2].y > line[1].y);
  CHECK(line[2].scale < line[1].scale);
  CHECK(line[3].y == 0);
}
