#include "job/assertion.h"

#include "core/error.h"
#include "test.h"

using namespace dm;
using namespace dm::job;

namespace {

const Value results = parse_json(R"({
  "w2": {"value": 0.3, "floor": 0.2}, "sw1": {"value": 1, "floor": null, "floor_reason": "the reference has 3 rows"},
  "nn-share": {"value": 0.52, "floor": null, "se": 0.01, "z": 2}, "moments": {"value": 0.1, "floor": 0, "mean": [3, -4]}})",
                                 "results");

bool holds(const std::string& text) { return parse_assertion(text).check(results).pass; }

}  // namespace

TEST_CASE("assertions: comparisons of sums of products") {
  CHECK(holds("w2/floor<1.6"));
  CHECK(!holds("w2/floor<1.4"));
  CHECK(holds(" w2 <= 0.3 "));
  CHECK(!holds("w2<.3"));
  CHECK(holds("w2 >= 3e-1"));
  CHECK(holds("w2.value > w2.floor"));
  CHECK(holds("1.6 > w2/w2.floor"));
  CHECK(holds("2 + 3 * 4 - 1 > 12.9 * w2 / w2"));
  CHECK(holds("(w2 - floor) / floor < .5000001"));
  CHECK(holds("-w2 < -0.29"));
  CHECK(holds("sw1 -1 <= 0"));
  CHECK(holds("nn-share.z<3"));
  CHECK(holds("abs(nn-share - .5) / nn-share.se < 3"));
  CHECK(holds("abs(moments.mean.1) >= 4"));
  CHECK(holds("8 / 4 / 2 <= sw1"));
  CHECK(parse_assertion("w2/sw1<1").metrics == std::vector<std::string>{"sw1", "w2"});
}

TEST_CASE("assertions: null, NaN and what is not there fail, whatever the comparison") {
  for (const std::string text : {"sw1/floor<1", "sw1/floor>1", "sw1.floor >= 0", "mmd<1", "mmd>=0", "w2.nothing<1", "moments.mean.2<9",
                                 "moments.mean<9", "w2/moments.floor<1", "w2/moments.floor>=1"})
    CHECK(!holds(text));
  CHECK(parse_assertion("sw1/floor<1").check(results).sentence.find("sw1.floor is null (the reference has 3 rows)") != std::string::npos);
  CHECK(parse_assertion("w2/floor<1").check(results).sentence ==
        "'w2/floor<1' fails: 1.4999999999999998 is not < 1 (w2.value = 0.3, w2.floor = 0.2).");
}

TEST_CASE("assertions: mistakes are refused before any work") {
  for (const std::string text :
       {"", "w2", "w2<", "<1", "w2<1<2", "w2==1", "1<2", "w2/floor<1.6x", "floor<1", "w2.<1", "(w2<1", "w2<1)", "w2<1e999", "w2**2<1"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_assertion(text), Error);
  }
  CHECK_NOTHROW(require_metrics({parse_assertion("w2/sw1<1")}, {"sw1", "w2", "tv"}));
  CHECK_THROWS_WITH(require_metrics({parse_assertion("w2<nan")}, {"w2"}), Catch::Contains("'nan'"));
  CHECK_THROWS_WITH(require_metrics({parse_assertion("sw1/floor<2")}, {"w2", "sw2"}),
                    Catch::Contains("'sw1'") && Catch::Contains("--metrics"));
  CHECK_THROWS_AS(parse_assertion(std::string(5000, '(') + "w2<1"), Error);
  CHECK(parse_assertions(parse_json(R"({"assert": ["w2<1", "sw1>0"]})", "x"), "'expected.json'").size() == 2);
  CHECK_THROWS_WITH(parse_assertions(parse_json(R"({"assert": ["w2<1", "sw1"]})", "x"), "'expected.json'"), Catch::Contains("/assert/1"));
  CHECK_THROWS_WITH(parse_assertions(parse_json(R"({"assert": []})", "x"), "'expected.json'"), Catch::Contains("/assert: found []"));
  CHECK_THROWS_AS(parse_assertions(parse_json(R"({"asert": []})", "x"), "'expected.json'"), Error);
}
