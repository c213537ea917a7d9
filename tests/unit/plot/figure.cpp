#include "plot/figure.h"

#include "core/error.h"
#include "picture.h"
#include "test.h"

using namespace dm;
using plot::Format;

namespace {
plot::Figure corner_dots() {
  plot::Figure f;
  plot::Panel p;
  p.x = {"", {0, 1}}, p.y = {"", {0, 1}};
  p.x.ticks = p.y.ticks = p.x.numbers = p.y.numbers = false;
  auto dots = std::make_shared<plot::Dots>();
  dots->x = {.25, .25, .3}, dots->y = {.9, .85, .9}, dots->radius = 6;
  p.marks.push_back(dots);
  f.panels.push_back(p);
  f.width = 3, f.height = 3;
  return f;
}
}  // namespace

TEST_CASE("format: chosen by the suffix, all else refused with the three names") {
  CHECK(plot::format_of("a.png") == Format::png);
  CHECK(plot::format_of("x.y/a.SVG") == Format::svg);
  CHECK(plot::format_of("a.b.pdf") == Format::pdf);
  for (const char* bad : {"a.jpg", "a", "-", "a.png/b", "", "a.pdf.gz", ".png/x"}) {
    INFO(bad);
    try {
      plot::format_of(bad);
      FAIL("accepted");
    } catch (const Error& e) {
      CHECK(e.code() == Exit::usage);
      CHECK(std::string(e.what()).find(".png, .svg or .pdf") != std::string::npos);
    }
  }
}

TEST_CASE("figure: PNG decodes, has the asked size, and ink where the dots are and nowhere else") {
  const Picture p(corner_dots().render(Format::png, 100));
  REQUIRE(p.width == 300);
  REQUIRE(p.height == 300);
  CHECK(p.ink(.2, .08, .38, .25) > .1);
  CHECK(p.ink(.4, .3, .9, .9) == 0);
  for (int i = 0; i < 300; ++i) CHECK((p.ink(i, 0) == 0 && p.ink(i, 299) == 0 && p.ink(0, i) == 0 && p.ink(299, i) == 0));
}

TEST_CASE("figure: white to the last pixel where the size is no whole number of them") {
  plot::Figure f = corner_dots();
  f.width = 3.003, f.height = 2.507;
  const Picture p(f.render(Format::png, 100));
  CHECK(p.width == 301);
  for (int i = 0; i < p.width; ++i) CHECK(p.ink(i, p.height - 1) == 0);
}

TEST_CASE("figure: labels, title, legend and ticks leave ink in the margins") {
  plot::Figure bare = corner_dots(), full = bare;
  full.title = "Title", full.legend = {{plot::Key::dot, plot::category(0), "a set"}};
  full.panels[0].x = {"time", {0, 1}}, full.panels[0].y = {"value", {0, 1}};
  const Picture a(bare.render(Format::png, 100)), b(full.render(Format::png, 100));
  CHECK(a.ink(0, .975, 1, 1) == 0);
  CHECK(b.ink(0, .92, 1, 1) > .004);   // x label
  CHECK(b.ink(0, .2, .1, .9) > .004);  // y label
  CHECK(b.ink(.2, 0, .8, .09) > .01);  // title
}

TEST_CASE("figure: a long title stays inside the picture, broken between words or smaller") {
  plot::Figure f = corner_dots();
  f.height = 0;
  const int one_line = (f.title = "word", Picture(f.render(Format::png, 100)).height);
  for (const std::string& word : {std::string("word "), std::string(120, 'W'), std::string("a") + std::string(90, 'W') + " ab "}) {
    f.title.clear();
    while (f.title.size() < 120) f.title += word;
    const Picture p(f.render(Format::png, 100));
    CHECK((p.height > one_line) == (word.find(' ') != word.npos));
    CHECK(p.ink(0, 0, .02, 1) == 0);
    CHECK(p.ink(.98, 0, 1, 1) == 0);
    CHECK(p.ink(.1, 0, .9, .1) > 0);
  }
}

TEST_CASE("figure: numbers far from zero do not touch, and the axis names what they start from") {
  plot::Figure f = corner_dots();
  f.panels[0].marks.clear();
  plot::Axis& x = f.panels[0].x;
  x.ticks = x.numbers = true;
  x.range = {1e12 - 1, 1e12 + 1};
  const std::string far = f.render(Format::svg);
  x.range = {-1, 1}, x.label = "\u2212 " + plot::offset_label(1e12);
  CHECK(far == f.render(Format::svg));
  // Too long for a small picture however few they are: one is left.
  f.width = 1.3;
  const auto extent = [&](plot::Range r) {  // of the numbers, in pixels
    x.range = r, x.label = "";
    const Picture p(f.render(Format::png, 100));
    int first = p.width, last = 0;
    for (int i = 0; i < p.width; ++i)
      for (int k = p.height - 20; k < p.height; ++k)
        if (p.ink(i, k) > .5) first = std::min(first, i), last = std::max(last, i);
    return last - first;
  };
  CHECK(extent({1.2344e9, 1.2344e9 + 2e5}) < 75);
}

TEST_CASE("figure: one unit is as long in y as in x where the axes are equal") {
  plot::Figure f = corner_dots();
  f.panels[0].equal = true;
  auto square = std::make_shared<plot::Bars>();  // from (0, 0) to (1, 1)
  square->edges = {0, 1}, square->heights = {1}, square->fill = 1;
  f.panels[0].marks = {square};
  f.panels[0].x.range = {-.1, 1.1}, f.panels[0].y.range = {-.1, 1.1};
  f.width = 4, f.height = 2;
  const Picture p(f.render(Format::png, 100));
  int across = 0, down = 0;
  for (int x = 30; x < p.width - 30; ++x) across += p.ink(x, p.height / 2) > .5;
  for (int y = 20; y < p.height - 20; ++y) down += p.ink(p.width / 2, y) > .5;
  CHECK(across > 50);
  CHECK(std::abs(across - down) <= 3);
}

TEST_CASE("figure: a size without room for the panels is refused, and so is one beyond reason") {
  plot::Figure f = corner_dots();
  f.width = .3;
  CHECK_THROWS_AS(f.render(Format::png), Error);
  f.width = 90, f.height = 90;
  CHECK_THROWS_AS(f.render(Format::png, 1200), Error);
  CHECK_THROWS_AS(plot::Figure{}.render(Format::svg), Error);
}

TEST_CASE("colour: the sequential map falls in luminance from white at every step, categories differ in grey") {
  CHECK(plot::luminance(plot::sequential(0)) == Approx(1));
  for (int i = 1; i <= 200; ++i) CHECK(plot::luminance(plot::sequential(i / 200.0)) < plot::luminance(plot::sequential((i - 1) / 200.0)));
  CHECK(plot::luminance(plot::sequential(1)) < .03);
  CHECK(plot::luminance(plot::category(1)) - plot::luminance(plot::category(0)) > .05);
}

TEST_CASE("marks: points that are not finite or far outside leave no trace") {
  plot::Figure f = corner_dots();
  auto dots = std::make_shared<plot::Dots>();
  dots->x = {NAN, HUGE_VAL, 1e300, -1e18}, dots->y = {.5, .5, .5, 1e18}, dots->radius = 5;
  auto lines = std::make_shared<plot::Lines>();
  lines->lines = {{{.2, .2}, {NAN, .5}, {.8, .8}}};  // two lone points: no stroke
  f.panels[0].marks = {dots, lines};
  const Picture p(f.render(Format::png, 100));
  CHECK(p.ink(.1, .1, .9, .9) == 0);
}

TEST_CASE("marks: a line to a far point keeps its direction and does not come back on the other side") {
  plot::Figure f = corner_dots();
  auto lines = std::make_shared<plot::Lines>();
  lines->lines = {{{0, 0}, {1e7, .5e7}, {1e7, -1e9}}}, lines->width = 2;
  f.panels[0].marks = {lines};
  const Picture p(f.render(Format::png, 100));
  const double margin = 8 * 100.0 / 72, side = 300 - 2 * margin;
  for (const double x : {.2, .5, .8}) CHECK(p.ink(int(margin + x * side), int(margin + (1 - x / 2) * side)) > .5);
  CHECK(p.ink(.06, .06, .94, .4) == 0);
  CHECK(p.ink(.5, .8, .94, .94) == 0);
}

TEST_CASE("figure: a PDF carries no clock") {
  CHECK(corner_dots().render(Format::pdf).find("/CreationDate (20000101000000") != std::string::npos);
}
