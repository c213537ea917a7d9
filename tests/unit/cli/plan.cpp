#include "cli/plan.h"

#include <unistd.h>

#include <cstdio>

#include "cli/spec.h"
#include "sample_command.h"
#include "test.h"

using namespace dm;
using namespace dm::cli;

namespace {

Plan planned(std::vector<std::string> words) {
  words.insert(words.begin(), {"m.h5", "-o", "x.h5"});
  return make_plan(cli_test::command(), "dm-sample", "", words);
}

std::string resolved(const std::vector<std::string>& words) { return to_json(planned(words).call.options); }

// What the command line is told, with its exit code in front: "2 --n: found ...".
std::string complaint(const std::vector<std::string>& words) {
  try {
    planned(words);
  } catch (const Error& e) {
    return std::to_string(int(e.code())) + " " + e.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) {
  INFO(text);
  INFO(part);
  CHECK(text.find(part) != std::string::npos);
  return text.find(part) != std::string::npos;
}

// A file that lives as long as the test.
struct Spec {
  std::string path;
  explicit Spec(const std::string& json) {
    char name[] = "/tmp/dmkit-spec-XXXXXX";
    const int fd = mkstemp(name);
    path = name;
    REQUIRE(write(fd, json.data(), json.size()) == ssize_t(json.size()));
    close(fd);
  }
  ~Spec() { std::remove(path.c_str()); }
};

}  // namespace

TEST_CASE("defaults are filled, inputs and outputs are told apart") {
  const Plan p = planned({});
  CHECK(p.call.inputs == std::vector<std::string>{"m.h5"});
  CHECK(p.call.output() == "x.h5");
  CHECK(p.call.seed == 1);
  CHECK(p.call.options["n"].integer() == 1000);
  CHECK(p.call.options["sampler"]["grid"]["type"].text() == "uniform");
  CHECK(p.call.options["process"].is_null());
}

TEST_CASE("the options of chosen methods are flags, at any depth and in any order") {
  const Value v = planned({"--rho", "3", "--moves", "7", "--grid", "karras", "--churn", "--sampler", "heun"}).call.options;
  CHECK(to_json(v["sampler"]) == R"({"type":"heun","moves":7,"grid":{"type":"karras","rho":3.0},"churn":true})");
  const Value own = planned({"--process", "vp", "--shift", "2"}).call.options;  // the command's own name hides the method's
  CHECK(own["shift"].number() == 2);
  CHECK(own["process"]["shift"].number() == 0);
  CHECK(planned({"--process", "ve", "--sigma-max", "10"}).call.options["process"]["sigma_max"].number() == 10);
  CHECK(to_json(planned({"--sampler", R"({"type": "heun", "moves": 3})"}).call.options["sampler"]["moves"]) == "3");
  CHECK(to_json(planned({"--sampler", R"({"eta": 1})"}).call.options["sampler"]["eta"]) == "1.0");
}

TEST_CASE("booleans, short flags, negative values, '-' and '--'") {
  CHECK_FALSE(planned({"--no-clip"}).call.options["clip"].boolean());
  CHECK(planned({"-n5", "-fq"}).call.options["n"].integer() == 5);
  CHECK(planned({"--shift", "-2.5"}).call.options["shift"].number() == -2.5);
  CHECK(planned({"--shift=-2"}).call.options["shift"].number() == -2);
  CHECK(make_plan(cli_test::command(), "dm-sample", "", {"-", "-o", "-"}).call.inputs[0] == "-");
  CHECK(make_plan(cli_test::command(), "dm-sample", "", {"-o", "x", "--", "-odd"}).call.inputs[0] == "-odd");
  CHECK(planned({"--names", "a,b"}).call.options["names"].items().size() == 2);
  CHECK(planned({"-n", "1e2", "--seed", "0"}).call.options["n"].integer() == 100);
}

TEST_CASE("a flag that fits no chosen method says which method has it") {
  holds(complaint({"--churn"}), "2 '--churn' belongs to --sampler heun (the chosen sampler is \"ddim\")");
  holds(complaint({"--sigma-max", "3"}), "'--sigma-max' belongs to --process ve (no process is chosen)");
  holds(complaint({"--rho", "3"}), "'--rho' belongs to --grid karras");
  holds(complaint({"--eta", "1", "--process", "ve"}), "ambiguous here: write --set sampler.eta=1 or --set process.eta=1");
}

TEST_CASE("near misses, repeated and superfluous words") {
  holds(complaint({"--mvoes", "3"}), "2 '--mvoes' is no option of this command. Did you mean '--moves'?");
  CHECK(complaint({"--mvoes", "3"}).find("one input too many") == std::string::npos);
  holds(complaint({"--sampler", "dimm"}), "Did you mean 'ddim'?");
  CHECK(complaint({"-n", "1", "-n", "2"}) == "2 '--n' is given 2 times");
  CHECK(planned({"-q", "-q", "--force", "-f", "--no-clip", "--no-clip"}).call.quiet);  // without a value it means the same twice
  CHECK(complaint({"--no-clip", "--clip"}) == "2 '--clip' and '--no-clip' are both given");
  holds(complaint({"--print"}), "'--print' is no option of this command. Did you mean '--print-spec'?");
  for (const char* list : {"--times", "--names"}) holds(complaint({list, ""}), "found \"\", expected array of");
  holds(complaint({"--set", "times="}), "/times: found \"\", expected array of numbers");
  holds(complaint({"--force=no"}), "takes no value");
  holds(complaint({"y.h5"}), "'y.h5' is one input too many");
  holds(complaint({"--seed", "-1"}), "--seed: found -1");
  holds(complaint({"--seed", "18446744073709551615"}), "--seed: found");
  CHECK(complaint({"-n"}) == "2 '-n' needs a value, and the line ends behind it");
  CHECK(complaint({"--shift"}) == "2 '--shift' needs a value, and the line ends behind it");
  holds(complaint({"--seed", "9223372036854775808"}), "expected integer in [0, 2^63)");
  CHECK(planned({"--seed", "9223372036854775807"}).call.seed == INT64_MAX);
  CHECK_THROWS_WITH(make_plan(cli_test::command(), "dm-sample", "", {"-o", "x"}), Catch::Contains("MODEL is missing"));
  CHECK_THROWS_WITH(make_plan(cli_test::command(), "dm-sample", "", {"m"}), Catch::Contains("-o OUTPUT is missing"));
}

TEST_CASE("all problems are reported together") {
  const Spec spec(R"({"dm-sample": {"n": -7, "sampelr": 1, "sampler": {"type": "heun", "eta": 3}, "act": "silo"}})");
  const std::string s = complaint({"--spec", spec.path});
  holds(s, "78 ");
  holds(s, "/dm-sample/n: found -7, expected integer in [0, 2^53]");
  holds(s, "/dm-sample/sampelr: unknown key. Did you mean 'sampler'?");
  holds(s, "/dm-sample/sampler/eta: unknown key");
  holds(s, "/dm-sample/act: found \"silo\"");
  const std::string both = complaint({"--spec", spec.path, "--shift", "99", "--set", "clop=1"});
  holds(both, "2 --set: 'clop' is unknown");
  holds(both, "--shift: found 99");
  holds(both, "--set: 'clop' is unknown. Did you mean 'clip'?");
  holds(both, "/dm-sample/n: found -7");
}

TEST_CASE("precedence: flag, --set, spec, default") {
  const Spec spec(R"({"seed": 5, "dm-sample": {"n": 2, "sampler": {"eta": 0.25}}, "dm-sample:b": {"seed": 9, "n": 3, "sampler": "heun"}})");
  const auto n = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all{"--spec", spec.path};
    all.insert(all.end(), words.begin(), words.end());
    return planned(all).call;
  };
  CHECK(n({}).options["n"].integer() == 2);
  CHECK(n({"--set", "n=4"}).options["n"].integer() == 4);
  CHECK(n({"--set", "n=4", "-n", "6"}).options["n"].integer() == 6);
  CHECK(n({"--sampler", "ddim"}).options["sampler"]["eta"].number() == .25);
  CHECK(n({"--sampler", "heun"}).options["sampler"]["moves"].integer() == 18);
  CHECK(n({"--sampler", "heun", "--set", "sampler.moves=4"}).options["sampler"]["moves"].integer() == 4);
  CHECK(n({"--set", "sampler.grid=karras", "--set", "sampler.grid.rho=2"}).options["sampler"]["grid"]["rho"].number() == 2);
  CHECK(n({"--set", "sampler.type=heun"}).options["sampler"]["type"].text() == "heun");
  CHECK(to_json(n({"--set", "free.a.b=[1]"}).options["free"]) == R"({"a":{"b":[1]}})");
  CHECK(n({"--set", "shift=.5", "--set", "sampler.eta=.75"}).options["shift"].number() == .5);
  CHECK(n({"--set", "times=.25,1"}).options["times"].numbers() == std::vector<double>{.25, 1});
  CHECK(n({}).seed == section_seed(5, "dm-sample"));
  CHECK(n({"--set", "seed=7"}).seed == 7);
  CHECK(n({"--set", "seed=7", "--seed", "3"}).seed == 3);
  holds(complaint({"--set", "seed=-1"}), "2 --set seed: found -1, expected integer in [0, 2^63)");
  CHECK(n({"--seed", "3"}).seed == 3);
  CHECK(planned({"--spec", spec.path + "#b"}).call.seed == 9);
  CHECK(planned({"--spec", spec.path + "#b"}).call.options["sampler"]["type"].text() == "heun");
  holds(complaint({"--spec", spec.path + "#bb"}), "78 ");
}

TEST_CASE("a mistake of --set is the command line's, also over a spec, which is not named for it") {
  CHECK(complaint({"--set", "n=-7"}) == "2 /n: found -7, expected integer in [0, 2^53].");
  const Spec good(R"({"dm-sample": {"n": 2}})"), bad(R"({"dm-sample": {"n": -7}})");
  CHECK(complaint({"--spec", good.path, "--set", "n=-7"}) == "2 /dm-sample/n: found -7, expected integer in [0, 2^53].");
  CHECK(complaint({"--spec", bad.path}) == "78 '" + bad.path + "': /dm-sample/n: found -7, expected integer in [0, 2^53].");
  CHECK(complaint({"--spec", bad.path, "--set", "n=3"}).empty());
}

TEST_CASE("a method that is named over another one: its own defaults, and a note where anything is lost") {
  using Texts = std::vector<std::string>;
  const auto notes = [](Texts words, const char* json) {
    const Spec spec(json);
    words.insert(words.begin(), {"--spec", spec.path});
    return planned(words).notes;
  };
  const char* set = R"({"dm-sample": {"sampler": {"type": "ddim", "eta": 0.5}}})";
  CHECK(notes({"--sampler", "heun"}, set) ==
        Texts{"the sampler is heun in the place of ddim, and what was set of that is dropped: eta 0.5"});
  CHECK(notes({"--set", "sampler.type=heun"}, set).size() == 1);
  CHECK(notes({"--sampler", "ddim"}, set).empty());                                                // the same one keeps them
  CHECK(notes({"--sampler", "heun"}, R"({"dm-sample": {"sampler": {"eta": 0.5}}})").size() == 1);  // the default one
  CHECK(notes({"--sampler", "heun"}, R"({"dm-sample": {"sampler": {"type": "ddim", "eta": 0}}})").empty());
  CHECK(notes({"--grid", "uniform"}, R"({"dm-sample": {"sampler": {"type": "ddim", "grid": {"type": "karras", "rho": 3}}}})") ==
        Texts{"the grid is uniform in the place of karras, and what was set of that is dropped: rho 3.0"});
  CHECK(notes({"--sampler", "heun", "--set", "sampler.type=ddim", "--set", "sampler.eta=1"}, R"({"dm-sample": {}})") ==
        Texts{"the sampler is heun in the place of ddim, and what was set of that is dropped: eta 1.0"});
}

TEST_CASE("a run file without a section of the command gives the defaults, and says so") {
  const Spec without(R"({"seed": 3, "dm-train": {}})"), with(R"({"dm-sample": {}})");
  CHECK(planned({"--spec", without.path}).notes ==
        std::vector<std::string>{"'" + without.path + "' has no section 'dm-sample'; the defaults are taken"});
  CHECK(planned({"--spec", with.path}).notes.empty());
}

TEST_CASE("--print-spec is a spec that gives the same again") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"--sampler", "heun", "--churn", "--seed", "77", "--times", ".1,1"},
                                                {"--process", "ve", "--set", "process.eta=1", "--means", "[[1,2]]"}}) {
    const Plan first = planned(words);
    const Spec spec(to_json(first.spec, 2));
    const Plan second = planned({"--spec", spec.path});
    CHECK(to_json(second.spec) == to_json(first.spec));
    CHECK(second.call.options == first.call.options);
    CHECK(second.call.seed == first.call.seed);
  }
  CHECK(resolved({"--shift", "1"}) == resolved({"--shift", "1.0"}));
  CHECK(make_plan(cli_test::command(), "dm-sample", "", {"--print-spec"}).print_spec);  // needs no files
}

TEST_CASE("runs: sections and their seeds") {
  const auto run = [](const char* json, const char* name) { return section_of(parse_json(json, "run"), "run", name, "dm-sample"); };
  CHECK(run(R"({"seed": 1})", "").seed == Value(section_seed(1, "dm-sample")));
  CHECK(run(R"({"seed": 1, "dm-sample:a": {}})", "a").seed == Value(section_seed(1, "dm-sample:a")));
  CHECK(run(R"({"dm-train": {}})", "").seed.is_null());
  CHECK(section_seed(1, "dm-sample") != section_seed(1, "dm-sample:a"));
  CHECK(section_seed(1, "dm-sample") != section_seed(2, "dm-sample"));
  CHECK(section_seed(1, "dm-sample") == 8682610279501129);  // pinned: specs in use must keep their random numbers
  CHECK_THROWS_WITH(run(R"({"dm-smaple": {}})", ""), Catch::Contains("Did you mean 'dm-sample'?"));
  CHECK_THROWS_WITH(run(R"({"dm-sample": 3})", ""), Catch::Contains("expected an object"));
  CHECK_THROWS_WITH(run(R"({"seed": -1})", ""), Catch::Contains("/seed: found -1"));
  CHECK_THROWS_WITH(run(R"({"dm-sample:a": {}})", ""), Catch::Contains("choose one with FILE#NAME"));
  CHECK_THROWS_WITH(run(R"([1])", ""), Catch::Contains("expected an object"));
}

TEST_CASE("a positional may name an option; verbs appear in the printed spec") {
  Command make = cli_test::command();
  make.inputs = {{.name = "SAMPLER", .doc = "which", .option = "sampler"}, {.name = "MORE", .doc = "files", .min = 0, .max = many}};
  const auto plan = [&](std::vector<std::string> words) { return make_plan(make, "dm-sample", "make", words); };
  const Plan p = plan({"heun", "a", "b", "-o", "x", "--churn"});
  CHECK(p.call.options["sampler"]["churn"].boolean());
  CHECK(p.call.inputs == std::vector<std::string>{"a", "b"});
  CHECK(p.spec["dm-sample"]["verb"].text() == "make");
  const Spec spec(to_json(p.spec)), other(R"({"dm-sample": {"verb": "split"}})");
  CHECK(plan({"-o", "x", "--spec", spec.path}).call.options == p.call.options);
  CHECK_THROWS_WITH(plan({"-o", "x", "--spec", other.path}), Catch::Contains("/dm-sample/verb: found \"split\", expected \"make\""));
  CHECK_THROWS_WITH(plan({"-o", "x"}), Catch::Contains("SAMPLER is missing"));
  make.options[1].dflt = nullptr, make.options[1].required = true;  // each mistake is told once
  REQUIRE(make.options[1].name == "sampler");
  CHECK_THROWS_WITH(plan({"-o", "x"}), Catch::Equals("SAMPLER is missing: which, ddim | heun"));
  CHECK_THROWS_WITH(plan({"huen", "-o", "x"}), Catch::StartsWith("--sampler: found \"huen\"") && !Catch::Contains("missing"));
  CHECK_THROWS_WITH(plan({"--print-spec"}), Catch::StartsWith("/sampler: missing"));
  CHECK_THROWS_WITH(plan({"heun", "--sampler", "ddim", "-o", "x"}), Catch::Contains("are both given"));
}

TEST_CASE("a method that may stay open: its options stand alone until it is named") {
  const auto look = [](const std::vector<std::string>& words) { return to_json(planned(words).call.options["look"]); };
  CHECK(look({}) == "null");
  CHECK(look({"--radius", "2"}) == R"({"radius":2.0})");
  CHECK(look({"--set", "look.radius=2", "--bins", "5"}) == R"({"radius":2.0,"bins":5})");
  CHECK(look({"--tone", "cold"}) == R"({"tone":"cold"})");
  CHECK(look({"--tone", "one"}) == R"({"tone":"one"})");
  CHECK(look({"--look", "dots", "--radius", "3"}) == R"({"type":"dots","radius":3.0,"tone":"one"})");
  CHECK(look({"--set", "look.radius=3", "--look", "dots"}) == R"({"type":"dots","radius":3.0,"tone":"one"})");
  const Spec spec(R"({"dm-sample": {"look": {"bins": 4}}})");
  CHECK(look({"--spec", spec.path}) == R"({"bins":4})");
  CHECK(look({"--spec", spec.path, "--look", "heat"}) == R"({"type":"heat","bins":4,"tone":"warm"})");
  CHECK(look({"--spec", spec.path, "--radius", "1"}) == R"({"bins":4,"radius":1.0})");
  holds(complaint({"--set", "look.rho=3"}), "must be chosen first");
  holds(complaint({"--radius", "-1"}), "2 /look/radius: found -1, expected number >= 0");
  holds(complaint({"--tone", "blue"}), "/look/tone: found \"blue\", expected one | each; or warm | cold");
  holds(complaint({"--look", "dots", "--bins", "3"}), "'--bins' belongs to --look heat (the chosen look is \"dots\")");
  const Spec bad(R"({"dm-sample": {"look": {"rho": 4}}})");
  holds(complaint({"--spec", bad.path}), "/look/rho: unknown key; no look has it");
}
