// What every command does around its job: parse, validate, check the files, run, and turn errors and signals into exit codes.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>
#include <optional>

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/dry_run.h"
#include "cli/flags.h"
#include "cli/literal.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/spec.h"
#include "cli/version.h"
#include "io/atomic_file.h"
#include "io/claim.h"
#include "io/input.h"

namespace dm::cli {

void Call::print(std::string_view text) const {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw Error(std::string("cannot write the answer: ") + std::strerror(errno), Exit::io);
}
void Call::print_json(const Value& v) const { print(to_json(v) + "\n"); }
void Call::note(std::string_view sentence) const { progress->note(sentence); }

static std::string quoted(const std::string& word) {
  const bool safe =
      !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%") == word.npos;
  if (safe) return word;
  std::string s = "'";
  for (const char c : word) s += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return s + "'";
}

static std::string joined(const std::string& first, const std::vector<std::string>& words) {
  std::string s = first;
  for (const std::string& w : words) s += " " + quoted(w);
  return s;
}

static bool has(const std::vector<std::string>& words, std::initializer_list<const char*> names) {
  for (const std::string& w : words) {
    if (w == "--") return false;
    for (const char* n : names)
      if (w == n) return true;
  }
  return false;
}

static std::string face(const Command& c, const std::string& form) {
  if (form == "json") return to_json(description(c), 2) + "\n";
  if (form == "schema") return to_json(schema(c), 2) + "\n";
  if (form == "man") return man(c);
  if (form == "bash") return completion(c);
  if (form == "md") return markdown(c);
  throw Error("--dm-describe: found '" + form + "', expected json | man | bash | md | schema", Exit::usage);
}

// Numbers are read strictly in the environment too: a mistyped one must not mean "all processors". OMP_NUM_THREADS may be a list, one
// number a level of nesting; the first counts here.
static void check_environment() {
  for (const char* name : {"OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"}) {
    const char* set = std::getenv(name);
    const std::string text = set ? set : "";
    const Option threads{.name = name, .type = integer(1, 1e6), .dflt = nullptr, .doc = ""};
    const std::string problem = text.empty() ? "" : check(threads, literal(threads.type, text.substr(0, text.find(','))));
    if (!problem.empty()) throw Error("the environment variable " + threads.name + ": " + problem + " Mend or unset it.", Exit::usage);
  }
}

// Runs the command line `words` (without argv[0]); returns after the answer or the output is complete.
static void run(const Command& whole, std::vector<std::string> words, Terminal*& terminal) {
  std::string called = whole.name;
  const std::string line = joined(whole.name, words);
  if (has(words, {"--version"})) return void(std::printf("%s %s\n", whole.name.c_str(), version().c_str()));
  for (const std::string& w : words)
    if (w.starts_with("--dm-describe=")) return void(std::fputs(face(whole, w.substr(14)).c_str(), stdout));
  if (words.empty()) throw Error("", Exit::usage);

  const Command* c = &whole;
  std::string verb;
  if (!whole.verbs.empty() && words[0] != "-h" && words[0] != "--help") {
    std::vector<std::string> names;
    for (const Command& v : whole.verbs) names.push_back(v.name);
    const auto at = std::find(names.begin(), names.end(), words[0]);
    if (at == names.end()) {
      std::string all;
      for (const auto& n : names) all += (all.empty() ? "" : ", ") + n;
      throw Error("found '" + words[0] + "', expected a verb: " + all + "." + did_you_mean(words[0], names), Exit::usage);
    }
    c = &whole.verbs[size_t(at - names.begin())];
    verb = c->name, called += " " + verb;
    words.erase(words.begin());
  }
  verify(*c);
  if (has(words, {"--help", "-h"})) return void(std::fputs(help(*c, called, {terminal_width(stdout), colour(stdout)}).c_str(), stdout));

  Plan plan = make_plan(*c, whole.name, verb, words);
  static Terminal shown(whole.name, plan.call.quiet, stderr, is_terminal(stderr));
  terminal = &shown;
  for (const std::string& note : plan.notes) shown.note(note);
  if (plan.print_spec) return void(std::printf("%s\n", to_json(plan.spec, plan.call.json ? -1 : 2).c_str()));
  std::deque<io::Claim> claims;  // before the look at what is there: what a run that held one has just written is seen
  const auto claim = [&](const std::vector<std::string>& files) {
    for (const std::string& path : files)
      if (!plan.dry_run && claims.size() < 100) claims.emplace_back(path);  // each is an open file, of which there may be 256
  };
  claim(plan.call.outputs);
  check_files(*c, plan.call);
  claim(plan.call.beside);
  check_environment();
  io::trust_inputs(plan.call.trust_input);
  if (!plan.call.provenance.is_null()) {
    Value p;
    p.set("command", line);
    p.set("spec", plan.spec);
    p.set("seed", plan.call.seed);
    p.set("version", whole.name + " " + version());
    plan.call.provenance = p;
  }
  plan.call.progress = terminal;
  if (!plan.dry_run) return c->run(plan.call);
  io::refuse_outputs();
  DryRun dry(shown);
  plan.call.progress = &dry;
  std::optional<Memory> memory;
  try {
    c->run(plan.call);
  } catch (const DryRun::Ready& r) {
    memory = r.memory;
  }
  Value section = plan.spec[whole.name];
  for (const auto& [path, v] : dry.chosen()) assign(c->options, section, path_of(path), v);
  plan.spec.set(whole.name, section);
  const Value found = described(plan, memory ? &*memory : nullptr);
  std::printf("%s\n", to_json(found, plan.call.json ? -1 : 2).c_str());
}

// "'a.h5', 'b.h5'", what was read; empty where the sentence names one of them.
static std::string unnamed_inputs(const Error& e) {
  std::string all;
  for (const Value& v : io::inputs_read().items()) {
    const bool piped = v["file"].text() == "-";
    const std::string file = piped ? "standard input" : v["file"].text();
    if (std::string_view(e.what()).find(file) != std::string_view::npos) return "";
    all += (all.empty() ? "" : ", ") + (piped ? file : "'" + file + "'");
  }
  return all;
}

// " (read: 'a.h5', 'b.h5')" behind a sentence about data or numbers that names no file: engines know none.
static std::string sources(const Error& e) {
  if ((e.code() != Exit::data && e.code() != Exit::failure) || stop_signal()) return "";
  const std::string all = unnamed_inputs(e);
  return all.empty() ? all : " (read: " + all + ")";
}

// Engines know no command line either: of values that do not go together they say Exit::spec. Without a spec, and where the sentence
// is about no file, they are those of flags and --set.
static Exit status_of(const Error& e) {
  const bool typed = texts_read().empty() && (io::inputs_read().items().empty() || !unnamed_inputs(e).empty());
  return e.code() == Exit::spec && typed ? Exit::usage : e.code();
}

static int fail(const Command& c, const std::vector<std::string>& words, const Error& e) {
  const std::string what = e.what() + sources(e);
  const Exit status = status_of(e);
  if (status != Exit::usage) return std::fprintf(stderr, "%s: %s\n", c.name.c_str(), what.c_str()), int(status);
  const Command* shown = &c;
  std::string called = c.name;
  for (const Command& v : c.verbs)
    if (!words.empty() && v.name == words[0]) shown = &v, called += " " + v.name;
  if (what.empty() || (words.size() == 1 && shown != &c)) {
    std::fputs(short_help(*shown, called).c_str(), stderr);
  } else {
    std::fprintf(stderr, "%s: %s\n", c.name.c_str(), what.c_str());
    std::fprintf(stderr, "Usage: %s\nYours: %s\nHelp:  %s --help\n", usage(*shown, called).c_str(), joined(c.name, words).c_str(),
                 called.c_str());
  }
  return int(Exit::usage);
}

int main(const Command& command, int argc, char** argv) {
  if (missing_processor_feature()) return 1;  // said before main; the call keeps that check linked
  std::setlocale(LC_ALL, "C");
  install_signals();
  const std::vector<std::string> words(argv + (argc > 0), argv + argc);
  Terminal* terminal = nullptr;
  int status = 0;
  const auto clear = [&] {
    if (terminal) terminal->clear();
  };
  try {
    run(command, words, terminal);
    clear();
  } catch (const Error& e) {
    clear();
    status = fail(command, words, e);
  } catch (const std::bad_alloc&) {
    clear();
    const std::string read = sources(Error("", Exit::data));
    std::fprintf(stderr, "%s: out of memory%s", command.name.c_str(), read.c_str());
    if (terminal && terminal->needed() > 0)
      std::fprintf(stderr, ": about %.1f GB are wanted; --dry-run says for what", terminal->needed() / 1e9);
    std::fputs("\n", stderr);
    status = 1;
  } catch (const std::exception& e) {
    clear();
    std::fprintf(stderr, "%s: internal error: %s\n", command.name.c_str(), e.what());
    status = 1;
  }
  // Checkpointed runs ask for requeueing with 75, but Ctrl-C and a closed terminal must end a shell loop, and what had no checkpoint dies
  // of its signal.
  if (const int signal = stop_signal();
      signal && (signal == SIGINT || signal == SIGHUP || (status != 0 && status != int(Exit::checkpointed)))) {
    std::fflush(stdout);
    die_of(signal);
  }
  if ((std::fflush(stdout) != 0 || std::ferror(stdout)) && status == 0) {
    std::fprintf(stderr, "%s: cannot write to standard output: %s\n", command.name.c_str(), std::strerror(errno));
    status = int(Exit::io);
  }
  return status;
}

}  // namespace dm::cli
