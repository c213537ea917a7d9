#include "cli/describe.h"

#include "cli/flags.h"
#include "cli/progress.h"
#include "sample_command.h"
#include "test.h"

using namespace dm;
using namespace dm::cli;

TEST_CASE("help opens with the examples and shows every option once, within the width") {
  const std::string s = help(cli_test::command(), "dm-sample", {60, false});
  CHECK(s.find("Examples") < s.find("Usage"));
  for (const char* part :
       {"-n, --n N", "--no-clip", "--sampler NAME", "--sigma-max X", "--rho X", "--churn", "Exit status", "default 1000", "relu | silu"})
    CHECK(s.find(part) != std::string::npos);
  CHECK(s.find("exponent") == s.rfind("exponent"));  // a family reached twice is shown once
  size_t longest = 0, at = 0;
  for (size_t i = 0; i <= s.size(); ++i)
    if (i == s.size() || s[i] == '\n') longest = std::max(longest, i - at), at = i + 1;
  CHECK(longest <= 60);
  CHECK(s.find('\033') == std::string::npos);
}

TEST_CASE("help: the example of --set is a key with its default, exit codes are those that can come") {
  Command c = cli_test::command();
  CHECK(help(c, "dm-sample", {60, false}).find("instance sampler.eta=0;") != std::string::npos);
  const auto codes = [&] {
    std::string s;
    for (const Row& r : exit_rows(c)) s += r.left + " ";
    return s;
  };
  CHECK(codes() == "0 1 2 65 66 73 74 78 129 130 143 ");
  c.options.push_back({"resume", flag(), false, "continue"});
  CHECK(codes() == "0 1 2 65 66 73 74 75 78 129 130 143 ");
}

TEST_CASE("a free value that names entries of a family shows them with their options as keys, which are no flags") {
  Command c = cli_test::command();
  c.options = {{"rules", any(cli_test::samplers), "ddim", "which rules"}};
  for (const std::string& s : {help(c, "dm-sample", {80, false}), man(c), markdown(c)}) {
    INFO(s);
    CHECK(s.find("rules NAME,NAME,..") != std::string::npos);
    CHECK(s.find("\"eta\": X") != std::string::npos);
    CHECK(s.find("--eta") == std::string::npos);
  }
  CHECK(to_json(description(c)["families"]["sampler"]).find("\"eta\"") != std::string::npos);
  for (const Flag& f : all_flags(c)) CHECK(f.name != "eta");
  CHECK(completion(c).find("--rules) COMPREPLY=($(compgen -W 'ddim heun'") != std::string::npos);
}

TEST_CASE("an incomplete or contradictory declaration is refused") {
  Command c = cli_test::command();
  CHECK_NOTHROW(verify(c));
  c.examples.clear();
  CHECK_THROWS(verify(c));
  c = cli_test::command();
  c.options.push_back({"seed", integer(), 1, "clashes with the shared one"});
  CHECK_THROWS(verify(c));
  c = cli_test::command();
  c.options.push_back({"other", integer(), 1, "letter used twice", false, 'n'});
  CHECK_THROWS(verify(c));
}

TEST_CASE("progress: one line per ten percent away from a terminal, silence when quiet") {
  for (const bool quiet : {false, true}) {
    FILE* f = std::tmpfile();
    {
      Terminal t("dm-x", quiet, f, false);
      t.begin("working");
      t.update(0, 100, 1);
      struct timespec nap {
        0, 520'000'000
      };
      nanosleep(&nap, nullptr);
      for (int i = 1; i <= 100; ++i) t.update(i, 100, 2);
    }
    std::rewind(f);
    int lines = 0;
    for (int c; (c = std::fgetc(f)) != EOF;) lines += c == '\n';
    std::fclose(f);
    CHECK(lines == (quiet ? 0 : 10));
  }
}
