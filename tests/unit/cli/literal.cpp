#include "cli/literal.h"

#include <cmath>

#include "test.h"

using namespace dm;
using namespace dm::cli;

TEST_CASE("integers of the command line are decimal and do not wrap") {
  int64_t i = 0;
  for (const char* good : {"0", "7", "-1", "9223372036854775807", "1e4", "2.0", "12e2", "-0"}) CHECK(parse_integer(good, i));
  CHECK((parse_integer("1e4", i) && i == 10000));
  CHECK((parse_integer("-9223372036854775808", i) && i == INT64_MIN));
  for (const char* bad : {"", "-", "+1", "010", "-010", "0x10", "1 ", " 1", "1k", "1.5", "1e-1", "1e300", "9223372036854775808",
                          "18446744073709551615", "nan", "1,2", "--1"})
    CHECK_FALSE(parse_integer(bad, i));
}

TEST_CASE("numbers of the command line are finite decimals") {
  double x = 0;
  CHECK((parse_number(".25", x) && x == .25));
  CHECK((parse_number("-1e-3", x) && x == -1e-3));
  CHECK((parse_number("0.1", x) && x == .1));
  CHECK((parse_number("5.", x) && x == 5));
  for (const char* bad : {"", ".", "-", "nan", "inf", "-inf", "infinity", "+1", "1e999", "0x1p3", "01.5", "1,5", "1e", "1 2", "e5"})
    CHECK_FALSE(parse_number(bad, x));
}

TEST_CASE("a flag's text becomes a value of the option's type") {
  CHECK(literal(numbers(), "0.25,0.5,1") == Value(Value::Array{.25, .5, 1}));
  CHECK(literal(numbers(), "[1,2]") == Value(Value::Array{1, 2}));
  CHECK(literal(list(), "w1,w2") == Value(Value::Array{"w1", "w2"}));
  CHECK(literal(list(), "") == Value(""));
  CHECK(literal(text(), "007") == Value("007"));
  CHECK_THROWS_AS(literal(any(), "[1"), Error);
  CHECK(literal(any(), "true") == Value(true));
  CHECK(literal(matrix(), "[[1,2],[3,4]]").matrix()[1][0] == 3);
  CHECK_THROWS_AS(literal(matrix(), "@/nonexistent.json"), Error);
}

TEST_CASE("--set reads what a flag reads, and JSON") {
  for (const auto& [type, text] : std::vector<std::pair<Type, std::string>>{{number(), ".3"},
                                                                            {number(), "-.5"},
                                                                            {integer(), "1e4"},
                                                                            {integer(), "010"},
                                                                            {numbers(), ".25,.5"},
                                                                            {list(), "a,b"},
                                                                            {text(), "007"},
                                                                            {flag(), "true"},
                                                                            {matrix(), "[[1,2]]"},
                                                                            {any(), ".3"},
                                                                            {any(), "true"}})
    CHECK(assigned(type, text) == literal(type, text));
  CHECK(assigned(any(), ".3") == Value(.3));
  CHECK(assigned(any(), "3") == Value(3));
  CHECK(assigned(any(), "+3") == Value("+3"));
  CHECK(assigned(list(), "[\"a\", \"b\"]") == Value(Value::Array{"a", "b"}));
  CHECK(assigned(text(), "\"a b\"") == Value("a b"));
  CHECK(assigned(number(), "null").is_null());
}

TEST_CASE("what does not fit is refused with what was found and expected") {
  const Option n{"n", integer(1), 5, ""}, times{"times", numbers(0, 1), {}, ""}, act{"act", choice({"relu", "silu"}), {}, ""};
  CHECK(check(n, literal(n.type, "3")) == "");
  CHECK(check(n, literal(n.type, "010")).find("found \"010\", expected integer in [1, 2^53]") == 0);
  CHECK(check(n, literal(n.type, "0")).find("found 0, expected integer in [1, 2^53]") == 0);
  CHECK(check(times, literal(times.type, ".5,1")) == "");
  CHECK(check(times, literal(times.type, ".5,2")) != "");
  CHECK(check(times, literal(times.type, ".5,,1")) != "");
  CHECK(check(act, "silo").find("Did you mean 'silu'?") != std::string::npos);
}
