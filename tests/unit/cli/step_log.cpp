#include "cli/step_log.h"

#include "../io/folder.h"
#include "test.h"

using namespace dm;

namespace {
const auto upto = [](int64_t most) { return [most](const Value& line) { return line["step"].integer() <= most; }; };
}

TEST_CASE("a log keeps the lines that lie behind the training") {
  const Folder f;
  const std::string path = f / "steps.jsonl";
  const std::string five = "{\"step\":5,\"seconds\":2.5}\n", ten = "{\"step\":10,\"seconds\":7}\n";
  {
    cli::StepLog log(path, false, false, upto(0));
    log.write(Value::Object{{"step", 5}, {"loss", 0.25}});
    CHECK(slurp(path).starts_with("{\"step\":5,\"loss\":0.25,\"seconds\":0."));  // at once
  }
  for (const std::string& rest : {std::string(), ten, ten + "{\"step\":1", std::string("{\"st")}) {
    spill(path, five + rest);
    cli::StepLog log(path, false, true, upto(5));
    CHECK(slurp(path) == five);
    log.write(Value::Object{{"step", 10}});
    CHECK(parse_json(slurp(path).substr(five.size()), "")["seconds"].number() >= 2.5);  // the seconds of the first run are in it
  }
  spill(path, five + ten);
  CHECK(said([&] { cli::StepLog log(path, false, false, upto(5)); }).find("is kept") != std::string::npos);
  CHECK(slurp(path) == five + ten);
  for (const char* other : {"a,b\n1,2\n", "{\"seed\":1}\n", "{\"step\":5}\nx\n", "text", "[1]\n", "\n"}) {
    spill(path, other);
    Exit code;
    CHECK(said([&] { cli::StepLog log(path, false, true, upto(5)); }, &code).find("is kept") != std::string::npos);
    CHECK(code == Exit::cannot_create);
    CHECK(slurp(path) == other);
  }
  { cli::StepLog log(path, true, false, upto(0)); }
  CHECK(slurp(path).empty());
}
