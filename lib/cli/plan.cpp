#include "cli/plan.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "cli/flags.h"
#include "cli/literal.h"
#include "cli/progress.h"
#include "cli/spec.h"
#include "cli/training.h"
#include "io/atomic_file.h"
#include "io/table.h"

namespace dm::cli {

// A seed that the command line gives, unless it is refused.
static void take_seed(const std::string& flag, const std::string& text, Section& section, std::vector<std::string>& problems) {
  const Option seed = seed_option();
  const Value v = literal(seed.type, text);
  if (const std::string p = check(seed, v); !p.empty())
    problems.push_back(flag + ": " + p);
  else
    section.seed = v;
}

// ", ve | vp" behind a positional that names an option's value.
static std::string choices(const Command& c, const Input& i) {
  for (const Option& o : c.options)
    if (o.name == i.option) return ", " + o.type.describe();
  return "";
}

// Positionals that name an option's value become flags; the rest are paths.
static void place_inputs(const Command& c, Arguments& given, Call& call, std::vector<std::string>& problems) {
  size_t next = 0;
  const size_t n = given.positionals.size();
  size_t later = 0;
  for (const Input& i : c.inputs) later += size_t(i.min);
  for (const Input& i : c.inputs) {
    later -= size_t(i.min);
    const size_t left = n - std::min(n, next), free = left - std::min(left, later);
    const size_t take = std::min({left, size_t(i.max), std::max(free, size_t(i.min))});  // where some are missing, the last are
    for (size_t k = 0; k < take; ++k) {
      const std::string& word = given.positionals[next + k];
      if (i.option.empty())
        call.inputs.push_back(word);
      else if (given.find(flag_name(i.option)))
        problems.push_back(i.name + " '" + word + "' and --" + flag_name(i.option) + " are both given");
      else
        given.flags.push_back({flag_name(i.option), {word}});
    }
    if (take < size_t(i.min)) {
      const bool flagged = !i.option.empty() && (given.find(flag_name(i.option)) || given.find("spec") || given.find("set"));
      if (!flagged) problems.push_back((take ? "another " : "") + i.name + " is missing: " + i.doc + choices(c, i));
    }
    next += take;
  }
  for (; next < n; ++next) problems.push_back("'" + given.positionals[next] + "' is one input too many");
}

// When an assignment of --set is made: those that choose a method first, outer ones before inner ones.
static long turn(const Command& c, const std::string& assignment) {
  const std::string path = assignment.substr(0, assignment.find('='));
  const long depth = std::count(path.begin(), path.end(), '.');
  const bool method =
      std::any_of(c.options.begin(), c.options.end(), [&](const Option& o) { return o.name == path && o.type.kind == Type::method; });
  return method || path.ends_with(".type") ? depth : LONG_MAX;
}

// The section of --spec, checked to be of this verb.
static Section section_of_file(const Command& c, const std::string& name, const std::string& verb, const Arguments& given,
                               std::vector<std::string>& problems, std::vector<std::string>& notes) {
  Section section{"", name};
  const Given* g = given.find("spec");
  if (!g) return section;
  try {
    section = read_section(g->values[0], name);
  } catch (const Error& e) {
    if (e.code() != Exit::spec) throw;
    problems.push_back(e.what());
    return section;
  }
  if (!section.stands) notes.push_back(section.file + " has no section '" + name + "'; the defaults are taken");
  if (const Value* v = verb.empty() ? nullptr : section.body.find("verb")) {
    if (!(*v == Value(verb)))
      problems.push_back(section.file + ": /" + section.name + "/verb: found " + to_json(*v) + ", expected \"" + verb + "\"");
    std::erase_if(section.body.members(), [](const auto& m) { return m.first == "verb"; });
  }
  section.body = overlay(c.options, Value::object(), section.body);
  return section;
}

// The section, with what --set and the flags change in it.
static Value changed(const Command& c, const Arguments& given, Section& section, std::vector<std::string>& problems,
                     std::vector<std::string>& notes) {
  Value body = section.body;
  // --set sampler.eta=1 means the sampler that --sampler chooses.
  std::vector<std::string> later;
  apply_flags(c, given, body, later, true);
  if (const Given* g = given.find("set")) {
    // What chooses a method goes first: its options may stand on either side of it.
    std::vector<std::string> assignments = g->values;
    std::stable_sort(assignments.begin(), assignments.end(), [&](const auto& a, const auto& b) { return turn(c, a) < turn(c, b); });
    for (const std::string& assignment : assignments) try {
        if (const std::string key = "seed="; assignment.starts_with(key))  // a key of every section, but no option of a command
          take_seed("--set seed", assignment.substr(key.size()), section, problems);
        else
          assign(c.options, body, assignment);
      } catch (const Error& e) {
        problems.push_back(std::string("--set: ") + e.what());
      }
  }
  const Value before = body;
  apply_flags(c, given, body, problems);
  for (const Value& earlier : {section.body, before})
    for (std::string& s : dropped(c.options, earlier, body))
      if (std::find(notes.begin(), notes.end(), s) == notes.end()) notes.push_back(std::move(s));
  return body;
}

Plan make_plan(const Command& c, const std::string& name, const std::string& verb, const std::vector<std::string>& words) {
  Plan plan;
  Call& call = plan.call;
  call.command = name, call.verb = verb;
  Arguments given = parse(all_flags(c), words);
  std::vector<std::string> flag_problems = given.problems, spec_problems;

  call.force = given.find("force"), call.quiet = given.find("quiet"), call.json = given.find("json");
  call.trust_input = given.find("trust-input");
  if (!given.find("no-provenance")) call.provenance = Value::object();
  plan.print_spec = given.find("print-spec"), plan.dry_run = given.find("dry-run");
  if (const Given* g = given.find("output")) call.outputs = g->values;

  std::vector<std::string> input_problems;
  place_inputs(c, given, call, input_problems);
  if (!c.output.doc.empty()) {
    const int n = int(call.outputs.size());
    if (n < c.output.min)
      input_problems.push_back("-o " + c.output.name +
                               (n ? ": expected " + std::to_string(c.output.min) + " names" : " is missing: " + c.output.doc));
    if (n > c.output.max)
      input_problems.push_back("-o: found " + std::to_string(n) + " names, expected at most " + std::to_string(c.output.max));
  }
  // After an unknown flag its value looks like one input too many; --print-spec needs no files at all.
  if (plan.print_spec)
    std::erase_if(input_problems, [](const std::string& p) { return p.find("is missing") != p.npos || p.find("names") != p.npos; });
  if (given.problems.empty()) flag_problems.insert(flag_problems.end(), input_problems.begin(), input_problems.end());

  Section section = section_of_file(c, name, verb, given, spec_problems, plan.notes);
  const Value body = changed(c, given, section, flag_problems, plan.notes);
  if (const Given* g = given.find("seed")) take_seed("--seed", g->values[0], section, flag_problems);

  const std::string pointer = section.file.empty() ? "" : "/" + section.name;
  std::vector<std::string> found, of_file;
  call.options = resolve(c.options, body, pointer, found);
  resolve(c.options, section.body, pointer, of_file);
  // What the command line was told already is not missing once more.
  std::erase_if(found, [&](const std::string& p) {
    const size_t end = p.find(": missing");
    if (end == p.npos) return false;
    const std::string key = flag_name(p.substr(0, end).substr(p.rfind('/', end) + 1));
    for (const std::string& said : flag_problems) {
      if (said.find("--" + key) != said.npos) return true;
      for (const Input& i : c.inputs)
        if (flag_name(i.option) == key && said.starts_with(i.name + " is missing")) return true;
    }
    return false;
  });
  for (const std::string& p : found) {
    const bool in_file = !section.file.empty() && std::find(of_file.begin(), of_file.end(), p) != of_file.end();
    in_file ? spec_problems.push_back(section.file + ": " + p) : flag_problems.push_back(p);
  }

  const bool usage = !flag_problems.empty();
  flag_problems.insert(flag_problems.end(), spec_problems.begin(), spec_problems.end());
  try {
    throw_problems(flag_problems);
  } catch (const Error& e) {
    throw Error(e.what(), usage ? Exit::usage : Exit::spec);
  }

  for (const Option& o : c.options)
    if (const Value* v = call.options.find(o.name); o.type.writes && v && v->is_text()) call.beside.push_back(v->text());
  call.seed = section.seed.is_null() ? 1 : section.seed.integer();
  Value own = Value::object();
  if (!verb.empty()) own.set("verb", verb);
  own.set("seed", call.seed);
  for (const auto& [k, v] : call.options.members()) own.set(k, v);
  plan.spec.set(name, own);
  return plan;
}

static bool exists(const std::string& path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0;
}

void check_files(const Command& c, const Call& call) {
  int pipes = 0;
  for (const std::string& path : call.inputs) {
    std::string file = path;
    if (const size_t inside = path.rfind(":/"); inside != path.npos && !exists(path)) file = path.substr(0, inside);  // FILE.h5:/dataset
    if (file == "-") {
      ++pipes;
      continue;
    }
    if (access(file.c_str(), R_OK) != 0) throw Error("cannot open '" + file + "': " + std::strerror(errno), Exit::no_input);
  }
  if (pipes > 1) throw Error("'-' (standard input) is given " + std::to_string(pipes) + " times; it can be read only once", Exit::usage);
  if (pipes && is_terminal(stdin)) throw Error("'-' reads standard input, which is a terminal here; pipe something in", Exit::usage);

  std::vector<std::string> read = call.inputs;  // and what options name: --from, --y, --start, --floor, --spec, @file.json
  for (const Option& o : c.options)
    if (const Value* v = call.options.find(o.name);
        (o.type.kind == Type::text || o.type.kind == Type::any) && v && v->is_text() && !o.type.writes)
      read.push_back(v->text());
  read.insert(read.end(), texts_read().begin(), texts_read().end());
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    const std::string& path = call.outputs[i];
    if (path == "-" && call.outputs.size() > 1)
      throw Error("'-' can be the only output, found " + std::to_string(call.outputs.size()) + " outputs", Exit::usage);
    if (std::count(call.outputs.begin(), call.outputs.end(), path) > 1) throw Error("'" + path + "' is named twice as output", Exit::usage);
    const Value* resume = call.options.find("resume");  // an existing output is then the command's to judge
    io::check_output(path, call.force || (resume && *resume == Value(true)), read, c.output.binary);
    if (c.output.binary && (io::has_suffix(path, ".csv") || io::has_suffix(path, ".npy")))
      throw Error("'" + path +
                      "' has the name of a table, which this command does not write. Name it otherwise; tables are made by dm-data export.",
                  Exit::usage);
  }
  read.insert(read.end(), call.outputs.begin(), call.outputs.end());
  for (const std::string& path : call.outputs) read.push_back(checkpoint_of(path));
  for (const std::string& path : call.beside) io::check_beside(path, read);
}

}  // namespace dm::cli
