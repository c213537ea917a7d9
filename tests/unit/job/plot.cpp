#include "job/plot.h"

#include "test.h"

using namespace dm;

namespace {
plot::Set two_times() {
  plot::Set s;
  s.name = "noised", s.x = Matrix<double>(6, 2), s.t = {.5, .25, .5, .25, .5, .5};
  for (int64_t i = 0; i < 12; ++i) s.x.v[size_t(i)] = double(i % 5);
  return s;
}

std::string picture(const std::vector<plot::Set>& sets, const std::string& json) {
  std::vector<std::string> problems;
  const Value section = resolve(job::plot_options(), parse_json(json, "section"), "", problems);
  throw_problems(problems);
  Progress silent;
  return job::plot(sets, section, plot::Format::svg, silent);
}
}  // namespace

TEST_CASE("job plot: rows of several times are drawn as one set a time, in rising order") {
  plot::Set early = two_times(), late = two_times();
  early.name = "noised, t = 0.25", late.name = "noised, t = 0.5";
  for (plot::Set* s : {&early, &late}) {
    const double t = s == &early ? .25 : .5;
    std::vector<double> kept;
    for (int64_t i = 0; i < 6; ++i)
      if (s->t[size_t(i)] == t) kept.insert(kept.end(), s->x[i], s->x[i] + 2);
    s->x.rows = int64_t(kept.size()) / 2, s->x.v = kept, s->t.clear();
  }
  CHECK(picture({two_times()}, "{}") == picture({early, late}, "{}"));
  CHECK(picture({two_times()}, "{}") != picture({late, early}, "{}"));
}

TEST_CASE("job plot: names, limits and ranges that do not fit are refused") {
  CHECK_NOTHROW(picture({two_times()}, R"({"names":["x"],"xlim":[0,1],"title":"t","width":4,"height":3})"));
  const Value two = parse_json(R"({"names":["p","q"]})", "");
  CHECK(job::input_names(two, {"a", "b"}) == std::vector<std::string>{"p", "q"});
  CHECK(job::input_names(parse_json(R"({"names":null})", ""), {"a"}) == std::vector<std::string>{"a"});
  CHECK_THROWS(job::input_names(two, {"a"}));
  for (const char* bad : {R"({"xlim":[1,0]})", R"({"ylim":[1]})", R"({"kind":"loss"})", R"({"width":0})"}) {
    INFO(bad);
    CHECK_THROWS_AS(picture({two_times()}, bad), Error);
  }
  plot::Set many = two_times();
  many.x = Matrix<double>(20, 2), many.t.clear();
  for (int i = 0; i < 20; ++i) many.t.push_back(i);
  CHECK_THROWS_AS(picture({many}, "{}"), Error);
}
