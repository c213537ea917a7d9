#include "plot/figures.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/random.h"
#include "picture.h"
#include "test.h"

using namespace dm;
using plot::Format;
using plot::Set;

namespace {
Set cloud(const char* name, int64_t n, int64_t d, double shift = 0) {
  Set s;
  s.name = name;
  s.x = Matrix<double>(n, d);
  normals(Stream(3) / name, {0, int(n)}, 0, s.x);
  for (double& v : s.x.v) v += shift;
  return s;
}

Set walks(int64_t times, int64_t n, int64_t d) {
  Set s;
  s.name = "walks", s.times = times, s.trajectories = n, s.dims = d;
  Matrix<double> z(times, n * d);
  normals(Stream(4), {0, int(times)}, 0, z);
  for (int64_t k = 1; k < times; ++k)
    for (int64_t i = 0; i < n * d; ++i) z[k][i] += z[k - 1][i];
  s.path = z.v;
  return s;
}

plot::Figure drawn(const std::vector<Set>& sets, const std::string& kind, const plot::Look& look = {}) {
  std::vector<std::string> problems;
  const Value v = resolve(plot::figures(), kind[0] == '{' ? parse_json(kind, "kind") : Value(kind), "", problems);
  throw_problems(problems);
  return make<plot::Figure, const std::vector<Set>&, const plot::Look&>(plot::figures(), v, sets, look);
}

std::vector<std::pair<std::string, std::vector<Set>>> one_of_each() {
  Set loss;
  loss.name = "model";
  for (int i = 0; i < 3000; ++i) loss.loss.push_back(std::exp(-i / 300.0) + .01);
  return {{"scatter", {cloud("a", 500, 2), cloud("b", 6000, 2)}},
          {R"({"type":"scatter","layout":"overlay"})", {cloud("a", 500, 2), cloud("b", 300, 2)}},
          {"density", {cloud("a", 500, 2), cloud("b", 600, 2)}},
          {"density", {cloud("a", 500, 1), cloud("b", 600, 1)}},
          {R"({"type":"density","style":"curve"})", {cloud("a", 500, 1)}},
          {"path", {walks(30, 300, 2)}},
          {"path", {walks(30, 300, 1)}},
          {"loss", {loss}},
          {"corner", {cloud("a", 200, 4), cloud("b", 200, 4)}}};
}
}  // namespace

TEST_CASE("figures: the same bytes on every run, in each format, and well-formed") {
  for (const auto& [kind, sets] : one_of_each()) {
    INFO(kind);
    for (const Format format : {Format::png, Format::svg, Format::pdf}) {
      const std::string first = drawn(sets, kind).render(format, 72), second = drawn(sets, kind).render(format, 72);
      CHECK(first == second);
      CHECK(first.substr(0, 5) == (format == Format::png ? "\x89PNG\r" : format == Format::svg ? "<?xml" : "%PDF-"));
    }
    const Picture p(drawn(sets, kind).render(Format::png, 72));
    CHECK(p.width > 100);
    CHECK(p.ink(0, 0, 1, 1) > .005);
    CHECK(p.ink(0, 0, 1, 1) < .5);
  }
}

TEST_CASE("figures: the kind that suits the data") {
  Set model;
  model.loss = {1, 2};
  CHECK(plot::suited({cloud("a", 3, 1)}) == "density");
  CHECK(plot::suited({cloud("a", 3, 2)}) == "scatter");
  CHECK(plot::suited({cloud("a", 3, 3)}) == "corner");
  CHECK(plot::suited({walks(3, 3, 1)}) == "path");
  CHECK(plot::suited({model}) == "loss");
}

TEST_CASE("scatter: panels share their axes, which hold all points") {
  const auto f = drawn({cloud("a", 50, 2), cloud("b", 50, 2, 7)}, "scatter");
  REQUIRE(f.panels.size() == 2);
  CHECK(f.panels[0].title == "a");
  CHECK(f.panels[0].x.range.lo == f.panels[1].x.range.lo);
  CHECK(f.panels[0].y.range.hi == f.panels[1].y.range.hi);
  CHECK(f.panels[0].x.range.hi > 7);
  CHECK(f.panels[0].equal);
  CHECK_FALSE(f.panels[1].y.numbers);
}

TEST_CASE("scatter: a set's points lie on its own side") {
  Set left = cloud("l", 300, 2), right = cloud("r", 300, 2);
  for (int64_t i = 0; i < 300; ++i) left.x[i][0] = .1 * left.x[i][0] - 5, right.x[i][0] = .1 * right.x[i][0] + 5;
  plot::Look look;
  look.xlim = plot::Range{-8, 8}, look.ylim = plot::Range{-8, 8};
  const Picture p(drawn({left, right}, "scatter", look).render(Format::png, 100));
  // First panel: ink left of its middle; second: right of its middle. Margins of the labels left out.
  CHECK(p.ink(.12, .2, .24, .7) > 4 * p.ink(.34, .2, .48, .7) + .01);
  CHECK(p.ink(.84, .2, .97, .7) > 4 * p.ink(.58, .2, .72, .7) + .01);
}

TEST_CASE("scatter: a limit draws that many, says so, and does not depend on anything else") {
  plot::Look look;
  look.limit = 100;
  const auto f = drawn({cloud("a", 5000, 2)}, "scatter", look);
  CHECK(f.panels[0].note == "100 of 5,000 points");
  const auto& dots = dynamic_cast<const plot::Dots&>(*f.panels[0].marks[0]);
  CHECK(dots.x.size() == 100);
  const auto rows = plot::chosen_rows(5000, 100);
  CHECK(std::set<int64_t>(rows.begin(), rows.end()).size() == 100);
  CHECK(rows != plot::chosen_rows(100, 100));
  CHECK(plot::grouped(1234567) == "1,234,567");
  CHECK(plot::grouped(999) == "999");
  CHECK(plot::grouped(-1000) == "-1,000");
}

TEST_CASE("scatter: what a given range cuts off is counted in the picture") {
  Set s = cloud("a", 3, 2);
  s.x.v = {0, 0, 5, 0, 0, -5};
  plot::Look look;
  look.xlim = plot::Range{-1, 1};
  CHECK(drawn({s}, "scatter", look).panels[0].note == "1 outside");
  look.ylim = plot::Range{-1, 1};
  CHECK(drawn({s}, "scatter", look).panels[0].note == "2 outside");
}

TEST_CASE("scatter: a dot's area is its weight") {
  Set s = cloud("a", 3, 2);
  s.x.v = {.2, .2, .5, .5, .8, .8}, s.weights = {0, 1, 4};
  const auto f = drawn({s}, "scatter");
  const auto& dots = dynamic_cast<const plot::Dots&>(*f.panels[0].marks[0]);
  REQUIRE(dots.scale.size() == 3);
  CHECK(dots.scale[0] == 0);
  CHECK(near(dots.scale[2], 2 * dots.scale[1], 1e-12));
}

TEST_CASE("density: histograms and heat maps integrate to one") {
  const auto f = drawn({cloud("a", 2000, 1)}, "density");
  const auto& bars = dynamic_cast<const plot::Bars&>(*f.panels[0].marks[0]);
  double mass = 0;
  for (size_t i = 0; i < bars.heights.size(); ++i) mass += bars.heights[i] * (bars.edges[i + 1] - bars.edges[i]);
  CHECK(near(mass, 1, 1e-12));
  const auto g = drawn({cloud("a", 2000, 2)}, R"({"type":"density","smooth":0})");
  const auto& heat = dynamic_cast<const plot::Heat&>(*g.panels[0].marks[0]);
  mass = 0;
  for (const double v : heat.value) mass += v * (heat.x.hi - heat.x.lo) / heat.nx * (heat.y.hi - heat.y.lo) / heat.ny;
  CHECK(near(mass, 1, 1e-12));
}

TEST_CASE("density: weights count") {
  Set s = cloud("a", 2, 1);
  s.x[0][0] = 0, s.x[1][0] = 1, s.weights = {3, 1};
  const auto f = drawn({s}, R"({"type":"density","bins":2})");
  const auto& bars = dynamic_cast<const plot::Bars&>(*f.panels[0].marks[0]);
  CHECK(near(bars.heights[0], 3 * bars.heights[1], 1e-12));
  s.weights = {0, 0};
  CHECK_THROWS_AS(drawn({s}, "density"), Error);
}

TEST_CASE("smooth: keeps the mass inside and has the asked width") {
  std::vector<double> cells(101, 0.0);
  cells[50] = 1;
  plot::smooth(cells, 101, 1, 1, 101, 4);
  double mass = 0, square = 0;
  for (int i = 0; i < 101; ++i) mass += cells[size_t(i)], square += cells[size_t(i)] * (i - 50) * (i - 50);
  CHECK(near(mass, 1, 1e-12));
  CHECK(near(square, 16, .01));
}

TEST_CASE("path: the band is the mean and two standard deviations of all trajectories") {
  Set s = walks(5, 400, 1);
  plot::Look look;
  look.limit = 10;
  const auto f = drawn({s}, "path", look);
  const auto& band = dynamic_cast<const plot::Band&>(*f.panels[0].marks[0]);
  double mean = 0, square = 0;
  for (int64_t i = 0; i < 400; ++i) mean += s.path[size_t(4 * 400 + i)] / 400;
  for (int64_t i = 0; i < 400; ++i) square += std::pow(s.path[size_t(4 * 400 + i)] - mean, 2) / 399;
  CHECK(near(band.hi[4] - band.lo[4], 4 * std::sqrt(square), 1e-12));
  CHECK(near((band.hi[4] + band.lo[4]) / 2, mean, 1e-12));
  CHECK(dynamic_cast<const plot::Lines&>(*f.panels[0].marks[1]).lines.size() == 10);
  CHECK(f.panels[0].note == "10 of 400 paths");
}

TEST_CASE("path: from noise far wider than the data the picture shows the data and counts the rest") {
  Set s;
  s.name = "ve", s.times = 2, s.trajectories = 4, s.dims = 2;
  s.path = {-80, 0, 80, 0, 0, 90, 0, -90, 0, 0, 1, 0, 1, 1, 0, 1};
  const auto f = drawn({s}, "path");
  CHECK(f.panels[0].x.range.lo == -1);
  CHECK(f.panels[0].x.range.hi == 2);
  CHECK(f.panels[0].note == "4 starts outside");
  for (double& v : s.path) v = std::clamp(v, -3.0, 3.0);
  const auto g = drawn({s}, "path");
  CHECK(g.panels[0].x.range.lo < -3);
  CHECK(g.panels[0].note.empty());
}

TEST_CASE("loss: the running mean does not lag or leave the data, log axis where the loss falls far") {
  Set s;
  s.name = "line";
  for (int i = 0; i < 601; ++i) s.loss.push_back(100 + i);
  const auto f = drawn({s}, R"({"type":"loss","window":21})");
  const auto& mean = dynamic_cast<const plot::Lines&>(*f.panels[0].marks.back()).lines[0];
  CHECK(near(mean[300].y, 400, 1e-12));
  CHECK(mean.front().y > 100);
  CHECK_FALSE(f.panels[0].y.log);
  for (double& l : s.loss) l = std::exp(-(l - 100) / 50);
  CHECK(drawn({s}, "loss").panels[0].y.log);
  s.loss[5] = -1;
  CHECK_FALSE(drawn({s}, "loss").panels[0].y.log);
}

TEST_CASE("corner: six coordinates at most, the chosen ones in their order, upper half empty") {
  const auto f = drawn({cloud("a", 50, 9)}, "corner");
  CHECK(f.panels.size() == 36);
  CHECK(f.panels[1].empty);
  const auto g = drawn({cloud("a", 50, 9)}, R"({"type":"corner","coordinates":[9,2]})");
  REQUIRE(g.panels.size() == 4);
  CHECK(g.panels[2].x.label.find('9') != std::string::npos);
  CHECK_THROWS_WITH(drawn({cloud("a", 50, 3)}, R"({"type":"corner","coordinates":[1,4]})"), Catch::Contains("names 4, expected whole"));
}

TEST_CASE("coordinates are whole numbers, as many as the picture takes") {
  using V = std::vector<int64_t>;
  const auto of = [](const char* json) { return plot::coordinates(parse_json(json, ""), 3, 1, 2, "drawing"); };
  CHECK(of("null") == V{0, 1});
  CHECK(of("[3,1.0]") == V{2, 0});
  CHECK_THROWS_WITH(of("[1.5,2]"), "drawing: --coordinates names 1.5, expected whole numbers from 1 to 3");
  CHECK_THROWS_WITH(of("[0]"), "drawing: --coordinates names 0, expected whole numbers from 1 to 3");
  CHECK_THROWS_WITH(of("[4]"), Catch::Contains("names 4"));
  CHECK_THROWS_WITH(of("[]"), "drawing: --coordinates names 0 of them, expected 1 to 2");
  CHECK_THROWS_WITH(of("[1,2,3]"), "drawing: --coordinates names 3 of them, expected 1 to 2");
  CHECK_THROWS_WITH(plot::coordinates({}, 1, 2, 6, "drawing"), "drawing: the data have 1 of at least 2 coordinates");
  for (const char* kind : {"corner", "path"}) {  // both ask here
    Set s = cloud("a", 5, 2);
    s.times = 2, s.trajectories = 1, s.dims = 2, s.path = {0, 1, 2, 3};
    CHECK_THROWS_WITH(drawn({s}, std::string(R"({"coordinates":[1.5,2],"type":")") + kind + "\"}"), Catch::Contains("names 1.5"));
  }
}

TEST_CASE("figures: all points equal, one point, and huge numbers are drawn") {
  for (const double v : {0.0, 3.0, 1e12, -1e-12}) {
    Set s = cloud("a", 20, 2);
    std::fill(s.x.v.begin(), s.x.v.end(), v);
    for (const char* kind : {"scatter", "density", "corner"}) CHECK(Picture(drawn({s}, kind).render(Format::png, 72)).width > 0);
    s.x.cols = 1, s.x.rows = 40;
    CHECK(Picture(drawn({s}, "density").render(Format::png, 72)).width > 0);
    CHECK(Picture(drawn({s}, R"({"type":"density","style":"curve"})").render(Format::png, 72)).width > 0);
  }
  CHECK(Picture(drawn({cloud("a", 1, 2)}, "scatter").render(Format::png, 72)).width > 0);
}

TEST_CASE("figures: what does not fit together is refused in a sentence that names the set") {
  Set bad = cloud("bad", 10, 2);
  bad.x[3][1] = NAN;
  for (const auto& [kind, sets] : std::vector<std::pair<std::string, std::vector<Set>>>{{"scatter", {cloud("a", 5, 2), cloud("bad", 5, 3)}},
                                                                                        {"scatter", {cloud("bad", 5, 3)}},
                                                                                        {"density", {cloud("bad", 5, 3)}},
                                                                                        {"scatter", {bad}},
                                                                                        {"path", {bad}},
                                                                                        {"loss", {bad}},
                                                                                        {"corner", {Set{}}},
                                                                                        {"scatter", {}}}) {
    INFO(kind);
    CHECK_THROWS_AS(drawn(sets, kind), Error);
  }
  try {
    drawn({bad}, "scatter");
  } catch (const Error& e) {
    CHECK(std::string(e.what()).find("'bad': /x[3, 1] is nan") != std::string::npos);
    CHECK(e.code() == Exit::data);
  }
}

TEST_CASE("lines: columns against one of them, one curve for each value of another") {
  Set s;
  s.name = "table", s.columns = {"T", "gamma", "tv", "bound"};
  s.x = Matrix<double>(6, 4);
  for (int64_t i = 0; i < 6; ++i) {
    const double T = double(1 + i % 3), g = i < 3 ? .1 : .2, row[] = {T, g, g * std::exp(-T), std::exp(-T)};
    std::copy(row, row + 4, s.x[i]);
  }
  const auto lines_of = [](const plot::Figure& f) {
    std::vector<const plot::Lines*> out;
    for (const auto& m : f.panels[0].marks)
      if (const auto* l = dynamic_cast<const plot::Lines*>(m.get())) out.push_back(l);
    return out;
  };
  const auto all = drawn({s}, R"({"type":"lines"})");
  REQUIRE(all.panels.size() == 1);
  CHECK(lines_of(all).size() == 3);
  CHECK(all.panels[0].x.label == "T");
  const auto by = drawn({s}, R"({"type":"lines","x":"T","y":["tv"],"group":["gamma"],"yscale":"log"})");
  REQUIRE(lines_of(by).size() == 2);
  CHECK(lines_of(by)[1]->lines[0].size() == 3);
  CHECK(lines_of(by)[1]->lines[0][2].x == 3);
  CHECK(lines_of(by)[1]->lines[0][2].y == .2 * std::exp(-3.));
  CHECK(by.panels[0].y.log);
  const auto& legend = dynamic_cast<const plot::Legend&>(*by.panels[0].marks.back());
  CHECK(legend.keys[1].label == "gamma = 0.2");
  CHECK(drawn({s}, R"({"type":"lines","x":"1","y":["3"]})").panels[0].y.label == "tv");
  CHECK_THROWS_WITH(drawn({s}, R"({"type":"lines","y":["tw"]})"), Catch::Contains("no column 'tw'"));
}

TEST_CASE("lines: a table that brings charts is drawn as they say; what panels share goes into one legend") {
  Set s;
  s.name = "table", s.columns = {"x", "y", "z"};
  s.x = Matrix<double>(5, 3, 1);
  for (int64_t i = 0; i < 5; ++i) s.x[i][0] = double(i), s.x[i][1] = std::exp(double(i)), s.x[i][2] = 1e-3;
  plot::Chart c{"one", "x",  "x", "y",
                false, true, {},  {{plot::Curve::dots, "truth", "y", 1, 4, 0}, {plot::Curve::dashes, "bound", "z", 0, 5, -1}}};
  s.charts = {c};
  CHECK(plot::suited({s}) == "lines");
  const auto one = drawn({s}, "lines");
  REQUIRE(one.panels.size() == 1);
  CHECK(one.legend.empty());
  CHECK(one.panels[0].title == "one");
  CHECK(dynamic_cast<const plot::Dots&>(*one.panels[0].marks[1]).x == std::vector<double>{1, 2, 3, 4});
  CHECK(dynamic_cast<const plot::Lines&>(*one.panels[0].marks[2]).dashed);
  s.charts.push_back(c);
  const auto two = drawn({s}, "lines");
  CHECK(two.panels.size() == 2);
  CHECK(two.legend.size() == 2);
  CHECK(two.render(Format::svg) == drawn({s}, "lines").render(Format::svg));
  s.charts[1].curves[0].name = "other";
  CHECK(drawn({s}, "lines").legend.empty());

  // They travel as JSON, and what does not fit its table is refused.
  const Value state(Value::Object{{"charts", plot::to_value(s.charts)}});
  CHECK(plot::to_value(plot::charts_of(state, s.columns, 5, "f")) == plot::to_value(s.charts));
  CHECK(plot::charts_of(Value(), s.columns, 5, "f").empty());
  auto beyond = s.charts;
  beyond[1].curves[0].first = 3, beyond[1].curves[0].rows = 3;
  CHECK_THROWS_WITH(plot::charts_of(Value(Value::Object{{"charts", plot::to_value(beyond)}}), s.columns, 5, "f"),
                    Catch::Contains("/charts/1: a curve takes the rows [3,3] (first, number), /x has 5"));
  CHECK_THROWS_WITH(plot::charts_of(state, s.columns, 4, "'f.h5'"),
                    Catch::Contains("'f.h5': attribute state: /charts/0: a curve takes the rows"));
  CHECK_THROWS_WITH(plot::charts_of(state, {"x", "y", "w"}, 5, "f"), Catch::Contains("column 'z'"));
  CHECK_THROWS_AS(plot::charts_of(parse_json(R"({"charts":[{"title":3}]})", ""), s.columns, 5, "f"), Error);
  CHECK_THROWS_AS(plot::charts_of(parse_json(R"({"charts":7})", ""), s.columns, 5, "f"), Error);
}

TEST_CASE("legend inside a panel: stands where it hides no curve") {
  plot::Figure f;
  plot::Panel p;
  p.x = {"x", {0, 1}}, p.y = {"y", {0, 1}};
  auto line = std::make_shared<plot::Lines>();
  line->lines = {{{0, 1}, {1, 1}}, {{0, .9}, {1, .9}}, {{.9, 0}, {.9, 1}}};  // along the top and the right: the lower left is free
  auto legend = std::make_shared<plot::Legend>();
  legend->keys = {{plot::Key::line, plot::black, "a curve"}};
  legend->avoid = line->lines;
  p.marks = {legend};
  f.panels = {p}, f.width = 4, f.height = 3;
  const Picture picture(f.render(Format::png, 100));
  CHECK(picture.ink(.16, .6, .5, .82) > .004);
  CHECK(picture.ink(.6, .1, .95, .6) < .001);
}
