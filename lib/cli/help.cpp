#include <algorithm>
#include <cmath>

#include "cli/describe.h"
#include "cli/flags.h"
#include "cli/spec.h"

namespace dm::cli {

std::string usage(const Command& c, const std::string& called) {
  if (!c.verbs.empty()) return called + " VERB ... (" + called + " VERB --help)";
  std::string s = called;
  for (const Input& i : c.inputs) {
    const std::string shown = i.name + (i.max > 1 ? "..." : "");
    s += i.min ? " " + shown : " [" + shown + "]";
  }
  if (!c.output.doc.empty()) {
    const std::string shown = "-o " + c.output.name + (c.output.max > 1 ? "..." : "");
    s += c.output.min ? " " + shown : " [" + shown + "]";
  }
  return s + " [options]";
}

static std::string metavar(const Type& t) {
  switch (t.kind) {
    case Type::boolean: return "";
    case Type::integer: return " N";
    case Type::number: return " X";
    case Type::numbers: return " X,X,..";
    case Type::matrix: return " JSON";
    case Type::list: return t.repeats ? " TEXT" : " A,B,..";
    case Type::method:
    case Type::choice: return " NAME";
    case Type::text: return " TEXT";
    case Type::any: return " VALUE";
  }
  return "";
}

// As one would type it: 20 for 20.0, a,b for ["a", "b"].
static std::string plain(const Value& v) {
  if (v.is_text()) return v.text();
  if (v.is_number() && std::abs(v.number()) < 1e15 && v.number() == std::floor(v.number())) return std::to_string(int64_t(v.number()));
  if (!v.is_array()) return to_json(v);
  std::string s;
  for (const Value& x : v.items()) {
    if (x.is_array() || x.is_object()) return to_json(v);
    s += (s.empty() ? "" : ",") + plain(x);
  }
  return s;
}

Row row(const Option& o) {
  Row r;
  const bool boolean = o.type.kind == Type::boolean;
  r.left = (o.letter ? std::string("-") + o.letter + ", " : "    ") + "--" +
           (boolean && !o.dflt.is_null() && o.dflt.boolean() ? "no-" : "") + flag_name(o.name) + metavar(o.type);
  r.right = (boolean && !o.dflt.is_null() && o.dflt.boolean() ? "switches off: " : "") + o.doc;
  std::string facts;
  const bool bounded = o.type.describe() != "integer" && o.type.describe() != "number";
  if (!boolean && o.type.kind != Type::text && o.type.kind != Type::any && bounded) facts = o.type.describe();
  if (o.required)
    facts += (facts.empty() ? "" : "; ") + std::string("required");
  else if (!o.dflt.is_null() && !boolean)
    facts += (facts.empty() ? "" : "; ") + ("default " + plain(o.dflt));
  if (!facts.empty()) r.right += (r.right.empty() ? "(" : " (") + facts + ")";
  return r;
}

std::string heading(const Reached& r) {
  const std::string flag = "--" + flag_name(r.option->name);
  if (r.option->type.kind == Type::method) return flag + " NAME" + (r.under.empty() ? "" : " (of --" + r.under + ")");
  return flag + " NAME,NAME,..";
}

Row row(const Reached& r, const Option& o) {
  Row shown = row(o);
  if (r.option->type.kind != Type::method)
    shown.left = "    \"" + o.name + "\":" + (o.type.kind == Type::boolean ? " true|false" : metavar(o.type));
  return shown;
}

// A key of the section with its default, inside a method where there is one: "sampler.eta=0".
static std::string settable(const std::vector<Option>& options) {
  for (const bool inside : {true, false})
    for (const Option& o : options) {
      const Method* m = inside && o.type.kind == Type::method ? find_method(o, chosen(o, Value::object())) : nullptr;
      const std::string nested = m ? settable(m->options) : "";
      if (!nested.empty()) return o.name + "." + nested;
      if (!inside && (o.dflt.is_number() || o.type.kind == Type::choice) && !o.dflt.is_null()) return o.name + "=" + plain(o.dflt);
    }
  return "";
}

std::vector<Row> shared_rows(const Command& c) {
  std::vector<Row> rows;
  if (!c.output.doc.empty()) {
    rows.push_back({"-o, --output " + c.output.name, c.output.doc});
    rows.push_back({"-f, --force", "replace an existing output"});
  }
  rows.push_back({"    --seed N", "seed of all random numbers (default: the spec's, else 1)"});
  const bool methods = std::any_of(c.options.begin(), c.options.end(), [](const Option& o) { return o.type.kind == Type::method; });
  rows.push_back(
      {"    --spec FILE[#NAME]", std::string("run spec: take the section of this command, or COMMAND:NAME; - reads standard input") +
                                     (methods ? ". A flag or --set that names the method of the spec keeps what the spec sets of it; "
                                                "another method starts from its own defaults"
                                              : "")});
  const std::string example = settable(c.options);
  rows.push_back({"    --set PATH=VALUE",
                  "set one key of the section" + (example.empty() ? "" : ", for instance " + example) + "; repeatable; flags win over it"});
  rows.push_back({"    --print-spec", "print everything that would be used, as a run spec, and do nothing"});
  if (!c.output.doc.empty())
    rows.push_back({std::string(dry_run_letter(c) ? "-n, " : "    ") + "--dry-run",
                    "check everything, files too, then print spec, memory in bytes and outputs as JSON; compute and write nothing"});
  if (c.json) rows.push_back({"    --json", "answer on one line of JSON"});
  rows.push_back({"    --no-provenance", "leave command line, spec, seed, version and input hashes out of the output"});
  rows.push_back({"    --trust-input", "skip the guarded first look at HDF5 inputs"});
  rows.push_back({"-q, --quiet", "no progress and no remarks"});
  rows.push_back({"    --version", "print the version"});
  rows.push_back({"-h, --help", "print this help"});
  return rows;
}

static bool declares(const Command& c, const std::string& option) {
  return std::any_of(c.options.begin(), c.options.end(), [&](const Option& o) { return o.name == option; });
}

std::vector<Row> exit_rows(const Command& c) {
  std::vector<Row> rows{
      {"0", "done"},
      {"1", std::string("numerical or runtime failure") + (declares(c, "assert") ? ", or a failed --assert" : "")},
      {"2", "wrong command line"},
      {"65", "bad data in an input"},
      {"66", "an input cannot be opened"},
      {"73", "the output cannot be created, or exists already"},
      {"74", "reading or writing failed on the way"},
  };
  if (declares(c, "resume"))
    rows.push_back({"75", "stopped by SIGTERM, SIGUSR1 or SIGUSR2 after a checkpoint: run the same line again with --resume"});
  rows.push_back({"78", "bad run spec"});
  rows.push_back({"129", "the terminal was closed (SIGHUP)"});
  rows.push_back({"130", "interrupted (SIGINT)"});
  rows.push_back({"143", std::string("ended by SIGTERM") + (declares(c, "resume") ? " before there was a checkpoint" : "")});
  return rows;
}

namespace {
class Page {
 public:
  explicit Page(Look look) : look_(look), width_(std::clamp(look.width, 40, 110)) {}
  std::string text;

  void title(const std::string& s) { text += (text.empty() ? "" : "\n") + (look_.bold ? "\033[1m" + s + "\033[0m" : s) + "\n"; }
  void line(const std::string& s, int indent = 2) { text += std::string(size_t(indent), ' ') + s + "\n"; }
  void paragraph(const std::string& s, int indent, int already = 0) {
    int at = already;
    size_t i = 0;
    while (i < s.size()) {
      if (s.compare(i, 2, "\n\n") == 0) {  // a single line break is a blank
        text += "\n\n", at = 0, i += 2;
        continue;
      }
      const size_t end = std::min(s.find_first_of(" \n", i), s.size());
      const std::string word = s.substr(i, end - i);
      if (at > indent && at + 1 + int(word.size()) > width_) text += "\n", at = 0;
      if (at < indent)
        text += std::string(size_t(indent - at), ' '), at = indent;
      else if (at > indent)
        text += ' ', ++at;
      text += word, at += int(word.size());
      i = end + (end < s.size() && s.compare(end, 2, "\n\n") != 0);
    }
    text += "\n";
  }
  void entry(const Row& r, int indent = 2, int column = 27) {
    text += std::string(size_t(indent), ' ') + r.left;
    int at = indent + int(r.left.size());
    if (at + 2 > column) text += "\n", at = 0;
    if (at < column) text += std::string(size_t(column - at), ' ');
    paragraph(r.right, column, column);
  }

 private:
  Look look_;
  int width_;
};
}  // namespace

std::string help(const Command& c, const std::string& called, Look look) {
  Page p(look);
  p.paragraph(called + " - " + c.summary, 0);
  p.title("Examples");
  for (const Example& e : c.examples) {
    p.line(e.line);
    if (!e.explanation.empty()) p.paragraph(e.explanation, 6);
  }
  p.title("Usage");
  p.line(usage(c, called));
  if (!c.description.empty()) p.text += "\n", p.paragraph(c.description, 2);
  if (!c.verbs.empty()) {
    p.title("Verbs");
    for (const Command& v : c.verbs) p.entry({v.name, v.summary}, 2, 14);
    p.text += "\n";
    p.line(called + " VERB --help tells more about each.");
    return p.text;
  }
  if (!c.inputs.empty()) {
    p.title("Inputs");
    for (const Input& i : c.inputs) p.entry({i.name + (i.max > 1 ? "..." : ""), i.doc}, 2, 14);
  }
  if (!c.options.empty()) {
    p.title("Options");
    for (const Option& o : c.options) p.entry(row(o));
  }
  for (const Reached& r : families(c.options)) {
    const Family& family = r.option->type.family();
    p.title(heading(r) + (family.doc.empty() ? "" : ": " + family.doc));
    for (const Method* m : family.methods) {
      p.entry({m->name, m->doc + (m->paper.empty() ? "" : " [" + m->paper + "]")}, 2, 16);
      for (const Option& o : m->options) p.entry(row(r, o), 4, 31);
    }
  }
  p.title("Shared options");
  for (const Row& r : shared_rows(c)) p.entry(r);
  p.title("Exit status");
  for (const Row& r : exit_rows(c)) p.entry(r, 2, 8);
  return p.text;
}

std::string short_help(const Command& c, const std::string& called) {
  std::string s = called + " - " + c.summary + "\n";
  for (const Example& e : c.examples) s += "  " + e.line + "\n";
  s += "Usage: " + usage(c, called) + "\n";
  if (!c.verbs.empty()) {
    s += "Verbs:";
    for (const Command& v : c.verbs) s += " " + v.name;
    s += "\n";
  }
  return s + "Help:  " + called + " --help\n";
}

}  // namespace dm::cli
