// The printed schemas accept what the commands accept and refuse what they refuse, judged by valijson; so do the files in schemas/ with
// the examples' run specs.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "cli/describe.h"
#include "sample_command.h"
#include "test.h"

using namespace dm;

namespace {
bool accepts(const nlohmann::json& schema, const nlohmann::json& v) {
  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
  valijson::Validator validator;
  return validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(v), nullptr);
}
}  // namespace

TEST_CASE("the schema of a section agrees with its declaration") {
  const Value printed = cli::schema(cli_test::command());
  const auto schema = nlohmann::json::parse(to_json(printed));
  const std::vector<Option> options = cli_test::command().options;
  const auto resolves = [&](const std::string& text) {
    std::vector<std::string> problems;
    resolve(options, parse_json(text, "text"), "", problems);
    return problems.empty();
  };
  for (const char* good :
       {"{}", R"({"n": 3, "sampler": "heun"})", R"({"sampler": {"type": "heun", "grid": {"type": "karras", "rho": 3}}})",
        R"({"process": null})", R"({"n": 1000, "times": [0, 1], "names": ["a"], "means": [[1, 2]], "free": {"a": 1}})"}) {
    INFO(good);
    CHECK(accepts(schema, nlohmann::json::parse(good)));
    CHECK(resolves(good));
  }
  for (const char* bad :
       {R"({"m": 3})", R"({"n": -1})", R"({"n": 1.5})", R"({"sampler": "hoin"})", R"({"sampler": {"type": "ddim", "churn": true}})",
        R"({"times": [2]})", R"({"process": {"type": "ve", "sigma_max": 0}})", R"({"process": {"sigma_max": 1}})", R"({"clip": 1})",
        R"({"act": "gelu"})"}) {
    INFO(bad);
    CHECK_FALSE(accepts(schema, nlohmann::json::parse(bad)));
    CHECK_FALSE(resolves(bad));
  }
  CHECK(accepts(schema, nlohmann::json::parse(R"({"sampler": {"eta": 0.5}, "seed": 3})")));  // options of the default method
}

TEST_CASE("the run specs of the examples obey schemas/") {
  int sections = 0;
  if (std::filesystem::exists("examples"))
    for (const auto& folder : std::filesystem::directory_iterator("examples")) {
      const auto path = folder.path() / "run.json";
      if (!std::filesystem::exists(path)) continue;
      std::ifstream in(path);
      const auto run = nlohmann::json::parse(in);
      for (const auto& [key, section] : run.items()) {
        if (key == "seed") continue;
        INFO(path << " " << key);
        std::ifstream file("schemas/" + key.substr(0, key.find(':')) + ".json");
        REQUIRE(file);
        CHECK(accepts(nlohmann::json::parse(file), section));
        ++sections;
      }
    }
  WARN(sections << " sections of examples looked at");
}
