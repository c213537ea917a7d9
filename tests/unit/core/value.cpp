#include "core/value.h"
#include "core/columns.h"
#include "core/option.h"
#include "test.h"

using namespace dm;

TEST_CASE("json: round trip keeps order, integers and every bit of a double") {
  const char* text = R"({"b":1,"a":[0.1,1e-300,-2.5,3],"t":"x\"y","n":null,"o":{"k":true}})";
  const Value v = parse_json(text, "test");
  CHECK(to_json(v) == text);
  CHECK(parse_json(to_json(v, 2), "test") == v);
  CHECK(v["a"].numbers()[0] == 0.1);
  CHECK(v["b"].is_integer());
}

TEST_CASE("value: what a temporary holds outlives it in a range-for") {
  std::string all;
  for (const auto& [key, v] : parse_json(R"({"a long key that is stored apart":"a long text that is stored apart"})", "").members())
    all += key + v.text();
  for (const Value& v : parse_json(R"(["a long text that is stored apart"])", "").items()) all += v.text();
  CHECK(all == "a long key that is stored aparta long text that is stored aparta long text that is stored apart");
}

TEST_CASE("json: duplicate keys, trailing text, depth and overflow are refused") {
  for (const std::string& bad :
       std::vector<std::string>{R"({"a":1,"a":2})", "{} x", "[1,]", "{'a':1}", "1e999", "", std::string(100, '['), "nan", "// c\n1"})
    CHECK_THROWS_AS(parse_json(bad, "test"), Error);
}

TEST_CASE("resolve: defaults, all problems at once, near misses, pointers") {
  static const Method vp{"vp", "", "", {{"beta_max", number(0).above(), 20, ""}}}, ve{"ve", "", "", {}};
  static const Family family{"process", "", {&vp, &ve}};
  const std::vector<Option> options = {{"steps", integer(1), 100, ""},
                                       {"process", method([]() -> const Family& { return family; }), "vp", ""}};
  std::vector<std::string> problems;
  CHECK(to_json(resolve(options, Value::object(), "", problems)) == R"({"steps":100,"process":{"type":"vp","beta_max":20.0}})");
  CHECK(problems.empty());
  resolve(options, parse_json(R"({"stesp":1,"steps":0,"process":{"type":"vp","beta_max":-1}})", ""), "/dm-sample", problems);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0] == "/dm-sample/stesp: unknown key. Did you mean 'steps'?");
  CHECK(problems[1] == "/dm-sample/steps: found 0, expected integer in [1, 2^53].");
  CHECK(problems[2] == "/dm-sample/process/beta_max: found -1, expected number > 0.");
  problems.clear();
  resolve(options, parse_json(R"({"process":"vpp"})", ""), "", problems);
  CHECK(problems.at(0) == "/process: found \"vpp\", expected vp | ve. Did you mean 'vp'?");
  problems.clear();  // null stands for "unset", which only some options can be
  resolve(options, parse_json(R"({"steps":null,"process":{"type":"vp","beta_max":null}})", ""), "", problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0] == "/steps: found null, expected integer in [1, 2^53].");
  CHECK(problems[1] == "/process/beta_max: found null, expected number > 0.");
  problems.clear();
  CHECK(resolve({{"limit", integer(1), nullptr, ""}}, parse_json(R"({"limit":null})", ""), "", problems)["limit"].is_null());
  CHECK(problems.empty());
  resolve({{"assert", list(1), nullptr, ""}}, parse_json(R"({"assert":[]})", ""), "", problems);
  CHECK(problems.at(0) == "/assert: found [], expected array of at least 1 string.");
}

TEST_CASE("columns: names are paths, a method is its type, an array one cell") {
  const Value v =
      parse_json(R"({"w2":{"value":1.5,"floor":null},"s":{"sampler":{"eta":1,"type":"ddim"},"grid":null,"time":[0,[1]]},"e":{}})", "");
  std::string all;
  for (const auto& [name, cell] : columns(v)) all += name + "=" + to_json(cell) + " ";
  CHECK(all == R"(w2.value=1.5 w2.floor=null s.sampler="ddim" s.sampler.eta=1 s.grid=null s.time=[0,[1]] )");
}
