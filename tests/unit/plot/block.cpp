#include "plot/block.h"

#include "picture.h"
#include "plot/figure.h"
#include "plot/font.h"
#include "test.h"

using namespace dm;
using plot::Format;

TEST_CASE("block: broken between words, then smaller, then shortened in the middle; always inside its room") {
  const auto one = plot::block("two words", 10, 1000);
  CHECK(one.lines == std::vector<std::string>{"two words"});
  CHECK(one.em == 10);
  const auto two = plot::block("two words", 10, 10 * plot::line_width("words") + 1);
  CHECK(two.lines == std::vector<std::string>{"two", "words"});
  CHECK(two.em == 10);
  const auto smaller = plot::block("unbreakable", 10, 8 * plot::line_width("unbreakable"));
  CHECK(smaller.lines == std::vector<std::string>{"unbreakable"});
  CHECK(near(smaller.em, 8, 1e-9));
  const auto cut = plot::block("unbreakable", 10, 4 * plot::line_width("unbreakable"));
  CHECK(near(cut.em, 6.5, 1e-12));
  CHECK(cut.lines[0].starts_with("un"));
  CHECK(cut.lines[0].ends_with("le"));
  CHECK(cut.lines[0].find("\u2026") != std::string::npos);
  CHECK(plot::block("", 10, 5).height() == 0);
  CHECK(two.height() > 2 * one.height());
  for (const double room : {20., 35., 60., 120.})
    for (const char* text : {"a very long column name indeed", "\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3"}) {
      const auto b = plot::block(text, 9, room);
      CHECK(b.width() <= room + 1e-9);
      for (const std::string& line : b.lines)
        for (const char32_t c : plot::code_points(line)) CHECK(c != U'\ufffd');  // no letter is cut in two
    }
}

namespace {
// Panels side by side, two columns.
plot::Figure pair_of_panels(const std::string& label, const std::string& title, const std::string& note) {
  plot::Figure f;
  for (int k = 0; k < 2; ++k) {
    plot::Panel p;
    p.x = {label, {0, 1}}, p.y = {"", {0, 1}};
    p.title = title, p.note = note;
    p.x.numbers = p.y.numbers = p.y.ticks = false;
    f.panels.push_back(p);
  }
  f.columns = 2, f.width = 3;
  return f;
}
}  // namespace

TEST_CASE("figure: long labels of panels beside each other do not meet, nor do a title and a note") {
  const std::string label = "expression of a gene with a long name [log2 of counts]";
  const Picture p(pair_of_panels(label, "", "").render(Format::png, 100));
  // Between the panels, below them: no ink.
  CHECK(p.ink(.1, .85, .48, 1) > .01);
  CHECK(p.ink(.495, .85, .505, 1) == 0);
  CHECK(p.ink(0, .85, .01, 1) == 0);
  // A note that does not fit beside the title takes a line of its own.
  const double with_short = pair_of_panels("", "a", "b").size(Format::png).y,
               with_long = pair_of_panels("", "a title of a panel", "and a note about it").size(Format::png).y;
  CHECK(with_long > with_short + 6);
}

TEST_CASE("figure: a legend's entry that is wider than the picture is shortened") {
  plot::Figure f = pair_of_panels("", "", "");
  f.legend = {{plot::Key::line, plot::category(0), std::string(100, 'm')}};
  const Picture p(f.render(Format::png, 100));
  CHECK(p.ink(.3, 0, .9, .15) > .01);
  CHECK(p.ink(.99, 0, 1, .3) == 0);
}

TEST_CASE("figure: one panel is a column of a journal wide, several a page") {
  plot::Figure f = pair_of_panels("", "", "");
  f.width = 0;
  CHECK(f.size(Format::pdf).x == 7 * 72);
  f.panels.pop_back(), f.columns = 1;
  CHECK(f.size(Format::pdf).x == 3.5 * 72);
}
