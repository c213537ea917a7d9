#include "cli/flags.h"

#include <algorithm>
#include <map>

#include "cli/literal.h"
#include "cli/spec.h"

namespace dm::cli {

std::string flag_name(const std::string& option) {
  std::string s = option;
  std::replace(s.begin(), s.end(), '_', '-');
  return s;
}

char dry_run_letter(const Command& c) {
  return std::any_of(c.options.begin(), c.options.end(), [](const Option& o) { return o.letter == 'n'; }) ? 0 : 'n';
}

std::vector<Flag> shared_flags(const Command& c) {
  std::vector<Flag> flags;
  if (!c.output.doc.empty()) flags.push_back({"output", 'o', c.output.max > 1 ? Flag::several : Flag::one});
  for (const char* name : {"seed", "spec", "dm-describe"}) flags.push_back({name});
  flags.push_back({"set", 0, Flag::one, true});
  for (const char* name : {"print-spec", "no-provenance", "trust-input", "version"}) flags.push_back({name, 0, Flag::none});
  if (!c.output.doc.empty()) flags.push_back({"dry-run", dry_run_letter(c), Flag::none});
  if (c.json) flags.push_back({"json", 0, Flag::none});
  flags.push_back({"force", 'f', Flag::none});
  flags.push_back({"quiet", 'q', Flag::none});
  flags.push_back({"help", 'h', Flag::none});
  return flags;
}

static void reach(const std::vector<Option>& options, const std::string& under, std::vector<Reached>& out) {
  std::vector<const Option*> fresh;
  for (const Option& o : options) {
    if (!o.type.family) continue;
    const Family& family = o.type.family();
    if (std::any_of(out.begin(), out.end(), [&](const Reached& r) { return &r.option->type.family() == &family; })) continue;
    out.push_back({&o, under});
    fresh.push_back(&o);
  }
  for (const Option* o : fresh)
    for (const Method* m : o->type.family().methods) reach(m->options, o->name + " " + m->name, out);
}

std::vector<Reached> families(const std::vector<Option>& options) {
  std::vector<Reached> out;
  reach(options, "", out);
  return out;
}

std::vector<Flag> all_flags(const Command& c) {
  std::vector<Flag> flags = shared_flags(c);
  std::set<std::string> taken;
  for (const Flag& f : flags) taken.insert(f.name);
  const auto add = [&](const std::vector<const Option*>& options) {
    std::map<std::string, bool> boolean, repeats;  // one name may mean different options: it takes a value if any of them does
    for (const Option* o : options) {
      repeats[flag_name(o->name)] |= o->type.repeats;
      const auto [at, fresh] = boolean.emplace(flag_name(o->name), true);
      at->second &= o->type.kind == Type::boolean;
    }
    for (const Option* o : options) {
      const std::string name = flag_name(o->name);
      if (!taken.insert(name).second) continue;
      flags.push_back({name, o->letter, boolean[name] ? Flag::none : Flag::one, repeats[name]});
      if (boolean[name] && taken.insert("no-" + name).second) flags.push_back({"no-" + name, 0, Flag::none});
    }
  };
  std::vector<const Option*> own, nested;
  for (const Option& o : c.options) own.push_back(&o);
  for (const Reached& r : families(c.options))
    if (r.option->type.kind == Type::method)
      for (const Method* m : r.option->type.family().methods)
        for (const Option& o : m->options) nested.push_back(&o);
  add(own);
  add(nested);
  for (size_t i = flags.size() - 1; i > 0; --i)  // a letter belongs to the first that claims it
    for (size_t j = 0; j < i; ++j)
      if (flags[i].letter && flags[i].letter == flags[j].letter) flags[i].letter = 0;
  return flags;
}

namespace {
struct Slot {
  std::vector<std::string> path;
  const Option* option;
  bool open = false;  // of a method that is not chosen yet, one of several perhaps
};
}  // namespace

static void slots_of(const std::vector<Option>& options, const Value& section, const std::vector<std::string>& above,
                     std::vector<Slot>& out) {
  for (const Option& o : options) {
    std::vector<std::string> path = above;
    path.push_back(o.name);
    out.push_back({path, &o});
    if (o.type.kind != Type::method) continue;
    const Value now = chosen(o, section);
    if (const Method* m = find_method(o, now)) {
      slots_of(m->options, now, path, out);
    } else if (o.type.open) {
      std::set<std::string> names;
      for (const Method* any : o.type.family().methods)
        for (const Option& inner : any->options)
          if (names.insert(inner.name).second) out.push_back({{o.name, inner.name}, &inner, true});
    }
  }
}

static std::string dotted(const std::vector<std::string>& path) {
  std::string s;
  for (const auto& p : path) s += (s.empty() ? "" : ".") + p;
  return s;
}

// "'--eta' belongs to --sampler ddim, ancestral; the chosen sampler is 'heun'"
static std::string belongs(const Command& c, const std::string& flag, const Value& section) {
  const std::string name = flag.starts_with("no-") ? flag.substr(3) : flag;
  std::string all;
  for (const Reached& r : families(c.options)) {
    if (r.option->type.kind != Type::method) continue;
    std::string with;
    for (const Method* m : r.option->type.family().methods)
      for (const Option& o : m->options)
        if (flag_name(o.name) == name || flag_name(o.name) == flag) with += (with.empty() ? "" : ", ") + m->name;
    if (with.empty()) continue;
    all += (all.empty() ? "belongs to --" : "; or to --") + flag_name(r.option->name) + " " + with;
    if (!r.under.empty()) continue;
    const Value now = chosen(*r.option, section);
    const Value* type = now.find("type");
    all += type ? " (the chosen " + r.option->name + " is " + to_json(*type) + ")" : " (no " + r.option->name + " is chosen)";
  }
  return all;
}

// The slots that a flag may mean; a name at the top level hides those inside methods.
static std::vector<Slot> meant(const std::vector<Slot>& slots, const Given& g) {
  std::vector<Slot> fit;
  for (const Slot& s : slots) {
    const std::string name = flag_name(s.option->name);
    if (name == g.name || (s.option->type.kind == Type::boolean && "no-" + name == g.name)) fit.push_back(s);
  }
  for (const Slot& s : fit)
    if (s.path.size() == 1) return {Slot(s)};
  return fit;
}

static void apply(const Command& c, const Given& g, const Slot& slot, Value& section, std::vector<std::string>& problems) {
  const Option& o = *slot.option;
  try {
    Value v = g.values.empty() ? Value(flag_name(o.name) == g.name) : literal(o.type, g.values[0]);
    for (size_t k = 1; k < g.values.size(); ++k) {  // of a flag that repeats
      if (!o.type.repeats) throw Error("is given " + std::to_string(g.values.size()) + " times", Exit::usage);
      for (const Value& item : literal(o.type, g.values[k]).items()) v.items().push_back(item);
    }
    // A method's options are checked once it is merged over the present choice and all flags are in.
    const bool partial = o.type.kind == Type::method && (v.is_object() || find_method(o, Value(Value::Object{{"type", v}})));
    const std::string problem = partial || slot.open ? "" : check(o, v);
    if (problem.empty())
      assign(c.options, section, slot.path, v);
    else
      problems.push_back("--" + g.name + ": " + problem);
  } catch (const Error& e) {
    problems.push_back("--" + g.name + ": " + e.what());
  }
}

void apply_flags(const Command& c, const Arguments& given, Value& section, std::vector<std::string>& problems, bool only_choices) {
  std::set<std::string> shared;
  for (const Flag& f : shared_flags(c)) shared.insert(f.name);
  std::vector<const Given*> pending;
  for (const Given& g : given.flags)
    if (!shared.count(g.name)) pending.push_back(&g);

  // Choices of methods first, the outermost before those inside it; then the values.
  while (!pending.empty()) {
    std::vector<Slot> slots;
    slots_of(c.options, section, {}, slots);
    std::vector<std::vector<Slot>> fits;
    size_t next = 0, least = SIZE_MAX;
    for (size_t k = 0; k < pending.size(); ++k) {
      fits.push_back(meant(slots, *pending[k]));
      const bool choice = fits[k].size() == 1 && fits[k][0].option->type.kind == Type::method;
      if (choice && fits[k][0].path.size() < least) next = k, least = fits[k][0].path.size();
    }
    if (only_choices && least == SIZE_MAX) return;
    const Given& g = *pending[next];
    const std::vector<Slot>& fit = fits[next];
    if (fit.size() == 1) {
      apply(c, g, fit[0], section, problems);
    } else if (fit.empty()) {
      problems.push_back("'--" + g.name + "' " + belongs(c, g.name, section));
    } else {
      std::string paths;
      for (const Slot& s : fit)
        paths += (paths.empty() ? "--set " : " or --set ") + dotted(s.path) + "=" + (g.values.empty() ? "true" : g.values[0]);
      problems.push_back("'--" + g.name + "' is ambiguous here: write " + paths);
    }
    pending.erase(pending.begin() + std::ptrdiff_t(next));
  }
}

void verify(const Command& c) {
  const auto wrong = [&](const std::string& what) { throw Error("the declaration of '" + c.name + "' " + what); };
  if (c.summary.empty()) wrong("has no summary");
  if (c.verbs.empty() && !c.run) wrong("has no run()");
  if (c.examples.empty()) wrong("has no example");
  std::set<std::string> names;
  std::set<char> letters;
  for (const Flag& f : shared_flags(c)) {
    names.insert(f.name);
    if (f.letter) letters.insert(f.letter);
  }
  for (const Option& o : c.options) {
    if (!names.insert(flag_name(o.name)).second) wrong("names --" + flag_name(o.name) + " twice");
    if (o.letter && !letters.insert(o.letter).second) wrong("uses -" + std::string(1, o.letter) + " twice");
    if (o.doc.empty()) wrong("says nothing about --" + flag_name(o.name));
  }
  for (const Input& i : c.inputs)
    if (!i.option.empty() && std::none_of(c.options.begin(), c.options.end(), [&](const Option& o) { return o.name == i.option; }))
      wrong("binds " + i.name + " to the unknown option '" + i.option + "'");
}

}  // namespace dm::cli
