#include "plot/figure.h"

#include <algorithm>
#include <array>
#include <cmath>

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
  // Too long for a small picture however few they are: those are left that have room.
  f.width = 1.3, x.range = {1.2344e9, 1.2344e9 + 2e5}, x.label = "";
  const Picture p(f.render(Format::png, 100));
  int first = p.width, last = 0, gap = 0, blank = 0;
  for (int i = 0; i < p.width; ++i) {
    bool ink = false;
    for (int k = p.height - 20; k < p.height; ++k) ink |= p.ink(i, k) > .5;
    if (ink)
      first = std::min(first, i), last = i, gap = first == i ? 0 : std::max(gap, blank), blank = 0;
    else
      ++blank;
  }
  CHECK((last - first < 75 || gap >= 6));
  CHECK((first > 1 && last < p.width - 1));
}

TEST_CASE("figure: of numbers that would touch those stay that have room") {
  plot::Figure f = corner_dots();
  f.panels[0].marks.clear();
  plot::Axis& x = f.panels[0].x;
  x.ticks = x.numbers = true, x.log = true, x.range = {.0025, .05}, f.width = 1.6;  // .005, .01, .02, .05: not all have room
  const Picture p(f.render(Format::png, 200));
  int pieces = 0, blank = 99;  // runs of ink below the axis, apart by more than letters are
  for (int i = 0; i < p.width; ++i) {
    bool ink = false;
    for (int k = p.height - 40; k < p.height - 22; ++k) ink |= p.ink(i, k) > .5;
    if (ink && blank > 9) ++pieces;
    blank = ink ? 0 : blank + 1;
  }
  CHECK(pieces >= 2);
  CHECK(pieces < 4);
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
  const double blue = plot::luminance(plot::category(0)), vermillion = plot::luminance(plot::category(1)),
               green = plot::luminance(plot::category(2));
  CHECK(green - blue > .05);
  CHECK(vermillion - green > .1);
}

TEST_CASE("colour: categories stay apart for readers without one kind of cone") {
  // Machado, Oliveira and Fernandes (2009), severity 1, on linear sRGB; distances in OKLab (Ottosson 2020), where .02 is just seen.
  const double kinds[4][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                 {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
                                 {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
                                 {{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}}};
  const auto times = [](const double(&m)[3][3], std::array<double, 3> v) {
    std::array<double, 3> out{};
    for (size_t i = 0; i < 3; ++i)
      for (size_t j = 0; j < 3; ++j) out[i] += m[i][j] * v[j];
    return out;
  };
  const auto seen = [&](const double(&kind)[3][3], plot::Colour c) {
    const auto linear = [](double v) { return v <= .04045 ? v / 12.92 : std::pow((v + .055) / 1.055, 2.4); };
    auto v = times(kind, {linear(c.r), linear(c.g), linear(c.b)});
    for (double& x : v) x = std::clamp(x, 0., 1.);
    v = times({{.4122214708, .5363325363, .0514459929}, {.2119034982, .6806995451, .1073969566}, {.0883024619, .2817188376, .6299787005}},
              v);
    for (double& x : v) x = std::cbrt(x);
    return times(
        {{.2104542553, .7936177850, -.0040720468}, {1.9779984951, -2.4285922050, .4505937099}, {.0259040371, .7827717662, -.8086757660}},
        v);
  };
  for (const auto& kind : kinds)
    for (int i = 0; i < 7; ++i)
      for (int j = 0; j < i; ++j) {
        const auto a = seen(kind, plot::category(i)), b = seen(kind, plot::category(j));
        INFO(i << " " << j);
        CHECK(std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) > .065);
      }
}

TEST_CASE("marks: forms of series differ where dots are large, and stand on their lines") {
  const auto drawn = [](int series, double radius) {
    plot::Figure f = corner_dots();
    auto dots = std::make_shared<plot::Dots>();
    dots->x = {.5}, dots->y = {.5}, dots->radius = radius, dots->series = {series};
    f.panels[0].marks = {dots};
    return f.render(Format::svg);
  };
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < i; ++j) CHECK(drawn(i, 2) != drawn(j, 2));
    CHECK(drawn(i, 1) == drawn(0, 1));
    CHECK(drawn(i, 2) == drawn(i + 6, 2));
  }
  plot::Figure f = corner_dots();
  auto line = std::make_shared<plot::Lines>();
  line->lines = {{{0, .5}, {1, .5}}}, line->width = .5, line->series = 1;
  f.panels[0].marks = {line};
  const Picture p(f.render(Format::png, 100));
  int marks = 0;
  bool on = false;
  for (int x = 15; x < p.width - 15; ++x) {
    const bool ink = p.ink(x, p.height / 2 + 2) > .2;  // beside the line
    marks += ink && !on, on = ink;
  }
  CHECK(marks >= 3);
}

TEST_CASE("marks: forms of a histogram stand on the middles of its steps, one at least, never on an edge") {
  for (int series = 0; series < 6; ++series) {
    plot::Figure f = corner_dots();
    auto bars = std::make_shared<plot::Bars>();
    bars->edges = {0, .2, .4, .6, .8, 1}, bars->heights = {0, .9, .2, .9, 0}, bars->fill = 0, bars->series = series;
    f.panels[0].marks = {bars};
    const Picture p(f.render(Format::png, 300));
    INFO(series);
    const double left = 8 / 216., width = 1 - 2 * left;  // of the panel
    const auto ink = [&](double x, double y, double dx, double dy) {
      const double u = left + x * width, v = left + (1 - y) * width;
      return p.ink(u - dx, v - dy, u + dx, v + dy);
    };
    for (const double edge : {.2, .4, .6, .8})
      for (const double side : {-.0065, .0065}) CHECK(ink(edge + side, .55, .001, .3) == 0);
    double forms = 0;
    for (const auto& [x, y] : {std::pair{.3, .9}, {.5, .2}, {.7, .9}}) forms += ink(x, y + .0065, .008, .0015);
    CHECK(forms > .1);
  }
}

TEST_CASE("figure: a legend that would hide curves stands above the only panel") {
  plot::Figure f = corner_dots();
  f.height = 0;
  auto legend = std::make_shared<plot::Legend>();
  legend->keys = {{plot::Key::line, plot::black, "a curve"}};
  f.panels[0].legend = legend;
  const double inside = f.size(Format::png).y;
  auto full = std::make_shared<plot::Legend>(*legend);
  for (int i = 0; i <= 20; ++i) full->avoid.push_back({{0, i / 20.}, {1, i / 20.}});
  f.panels[0].legend = full;
  CHECK(f.size(Format::png).y > inside + 8);
  // Of several panels, which have a legend each, all are higher.
  f.panels.push_back(f.panels[0]), f.columns = 2;
  const double high = f.size(Format::png).y;
  f.panels[0].legend = f.panels[1].legend = legend;
  CHECK(high > 1.2 * f.size(Format::png).y);
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
