#include "plot/figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/random.h"
#include "picture.h"
#include "plot/contour.h"
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

// v = (-y, x), and the density of N(0, I).
Set whirl() {
  Set s;
  s.name = "whirl", s.box = {{-2, 2}, {-2, 2}}, s.arrows_name = "drift";
  s.log_p = [](Mat<const double> x, double* out) {
    for (int64_t i = 0; i < x.rows; ++i) out[i] = -.5 * (x[i][0] * x[i][0] + x[i][1] * x[i][1]) - std::log(2 * 3.14159265358979);
  };
  s.arrows = [](Mat<const double> x, Mat<double> v) {
    for (int64_t i = 0; i < x.rows; ++i) v[i][0] = -x[i][1], v[i][1] = x[i][0];
  };
  return s;
}

// Two samplers, three numbers of steps in falling order, four seeds: w2 = steps + seed, twice that for the other sampler, floor 1.
Set results() {
  Set s;
  s.name = "results", s.columns = {"dm-sample.sampler", "w2.value", "w2.floor", "steps", "seed"};
  s.words = {{"heun", "ddim"}, {}, {}, {}, {}}, s.word_at = {"'heun' in line 1", "", "", "", ""};
  s.x = Matrix<double>(24, 5);
  int64_t i = 0;
  for (const double sampler : {0, 1})
    for (const double steps : {30, 20, 10})
      for (const double seed : {1, 2, 3, 4}) {
        const double row[] = {sampler, (1 + sampler) * (steps + seed), 1, steps, seed};
        std::copy(row, row + 5, s.x[i++]);
      }
  return s;
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
          {"coupling", {walks(30, 300, 1), walks(30, 300, 1)}},
          {"loss", {loss}},
          {"corner", {cloud("a", 200, 4), cloud("b", 200, 4)}},
          {"corner", {cloud("a", 5001, 3)}},
          {"quiver", {whirl(), cloud("b", 200, 2)}},
          {"density", {whirl(), cloud("b", 200, 2)}},
          {R"({"type":"images","shape":"5x4"})", {cloud("a", 30, 20)}},
          {R"({"type":"lines","x":"steps","y":["w2"],"group":["dm-sample.sampler"]})", {results()}}};
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

TEST_CASE("figures: a given range is shown as it is, equal axes give way to it") {
  plot::Look look;
  look.xlim = plot::Range{-2, 2};
  for (const char* kind : {"scatter", "density"}) {
    const auto f = drawn({cloud("a", 50, 2)}, kind, look);
    CHECK(f.panels[0].equal);
    CHECK(f.panels[0].x.fixed);
    CHECK_FALSE(f.panels[0].y.fixed);
  }
  // Three units high, one wide, which is more than a panel's height allows: black from x = 5 to 6 fills it, or else only its middle.
  plot::Figure f;
  plot::Panel p;
  p.x = {"", {5, 6}}, p.y = {"", {0, 3}}, p.equal = true;
  p.x.ticks = p.y.ticks = p.x.numbers = p.y.numbers = false;
  auto black = std::make_shared<plot::Raster>();
  black->x = {5, 6}, black->y = {0, 3}, black->nx = black->ny = 1, black->pixels = {plot::black};
  p.marks = {black};
  for (const bool fixed : {true, false}) {
    p.x.fixed = fixed, f.panels = {p};
    const double side = Picture(f.render(Format::png, 72)).ink(.1, .3, .2, .7);
    CHECK(fixed == (side > .5));
    CHECK(!fixed == (side < .1));
  }
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

TEST_CASE("histograms: the bar of a column of one value is around it") {
  Set s = cloud("a", 3, 2);
  s.x.v = {1, 5, 1, 6, 1, 7};
  const auto around = [](const plot::Panel& p) {
    const auto& bars = dynamic_cast<const plot::Bars&>(*p.marks[0]);
    const auto top = size_t(std::max_element(bars.heights.begin(), bars.heights.end()) - bars.heights.begin());
    CHECK(near((bars.edges[top] + bars.edges[top + 1]) / 2, 1, 1e-12));
  };
  around(drawn({s}, "corner").panels[0]);
  s.x = Matrix<double>(2, 1);
  s.x.v = {1, 1};
  around(drawn({s}, "density").panels[0]);
}

TEST_CASE("histograms: bins begin at the smallest and end at the largest value of all sets, save where a range is asked for") {
  Set a = cloud("a", 400, 2), b = cloud("b", 200, 2);
  for (int64_t i = 0; i < a.x.rows; ++i) a.x[i][0] = double(i) / 399;  // an even law on [0, 1]
  for (int64_t i = 0; i < b.x.rows; ++i) b.x[i][0] = -double(i) / 398;
  const auto bars = [](const plot::Panel& p, size_t k) { return dynamic_cast<const plot::Bars&>(*p.marks[k]); };
  const auto f = drawn({a, b}, "corner");
  for (size_t k = 0; k < 2; ++k)
    CHECK((near(bars(f.panels[0], k).edges.front(), -.5, 1e-12) && near(bars(f.panels[0], k).edges.back(), 1, 1e-12)));
  const auto even = bars(drawn({a}, "corner").panels[0], 0).heights;
  CHECK(*std::min_element(even.begin(), even.end()) > .8 * *std::max_element(even.begin(), even.end()));
  Set one = cloud("one", 400, 1);
  for (int64_t i = 0; i < 400; ++i) one.x[i][0] = double(i) / 399;
  const auto edges = [&](const plot::Look& look, const char* kind) { return bars(drawn({one}, kind, look).panels[0], 0).edges; };
  CHECK((edges({}, "density").front() == 0 && near(edges({}, "density").back(), 1, 1e-12)));
  plot::Look asked;
  asked.xlim = {-1, 3};
  CHECK((edges(asked, "density").front() == -1 && near(edges(asked, "density").back(), 3, 1e-12)));
  CHECK(edges({}, R"({"type":"density","smooth":0.05})").front() < 0);  // smoothed steps need room at the ends
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
  CHECK(f.panels[0].note == "6 of 9 columns");
  CHECK(drawn({cloud("a", 50, 6)}, "corner").panels[0].note.empty());
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
  const auto& legend = *by.panels[0].legend;
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

TEST_CASE("lines: what has no place on a logarithmic axis is counted, and no line or band runs across it") {
  Set s;
  s.name = "table", s.columns = {"a", "b"};
  s.x = Matrix<double>(6, 2);
  s.x.v = {1, 2, 2, 3, 3, -3, 4, 5, 5, 0, 6, 7};
  const auto f = drawn({s}, R"({"type":"lines","x":"a","y":["b"],"yscale":"log","style":"line"})");
  CHECK(f.panels[0].note == "2 not above 0, without a place on a log axis");
  const auto& line = dynamic_cast<const plot::Lines&>(*f.panels[0].marks[0]);
  REQUIRE(line.lines.size() == 3);
  CHECK(line.lines[0].size() == 2);
  CHECK(line.lines[0][1].x == 2);
  const auto& dots = dynamic_cast<const plot::Dots&>(*f.panels[0].marks[1]);  // the pieces of one point
  CHECK(dots.x == std::vector<double>{4, 6});
  const auto linear = drawn({s}, R"({"type":"lines","x":"a","y":["b"],"yscale":"linear","style":"line"})");
  CHECK(linear.panels[0].note.empty());
  CHECK(dynamic_cast<const plot::Lines&>(*linear.panels[0].marks[0]).lines.size() == 1);

  s.x = Matrix<double>(10, 2);  // two seeds each: a band
  s.x.v = {1, 2, 1, 4, 2, 3, 2, 4, 3, -3, 3, -1, 4, 5, 4, 6, 5, 7, 5, 8};
  const auto b = drawn({s}, R"({"type":"lines","x":"a","y":["b"],"yscale":"log"})");
  CHECK(b.panels[0].note == "mean \u00b1 standard error of 2 rows, 1 not above 0, without a place on a log axis");
  CHECK(dynamic_cast<const plot::Band&>(*b.panels[0].marks[0]).x == std::vector<double>{1, 2});
  CHECK(dynamic_cast<const plot::Band&>(*b.panels[0].marks[1]).x == std::vector<double>{4, 5});
}

TEST_CASE("lines of results: means over rows that share x and group, in the order of x, a band of one standard error, the floor") {
  const auto f = drawn({results()}, R"({"type":"lines","x":"steps","y":["w2"],"group":["dm-sample.sampler"]})");
  REQUIRE(f.panels.size() == 1);
  std::vector<const plot::Lines*> lines;
  std::vector<const plot::Band*> bands;
  for (const auto& m : f.panels[0].marks) {
    if (const auto* l = dynamic_cast<const plot::Lines*>(m.get())) lines.push_back(l);
    if (const auto* b = dynamic_cast<const plot::Band*>(m.get())) bands.push_back(b);
  }
  REQUIRE(lines.size() == 3);
  REQUIRE(bands.size() == 2);
  const double error = std::sqrt(5.0 / 3 / 4);  // of the mean of 1, 2, 3, 4
  for (size_t g = 0; g < 2; ++g)
    for (size_t i = 0; i < 3; ++i) {
      const double steps = 10 * double(i + 1), mean = double(g + 1) * (steps + 2.5);
      CHECK(lines[g]->lines[0][i].x == steps);
      CHECK(near(lines[g]->lines[0][i].y, mean, 1e-12));
      CHECK(near(bands[g]->lo[i], mean - double(g + 1) * error, 1e-12));
      CHECK(near(bands[g]->hi[i], mean + double(g + 1) * error, 1e-12));
    }
  CHECK(lines[2]->dashed);
  CHECK(lines[2]->lines[0].size() == 3);
  CHECK(lines[2]->lines[0][1].y == 1);
  CHECK(f.panels[0].note == "mean \u00b1 standard error of 4 rows");
  CHECK(f.panels[0].x.label == "steps");
  CHECK(f.panels[0].y.label == "w2");
  const auto& legend = *f.panels[0].legend;
  REQUIRE(legend.keys.size() == 3);
  CHECK(legend.keys[1].label == "ddim");
  CHECK(legend.keys[2].label == "floor");

  const auto range = drawn({results()}, R"({"type":"lines","x":"steps","y":["w2"],"group":["dm-sample.sampler"],"band":"range"})");
  for (const auto& m : range.panels[0].marks)
    if (const auto* b = dynamic_cast<const plot::Band*>(m.get())) {
      CHECK(b->hi[0] - b->lo[0] == (b == dynamic_cast<const plot::Band*>(range.panels[0].marks[0].get()) ? 3 : 6));
    }
  const auto all = drawn({results()}, R"({"type":"lines","x":"steps","y":["w2"],"band":"none"})");
  CHECK(dynamic_cast<const plot::Lines&>(*all.panels[0].marks[0]).lines[0].size() == 24);
}

TEST_CASE("lines of results: rows of which no group says a thing are a curve with a name") {
  Set s = results();
  for (int64_t i = 0; i < s.x.rows; ++i)
    if (s.x[i][0] == 1) s.x[i][0] = NAN;
  const auto f = drawn({s}, R"({"type":"lines","x":"steps","y":["w2"],"group":["dm-sample.sampler"]})");
  REQUIRE(f.panels[0].legend);
  CHECK(f.panels[0].legend->keys[0].label == "heun");
  CHECK(f.panels[0].legend->keys[1].label == "unset");
  const auto both = drawn({s}, R"({"type":"lines","x":"seed","y":["w2"],"group":["dm-sample.sampler","steps"]})");
  CHECK(both.panels[0].legend->keys[3].label == "steps = 30");
}

TEST_CASE("lines of results: one floor is grey, of several each has the colour of its curve") {
  const auto dashed = [](const plot::Figure& f) {
    std::vector<plot::Colour> out;
    for (const auto& m : f.panels[0].marks)
      if (const auto* l = dynamic_cast<const plot::Lines*>(m.get()); l && l->dashed) out.push_back(l->colour);
    return out;
  };
  const auto same = [](plot::Colour a, plot::Colour b) { return a.r == b.r && a.g == b.g && a.b == b.b; };
  Set s = results();
  s.columns = {"dm-sample.sampler", "w2.value", "w2.floor", "steps", "sw2.value", "sw2.floor"};
  Matrix<double> x(24, 6);
  for (int64_t i = 0; i < 24; ++i) std::copy(s.x[i], s.x[i] + 5, x[i]), x[i][5] = .5;
  s.x = std::move(x), s.words.emplace_back();
  const auto one = dashed(drawn({s}, R"({"type":"lines","x":"steps","y":["w2"]})"));
  REQUIRE(one.size() == 1);
  CHECK(same(one[0], plot::grey));
  const auto two = dashed(drawn({s}, R"({"type":"lines","x":"steps","y":["w2","sw2"]})"));
  REQUIRE(two.size() == 2);
  CHECK(same(two[0], plot::category(0)));
  CHECK(same(two[1], plot::category(1)));
}

TEST_CASE("lines: where all x are whole numbers there is no tick between two of them") {
  Set s;
  s.name = "table", s.columns = {"seed", "b"};
  s.x = Matrix<double>(3, 2);
  s.x.v = {1, 2, 2, 3, 3, 5};
  CHECK(drawn({s}, "lines").panels[0].x.whole);
  s.x[1][0] = 1.5;
  CHECK_FALSE(drawn({s}, "lines").panels[0].x.whole);
  // Between 1 and 3 there is one tick more, which the frame's lower edge shows.
  plot::Figure f;
  plot::Panel p;
  p.x = {"", {1, 3}}, p.y = {"", {0, 1}};
  p.y.ticks = p.y.numbers = p.x.numbers = false;
  const auto ticks = [&](bool whole) {
    p.x.whole = whole, f.panels = {p};
    const Picture picture(f.render(Format::png, 200));
    int n = 0;
    const int y = picture.height - 25;  // within the ticks, whose lower end is 8 points above the edge
    for (int x = 1; x < picture.width; ++x) n += picture.ink(x, y) > .2 && !(picture.ink(x - 1, y) > .2);
    return n;
  };
  CHECK(ticks(true) == 3);
  CHECK(ticks(false) > 3);
}

TEST_CASE("lines of results: words on x are categories, numbers that are missing are counted, panels for several y") {
  Set s = results();
  s.x[5][1] = NAN;
  const auto f = drawn({s}, R"({"type":"lines","x":"dm-sample.sampler","y":["w2"],"group":["steps"]})");
  CHECK(f.panels[0].x.names == std::vector<std::string>{"heun", "ddim"});
  CHECK(f.panels[0].note == "mean \u00b1 standard error of 3 to 4 rows, 1 without a number");
  const auto bars = dynamic_cast<const plot::Lines&>(*f.panels[0].marks[0]);
  REQUIRE(bars.lines.size() == 2);
  CHECK(bars.lines[0][0].x == bars.lines[0][1].x);
  CHECK(std::abs(bars.lines[0][0].x) < .5);
  const auto two = drawn({s}, R"({"type":"lines","x":"steps","y":["w2","seed"],"group":["dm-sample.sampler"],"layout":"panels"})");
  REQUIRE(two.panels.size() == 2);
  CHECK(two.panels[1].y.label == "seed");
  const auto refused = [&](const char* o, const char* says) { CHECK_THROWS_WITH(drawn({s}, o), Catch::Contains(says)); };
  refused(R"({"type":"lines","x":"stepz","y":["w2"]})", "Did you mean 'steps'?");
  refused(R"({"type":"lines","x":"sampler","y":["w2"]})", "dm-sample.sampler");
  refused(R"({"type":"lines","x":"steps","y":["dm-sample.sampler"]})", "holds words ('heun' in line 1)");
  refused(R"({"type":"lines","y":["w2"]})", "--x dm-sample.steps");
  CHECK(plot::suited({s}) == "lines");
  CHECK(plot::implied(parse_json(R"({"x":"steps","y":["w2"]})", "")) == "lines");
  CHECK(plot::implied(parse_json(R"({"coordinates":[1]})", "")) == "");
  CHECK(plot::implied(Value()) == "");
}

TEST_CASE("categories: names that do not fit side by side read upwards, all of them") {
  plot::Figure f;
  plot::Panel p;
  for (int k = 0; k < 12; ++k) p.x.names.push_back("a long name");
  p.x.range = {-.6, 11.6}, p.y = {"", {0, 1}};
  f.panels = {p};
  const int tall = Picture(f.render(Format::png, 100)).height;
  for (auto& name : f.panels[0].x.names) name = "a";
  CHECK(tall > Picture(f.render(Format::png, 100)).height + 30);
}

TEST_CASE("quiver: arrows point where the field does, the longest fills a cell, the density lies under them") {
  const auto f = drawn({whirl()}, R"({"type":"quiver","length":"proportional","arrows":10})");
  REQUIRE(f.panels.size() == 1);
  CHECK(dynamic_cast<const plot::Heat*>(f.panels[0].marks[0].get()));
  const auto& a = dynamic_cast<const plot::Arrows&>(*f.panels[0].marks.back());
  REQUIRE(a.x.size() == 100);
  const double side = f.panels[0].x.range.hi - f.panels[0].x.range.lo;
  double longest = 0;
  for (size_t i = 0; i < a.x.size(); ++i) {
    CHECK(near(a.u[i] * a.x[i] + a.v[i] * a.y[i], 0, 1e-12));  // across the radius
    CHECK(a.x[i] * a.v[i] - a.y[i] * a.u[i] > 0);              // to the left
    CHECK(near(std::hypot(a.u[i], a.v[i]) / std::hypot(a.x[i], a.y[i]), std::hypot(a.u[0], a.v[0]) / std::hypot(a.x[0], a.y[0]), 1e-12));
    longest = std::max(longest, std::hypot(a.u[i], a.v[i]));
  }
  CHECK(near(longest, .95 * side / 10, 1e-12));
  const auto root = drawn({whirl()}, R"({"type":"quiver","arrows":10})");
  const auto& b = dynamic_cast<const plot::Arrows&>(*root.panels[0].marks.back());
  CHECK(near(std::hypot(b.u[44], b.v[44]) / longest, std::sqrt(std::hypot(a.u[44], a.v[44]) / longest), 1e-12));
  CHECK(root.panels[0].note.find("lengths as its root") != std::string::npos);
  CHECK_THROWS_WITH(drawn({cloud("a", 5, 2)}, "quiver"), Catch::Contains("'a' holds rows"));
  CHECK_THROWS_AS(drawn({whirl(), cloud("a", 5, 3)}, "quiver"), Error);
  CHECK(plot::suited({whirl()}) == "density");
}

TEST_CASE("quiver: an arrow's head is at its end") {
  plot::Figure f;
  plot::Panel p;
  p.x = {"", {0, 1}}, p.y = {"", {0, 1}};
  p.x.ticks = p.y.ticks = p.x.numbers = p.y.numbers = false;
  auto arrows = std::make_shared<plot::Arrows>();
  arrows->x = {.5}, arrows->y = {.5}, arrows->u = {.4}, arrows->v = {0};
  p.marks = {arrows};
  f.panels = {p}, f.width = f.height = 1;
  const Picture picture(f.render(Format::png, 400));
  CHECK(picture.ink(.36, .45, .42, .55) > 0);
  CHECK(picture.ink(.6, .45, .66, .55) > 1.5 * picture.ink(.36, .45, .42, .55));
  CHECK(picture.ink(.15, .15, .85, .4) == 0);
}

TEST_CASE("density: of a law in closed form exactly, beside rows on the same axes and colours") {
  const auto f = drawn({whirl(), cloud("b", 4000, 2)}, "density");
  REQUIRE(f.panels.size() == 2);
  CHECK(f.panels[0].x.range.lo == f.panels[1].x.range.lo);
  const auto& exact = dynamic_cast<const plot::Heat&>(*f.panels[0].marks[0]);
  const auto& rows = dynamic_cast<const plot::Heat&>(*f.panels[1].marks[0]);
  CHECK(exact.top == rows.top);
  double sum = 0, most = 0;
  for (const double p : exact.value) sum += p, most = std::max(most, p);
  const double cell = (exact.x.hi - exact.x.lo) / exact.nx * (exact.y.hi - exact.y.lo) / exact.ny;
  CHECK(near(most, 1 / (2 * 3.14159265358979), 1e-3));
  CHECK(sum * cell > .98);
  CHECK(sum * cell < 1 + 1e-6);

  // A law a hundred times as wide has its own axes and cells: neither panel is a dot, and each peak is told.
  Set wide = whirl();
  wide.name = "wide", wide.box = {{-200, 200}, {-200, 200}};
  wide.log_p = [p = whirl().log_p](Mat<const double> x, double* out) {
    Matrix<double> y(x.rows, 2);
    for (int64_t i = 0; i < 2 * x.rows; ++i) y.v[size_t(i)] = x[i / 2][i % 2] / 100;
    p(y, out);
    for (int64_t i = 0; i < x.rows; ++i) out[i] -= std::log(1e4);
  };
  const auto apart = drawn({whirl(), wide}, "density");
  CHECK((apart.panels[0].x.range.hi < 3 && apart.panels[1].x.range.hi > 200));
  CHECK((apart.panels[0].x.numbers && apart.panels[1].y.numbers));
  CHECK((apart.panels[0].note == "peak 0.16" && apart.panels[1].note.starts_with("peak 1.6\u00d7")));
  for (size_t k = 0; k < 2; ++k) {
    const auto& own = dynamic_cast<const plot::Heat&>(*apart.panels[k].marks[0]);
    CHECK(near(own.top, 1 / (2 * 3.14159265358979) * (k ? 1e-4 : 1), k ? 1e-7 : 1e-3));
  }
  CHECK(apart.bar_top == 1);

  Set line;
  line.name = "law", line.box = {{-4, 4}};
  line.log_p = [](Mat<const double> x, double* out) {
    for (int64_t i = 0; i < x.rows; ++i) out[i] = -.5 * x[i][0] * x[i][0] - .5 * std::log(2 * 3.14159265358979);
  };
  const auto one = drawn({line, cloud("b", 400, 1)}, "density");
  const auto& curve = dynamic_cast<const plot::Lines&>(*one.panels[0].marks[0]).lines[0];
  for (const auto& q : curve) CHECK(near(q.y, std::exp(-.5 * q.x * q.x) / std::sqrt(2 * 3.14159265358979), 1e-12));
  line.log_p = [](Mat<const double> x, double* out) { std::fill_n(out, x.rows, HUGE_VAL); };
  CHECK_THROWS_WITH(drawn({line}, "density"), Catch::Contains("--time above 0"));
  Set mute = whirl();
  mute.log_p = nullptr;
  CHECK_THROWS_WITH(drawn({mute}, "density"), Catch::Contains("known by its drift alone"));
}

TEST_CASE("images: pixels stand where their row and column say, grey and in colours, without smoothing") {
  Set s;
  s.name = "im";
  s.x = Matrix<double>(2, 6);  // two images of 2 rows and 3 columns
  s.x[0][0] = 1, s.x[1][5] = 1;
  const auto f = drawn({s}, R"({"type":"images","shape":"2x3","across":2})");
  const auto& tiles = dynamic_cast<const plot::Raster&>(*f.panels[0].marks[0]);
  CHECK(tiles.nx == 7);
  CHECK(tiles.ny == 2);
  const auto level = [&](int row, int column) { return tiles.pixels[size_t(row * 7 + column)].r; };
  CHECK(level(0, 0) == 1);
  CHECK(level(0, 1) == 0);
  CHECK(level(1, 2) == 0);
  CHECK(level(0, 3) == 1);  // the gap
  CHECK(level(1, 6) == 1);
  CHECK(level(1, 4) == 0);
  CHECK(f.panels[0].note == "black 0, white 1");
  CHECK(near(f.aspect, 2. / 7, 1e-12));
  const Picture p(f.render(Format::png, 100));
  int shades = 0;  // neither black nor white: nothing but the title is smoothed
  for (int y = p.height / 2; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x) shades += p.ink(x, y) > .05 && p.ink(x, y) < .95;
  CHECK(shades < 2 * (p.width + p.height));

  Set told = s;
  told.shape = {2, 3, 1};
  CHECK(plot::suited({told}) == "images");
  CHECK(drawn({told}, R"({"type":"images","across":2})").render(Format::svg) == f.render(Format::svg));
  told.shape = {2, 2, 1};
  CHECK_THROWS_WITH(drawn({told}, "images"), Catch::Contains("say --shape"));
  const auto colours = drawn({s}, R"({"type":"images","shape":"1x2x3","across":1,"range":[0,2]})");
  const auto& rgb = dynamic_cast<const plot::Raster&>(*colours.panels[0].marks[0]);
  CHECK(rgb.pixels[0].r == .5);
  CHECK(rgb.pixels[0].g == 0);
  CHECK(rgb.pixels[5].b == .5);
  CHECK(rgb.ny == 3);
  CHECK_THROWS_WITH(drawn({s}, "images"), Catch::Contains("--shape"));
  CHECK_THROWS_WITH(drawn({s}, R"({"type":"images","shape":"2x2"})"), Catch::Contains("takes 4 numbers, the rows have 6"));
  for (const char* bad : {"2", "2x3x2", "2x", "x3", "-2x3", "2x3 ", ""})
    CHECK_THROWS_AS(drawn({s}, std::string(R"({"type":"images","shape":")") + bad + "\"}"), Error);
}

TEST_CASE("loss: the running mean breaks where a phase ends, and held-out rows have their own curve") {
  Set s;
  s.name = "model";
  for (int i = 1; i <= 200; ++i) s.loss.push_back(i <= 100 ? 1 : 3), s.step.push_back(10 * i);
  s.phase_ends = {1000, 2000}, s.held_out = {2, 4}, s.held_out_step = {900, 1900};
  const auto f = drawn({s}, R"({"type":"loss","window":41})");
  std::vector<const plot::Lines*> lines;
  for (const auto& m : f.panels[0].marks)
    if (const auto* l = dynamic_cast<const plot::Lines*>(m.get())) lines.push_back(l);
  REQUIRE(lines.size() == 4);  // where phases end, records, mean, held out
  CHECK(lines[0]->lines.size() == 1);
  CHECK(lines[0]->lines[0][0].x == 1000);
  REQUIRE(lines[2]->lines.size() == 2);
  for (const auto& q : lines[2]->lines[0]) CHECK((q.x <= 1000 && q.y == 1));
  for (const auto& q : lines[2]->lines[1]) CHECK((q.x > 1000 && q.y == 3));
  CHECK(lines[3]->dashed);
  CHECK(lines[3]->lines[0][1].y == 4);
  CHECK(f.panels[0].y.range.hi > 4);
  CHECK(f.legend.at(0).label == "held out");
  CHECK(f.panels[0].note == "2 phases");
}

TEST_CASE("contours: a circle is found to the error of interpolation, saddles keep their sides, shares of the mass") {
  constexpr int n = 50;
  const plot::Range r{-2, 2};
  std::vector<double> square, saddle, normal;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double u = -2 + (j + .5) * 4 / n, v = -2 + (i + .5) * 4 / n;
      square.push_back(u * u + v * v), saddle.push_back(u * v), normal.push_back(std::exp(-2 * (u * u + v * v)));
    }
  const auto circle = plot::contours(square, r, r, n, n, 2.25);
  CHECK(circle.size() > 50);
  double length = 0;
  for (const auto& s : circle) {
    for (const auto& q : s) CHECK(std::abs(q.x * q.x + q.y * q.y - 2.25) < 4. / n * 4 / n / 4 + 1e-12);  // h^2 / 4 on an edge of length h
    length += std::hypot(s[1].x - s[0].x, s[1].y - s[0].y);
  }
  CHECK(near(length, 2 * 3.14159265 * 1.5, 2e-3));
  for (const auto& s : plot::contours(saddle, r, r, n, n, .001)) CHECK(s[0].x * s[1].x > 0);  // in two opposite quarters
  // N(0, I/4): 1 - exp(-.5) of it lies within one deviation, where the density is exp(-.5) of its top.
  CHECK(near(plot::level_of_share(normal, 1 - std::exp(-.5)), std::exp(-.5), .03));
  CHECK(plot::contours({0, 0, 0, 1}, r, r, 2, 2, .5).size() == 1);
  CHECK(plot::contours({1, 0, 0, 1}, r, r, 2, 2, .4).size() == 2);
  CHECK(plot::contours({1, 1, 1, 1}, r, r, 2, 2, .5).empty());
}

TEST_CASE("corner: contours of a normal law lie at one and two deviations") {
  const auto f = drawn({cloud("a", 20000, 2)}, R"({"type":"corner","style":"points","contours":true})");
  const auto& lines = dynamic_cast<const plot::Lines&>(*f.panels[2].marks.back());
  double mean[2] = {0, 0};
  int count[2] = {0, 0};
  for (const auto& s : lines.lines) {
    const double radius = std::hypot(s[0].x, s[0].y);
    mean[radius > 1.5] += radius, ++count[radius > 1.5];
  }
  for (int k = 0; k < 2; ++k) CHECK(near(mean[k] / count[k], k + 1, .08));  // the kernel widens by 3 per cent
  CHECK(f.legend.size() == 2);
}

TEST_CASE("corner: many rows of one set are a heat map with contours, dark where they are many; asked or limited, points") {
  const auto many = drawn({cloud("a", 6000, 2)}, "corner");
  const auto& heat = dynamic_cast<const plot::Heat&>(*many.panels[2].marks[0]);
  CHECK(heat.value[size_t(heat.ny / 2 * heat.nx + heat.nx / 2)] > .7 * heat.top);
  CHECK(near(std::accumulate(heat.value.begin(), heat.value.end(), 0.), 6000, 60));  // all rows, but for the kernel's ends
  CHECK(dynamic_cast<const plot::Lines*>(many.panels[2].marks.back().get()));
  plot::Look limited;
  limited.limit = 100;
  for (const auto& f :
       {drawn({cloud("a", 6000, 2)}, R"({"type":"corner","style":"points"})"), drawn({cloud("a", 6000, 2)}, "corner", limited),
        drawn({cloud("a", 5000, 2)}, "corner"), drawn({cloud("a", 6000, 2), cloud("b", 6000, 2)}, "corner")}) {
    CHECK(dynamic_cast<const plot::Dots*>(f.panels[2].marks[0].get()));
    CHECK(f.panels[2].marks.size() == 1);
  }
  CHECK_THROWS_AS(drawn({cloud("a", 50, 2), cloud("b", 50, 2)}, R"({"type":"corner","style":"heat"})"), Error);
}

TEST_CASE("pairs: /y and /x are paths of two times, and their coupling has its mass where they say") {
  Set s = cloud("pairs", 400, 2);
  s.y = s.x;
  for (int64_t i = 0; i < 400; ++i) s.x[i][0] = 3 - 2 * s.y[i][0];
  const auto lines = drawn({s}, "path");
  const auto& paths = dynamic_cast<const plot::Lines&>(*lines.panels[0].marks[0]);
  REQUIRE(paths.lines[0].size() == 2);
  CHECK(near(paths.lines[0][1].x, 3 - 2 * paths.lines[0][0].x, 1e-12));

  const auto f = drawn({s}, "coupling");
  const auto& heat = dynamic_cast<const plot::Heat&>(*f.panels[0].marks[0]);
  double mass = 0, off = 0;  // the mean of |end - (3 - 2 start)| over the map
  for (int i = 0; i < heat.ny; ++i)
    for (int j = 0; j < heat.nx; ++j) {
      const double v = heat.value[size_t(i * heat.nx + j)], start = heat.x.lo + (j + .5) * (heat.x.hi - heat.x.lo) / heat.nx,
                   end = heat.y.lo + (i + .5) * (heat.y.hi - heat.y.lo) / heat.ny;
      mass += v, off += v * std::abs(end - (3 - 2 * start));
    }
  CHECK(mass > 0);
  CHECK(off / mass < .6);  // the kernel's width; with the axes exchanged it is above 3
  CHECK(drawn({walks(30, 300, 1)}, "coupling").panels.size() == 1);
  s.y.cols = 1;
  CHECK_THROWS_AS(drawn({s}, "coupling"), Error);
  CHECK_THROWS_AS(drawn({cloud("a", 10, 2)}, "path"), Error);
}

TEST_CASE("path: the band lies inside the axis") {
  Set s = walks(6, 3, 1);
  s.path[0] = -1, s.path[1] = 1;
  const auto f = drawn({s}, "path");
  const auto& band = dynamic_cast<const plot::Band&>(*f.panels[0].marks[0]);
  for (size_t i = 0; i < band.x.size(); ++i) CHECK((band.lo[i] > f.panels[0].y.range.lo && band.hi[i] < f.panels[0].y.range.hi));
}

TEST_CASE("ranges: few points far out do not press the rest to a dot, and are counted; what is asked for is shown") {
  Set s = cloud("a", 1000, 2);
  s.x[7][0] = 1e4, s.x[8][1] = -1e5;
  for (const char* kind : {"scatter", "density", "corner"}) {
    INFO(kind);
    const auto f = drawn({s}, kind);
    const plot::Panel& p = f.panels[std::string(kind) == "corner" ? 2 : 0];
    CHECK((p.x.range.hi < 20 && p.y.range.lo > -20));
    CHECK(f.panels[0].note.find(std::string(kind) == "corner" ? "1 outside" : "2 outside") != std::string::npos);
  }
  plot::Look look;
  look.xlim = plot::Range{-1, 2e4};
  CHECK(drawn({s}, "scatter", look).panels[0].x.range.hi == 2e4);
  Set few = cloud("few", 100, 2);  // of a hundred rows each counts
  few.x[7][0] = 1e4;
  CHECK(drawn({few}, "scatter").panels[0].x.range.hi > 1e4);
  Set two = cloud("a", 1000, 2);  // two modes far apart, one of them with a twentieth of the rows
  for (int64_t i = 0; i < 50; ++i) two.x[i][0] += 1e4;
  CHECK(drawn({two}, "scatter").panels[0].x.range.hi > 1e4);
}

TEST_CASE("lines: numbers that were chosen by ratio stand on a logarithmic axis") {
  const auto axis = [](const std::vector<double>& x) {
    Set s;
    s.columns = {"x", "y"}, s.x = Matrix<double>(int64_t(x.size()), 2);
    for (size_t i = 0; i < x.size(); ++i) s.x[int64_t(i)][0] = x[i], s.x[int64_t(i)][1] = double(i);
    return drawn({s}, R"({"type":"lines","x":"x","y":["y"]})").panels[0].x;
  };
  const auto log = [&](const std::vector<double>& x) { return axis(x).log; };
  CHECK(axis({4, 8, 16, 32}).twos);
  CHECK_FALSE(axis({4, 8, 15, 32}).twos);
  CHECK(log({4, 8, 16, 32}));
  CHECK(log({1, 100}));
  CHECK_FALSE(log({10, 20, 30, 40, 50, 60, 70, 80, 90, 100}));
  CHECK_FALSE(log({1, 2, 4}));
  CHECK_FALSE(log({0, 8, 16, 32, 64}));
}

TEST_CASE("lines: curves of one panel differ in form too, a lone one is plain") {
  const auto f = drawn({results()}, R"({"type":"lines","x":"steps","y":["w2"],"group":["dm-sample.sampler"]})");
  std::vector<int> forms;
  for (const auto& m : f.panels[0].marks)
    if (const auto* dots = dynamic_cast<const plot::Dots*>(m.get())) forms.push_back(dots->series[0]);
  CHECK(forms == std::vector<int>{0, 1});
  CHECK((f.panels[0].legend->keys[0].series == 0 && f.panels[0].legend->keys[1].series == 1));
  for (const char* kind : {"density", R"({"type":"density","style":"curve"})"}) {
    CHECK(drawn({cloud("a", 99, 1), cloud("b", 99, 1)}, kind).legend[1].series == -1);  // their colours differ in lightness
    CHECK(drawn({cloud("a", 99, 1), cloud("b", 99, 1), cloud("c", 99, 1), cloud("d", 99, 1)}, kind).legend[1].series == 1);
    const auto one = drawn({cloud("a", 99, 1)}, kind);
    const auto* bars = dynamic_cast<const plot::Bars*>(one.panels[0].marks[0].get());
    CHECK((!bars || bars->series == -1));
  }
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
  p.legend = legend;
  f.panels = {p}, f.width = 4, f.height = 3;
  const Picture picture(f.render(Format::png, 100));
  CHECK(picture.ink(.16, .6, .5, .82) > .004);
  CHECK(picture.ink(.6, .1, .95, .6) < .001);
}
