#include "io/results.h"

#include <cmath>

#include "folder.h"
#include "test.h"

using namespace dm;

namespace {
io::Results read(const std::string& text, const char* name = "r.jsonl") {
  Folder f;
  spill(f / name, text);
  return io::read_results(io::Input(f / name));
}
bool holds(const std::string& text) {
  Folder f;
  spill(f / "r.jsonl", text);
  return io::holds_results(io::Input(f / "r.jsonl"));
}
}  // namespace

TEST_CASE("results: paths of keys, a method is its type, words and numbers, what is missing") {
  const auto r = read(R"({"w2": {"value": 1.5, "floor": null}, "s": {"sampler": {"eta": 1, "type": "ddim"}, "on": true}, "t": [1, 2]})"
                      "\n\n"
                      R"({"w2": {"value": 2}, "s": {"sampler": {"type": "heun"}}, "steps": 10})"
                      "\n");
  CHECK(r.columns == std::vector<std::string>{"w2.value", "w2.floor", "s.sampler", "s.sampler.eta", "s.on", "t", "steps"});
  REQUIRE(r.cells.rows == 2);
  CHECK(r.cells[0][0] == 1.5);
  CHECK(r.cells[1][0] == 2);
  CHECK(std::isnan(r.cells[0][1]));
  CHECK(r.words[0].empty());
  CHECK(r.words[2] == std::vector<std::string>{"ddim", "heun"});
  CHECK(r.cells[1][2] == 1);
  CHECK(r.cells[0][3] == 1);
  CHECK(std::isnan(r.cells[1][3]));
  CHECK(r.words[4] == std::vector<std::string>{"true"});
  CHECK(r.words[5] == std::vector<std::string>{"[1,2]"});
  CHECK(r.cells[1][6] == 10);
}

TEST_CASE("results: CSV says the same, with headers again where another run begins") {
  const auto r = read("w2.value,s.sampler,t\n1.5,ddim,\"[1,2]\"\nw2.value,steps,s.sampler\r\n2,10,heun\r\n# remark\n\n3,,heun\n", "r.csv");
  CHECK(r.columns == std::vector<std::string>{"w2.value", "s.sampler", "t", "steps"});
  REQUIRE(r.cells.rows == 3);
  CHECK(r.cells[1][0] == 2);
  CHECK(r.cells[1][3] == 10);
  CHECK(std::isnan(r.cells[2][3]));
  CHECK(r.words[1] == std::vector<std::string>{"ddim", "heun"});
  CHECK(r.words[2] == std::vector<std::string>{"[1,2]"});
  const auto plain = read("1,2\n1,3\n", "r.csv");
  CHECK(plain.columns == std::vector<std::string>{"column 1", "column 2"});
  CHECK(plain.cells[1][1] == 3);
  const auto named = read("a b\n1 2\n", "r.csv");
  CHECK(named.columns == std::vector<std::string>{"a", "b"});
}

TEST_CASE(
    "results: NaN, inf, NA and empty cells are missing numbers, and words among words; a column of words names the first and its line") {
  const auto r = read("x,y,s\n1,2,a\nnan,,NA\nNA,-inf,a\nInf,3,b\n", "r.csv");
  CHECK((r.words[0].empty() && r.words[1].empty()));
  CHECK((r.cells[0][0] == 1 && std::isnan(r.cells[1][0]) && std::isnan(r.cells[2][0]) && std::isnan(r.cells[3][0])));
  CHECK((r.cells[0][1] == 2 && std::isnan(r.cells[1][1]) && std::isnan(r.cells[2][1]) && r.cells[3][1] == 3));
  CHECK(r.words[2] == std::vector<std::string>{"a", "NA", "b"});
  CHECK(r.word_at == std::vector<std::string>{"", "", "'a' in line 2"});
  CHECK(read("x\n1\n# remark\nbad\n", "r.csv").word_at[0] == "'bad' in line 4");
  const auto json = read("{\"a\": 1}\n{\"a\": \"NaN\"}\n");
  CHECK((json.words[0].empty() && std::isnan(json.cells[1][0])));
  const auto plain = read("1,nan\n2,3\n", "r.csv");
  CHECK((plain.columns[1] == "column 2" && plain.cells.rows == 2));
}

TEST_CASE("results: what is none is told apart, and errors name the line") {
  CHECK(holds("{\"a\": 1\n{\"a\": 2}\n"));
  CHECK_FALSE(holds("{\"density\":\n{\"type\": \"gaussian\"}\n}\n"));
  CHECK_FALSE(holds("{\"density\": {\n\"type\": 1\n"));
  CHECK(holds("{\"w2\": {\"value\": 1}}\n{\"w2\": {\"value\": 2}}\n"));
  CHECK_FALSE(holds("{\"density\": {\"type\": \"gaussian\"}}"));
  CHECK_FALSE(holds("{\"bridge\": {}}\n"));
  CHECK_FALSE(holds("{\n\"w2\": 1}\n"));
  Exit code;
  CHECK(said([] { read("{\"a\": 1}\n{\"a\": }\n"); }, &code).find("line 2") != std::string::npos);
  CHECK(code == Exit::data);
  CHECK(said([] { read("{\"a\": 1}\n[1]\n"); }).find("line 2: found array") != std::string::npos);
  CHECK(said([] { read("a,b\n1\n", "r.csv"); }).find(":2: this line has 1 cell; the header above it has 2") != std::string::npos);
  CHECK(said([] { read("a,b\n", "r.csv"); }).find("no line of results") != std::string::npos);
}
