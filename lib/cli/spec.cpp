#include "cli/spec.h"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "cli/literal.h"
#include "core/random.h"

namespace dm::cli {

const std::vector<std::string>& commands() {
  static const std::vector<std::string> names{"dm-data", "dm-noise", "dm-train",  "dm-sample", "dm-ipf",
                                              "dm-dsbm", "dm-eval",  "dm-theory", "dm-plot"};
  return names;
}

Option seed_option() { return {.name = "seed", .type = integer(0, 0x1p63).below(), .dflt = 1, .doc = ""}; }

int64_t section_seed(int64_t run_seed, std::string_view section) {
  return int64_t((Stream(uint64_t(run_seed)) / "section" / section).key >> 11);
}

Section section_of(const Value& run, const std::string& file, const std::string& name, const std::string& command) {
  Section s{file, name.empty() ? command : command + ":" + name};
  if (!run.is_object()) throw Error(file + ": found " + run.type_name() + ", expected an object with one section per step", Exit::spec);
  if (run.find("spec") && run.find("outputs"))
    throw Error(file + " is the output of --dry-run; its member /spec is the run spec", Exit::spec);
  std::vector<std::string> problems, known = commands(), own;
  known.push_back("seed");
  for (const auto& [key, v] : run.members()) {
    const std::string of = key.substr(0, key.find(':'));
    if (key == "seed") continue;
    if (std::find(commands().begin(), commands().end(), of) == commands().end())
      problems.push_back(file + ": /" + key + ": no command of this name; expected 'seed', COMMAND or COMMAND:NAME." +
                         did_you_mean(of, known));
    else if (!v.is_object())
      problems.push_back(file + ": /" + key + ": found " + v.type_name() + ", expected an object");
    if (of == command) own.push_back(key);
  }
  const Option seed = seed_option();
  if (const Value* v = run.find("seed"))
    if (const std::string p = check(seed, *v); !p.empty()) problems.push_back(file + ": /seed: " + p);
  throw_problems(problems);

  if (const Value* body = run.find(s.name)) {
    s.body = Value::object(), s.stands = true;
    for (const auto& [key, v] : body->members()) key == "seed" ? void(s.seed = v) : s.body.set(key, v);
    if (const std::string p = check(seed, s.seed); !p.empty()) throw Error(file + ": /" + s.name + "/seed: " + p, Exit::spec);
  } else if (!name.empty()) {
    std::vector<std::string> names;
    for (const std::string& k : own) names.push_back(k.substr(std::min(k.size(), command.size() + 1)));
    throw Error(file + " has no section '" + s.name + "'." + did_you_mean(name, names), Exit::spec);
  } else if (!own.empty()) {
    std::string all;
    for (const std::string& k : own) all += (all.empty() ? "'" : ", '") + k + "'";
    throw Error(file + " has no section '" + command + "' but " + all + "; choose one with FILE#NAME", Exit::spec);
  }
  if (s.seed.is_null() && run.find("seed")) s.seed = section_seed(run["seed"].integer(), s.name);
  return s;
}

Section read_section(const std::string& argument, const std::string& command) {
  std::string path = argument, name;
  if (const size_t hash = argument.rfind('#'); hash != argument.npos && access(argument.c_str(), F_OK) != 0)
    path = argument.substr(0, hash), name = argument.substr(hash + 1);
  const std::string shown = path == "-" ? "standard input" : "'" + path + "'";
  return section_of(parse_json(read_text(path), shown), shown, name, command);
}

static const Option* find(const std::vector<Option>& options, const std::string& name) {
  for (const Option& o : options)
    if (o.name == name) return &o;
  return nullptr;
}

static Value as_object(const Value& method) {
  if (!method.is_text()) return method;
  Value v;
  v.set("type", method);
  return v;
}

const Method* find_method(const Option& o, const Value& chosen) {
  const Value* type = chosen.find("type");
  for (const Method* m : o.type.family().methods)
    if (type && type->is_text() && type->text() == m->name) return m;
  return nullptr;
}

static Value merge(const Option& o, const Value& now, const Value& incoming) {
  const Value in = as_object(incoming);
  if (!in.is_object()) return incoming;
  const Value *type = in.find("type"), *old = now.find("type");
  if (!old && o.type.open && now.is_object()) {
    Value both = in;
    for (const auto& [k, v] : now.members())
      if (!both.find(k)) both.set(k, v);
    return both;
  }
  if (!old || (type && !(*type == *old))) return in;
  Value layer = Value::object();
  for (const auto& [k, v] : in.members())
    if (k != "type") layer.set(k, v);
  const Method* m = find_method(o, now);
  return overlay(m ? m->options : std::vector<Option>{}, now, layer);
}

Value chosen(const Option& o, const Value& section) {
  const Value* v = section.find(o.name);
  const Value base = as_object(o.dflt);
  return v ? merge(o, base, *v) : base;
}

Value overlay(const std::vector<Option>& options, Value base, const Value& layer) {
  if (!layer.is_object()) return layer.is_null() ? base : layer;
  for (const auto& [key, v] : layer.members()) {
    const Option* o = find(options, key);
    base.set(key, o && o->type.kind == Type::method && !v.is_null() ? merge(*o, chosen(*o, base), v) : v);
  }
  return base;
}

std::vector<std::string> dropped(const std::vector<Option>& options, const Value& before, const Value& after) {
  std::vector<std::string> out;
  for (const Option& o : options) {
    if (o.type.kind != Type::method || !before.find(o.name)) continue;
    const Value was = chosen(o, before), is = chosen(o, after);
    const Method *old = find_method(o, was), *now = find_method(o, is);
    if (!old || !now) continue;
    if (old == now) {
      for (std::string& s : dropped(old->options, was, is)) out.push_back(std::move(s));
      continue;
    }
    std::vector<std::string> problems;
    const Value plain = resolve(o.type.family(), old->name, "", problems), set = resolve(o.type.family(), was, "", problems);
    std::string all;
    for (const auto& [key, v] : set.members())
      if (const Value* dflt = plain.find(key); dflt && !(*dflt == v)) all += (all.empty() ? "" : ", ") + key + " " + to_json(v);
    if (!all.empty())
      out.push_back("the " + o.name + " is " + now->name + " in the place of " + old->name +
                    ", and what was set of that is dropped: " + all);
  }
  return out;
}

static std::string joined(const std::vector<std::string>& path, size_t n) {
  std::string s;
  for (size_t i = 0; i < n; ++i) s += (i ? "." : "") + path[i];
  return s;
}

static void assign_at(const std::vector<Option>& options, Value& section, const std::vector<std::string>& path, size_t depth,
                      const std::function<Value(const Type&)>& value) {
  const std::string& key = path[depth];
  const bool last = depth + 1 == path.size();
  const Option* o = find(options, key);
  if (!o) {
    std::vector<std::string> known;
    for (const Option& k : options) known.push_back(k.name);
    throw Error("'" + joined(path, depth + 1) + "' is unknown." + did_you_mean(key, known), Exit::spec);
  }
  if (o->type.kind == Type::method) {
    Value now = chosen(*o, section);
    if (last || path[depth + 1] == "type") {
      const Value v = value(o->type);
      now = v.is_null() ? v : merge(*o, now, v);
    } else {
      const Method* m = find_method(*o, now);
      if (!m && o->type.open && !now.find("type"))
        if (const auto all = o->type.family().offering(path[depth + 1]); !all.empty()) m = all[0];
      if (!m) throw Error("'" + joined(path, depth + 1) + "' must be chosen first: " + o->type.describe(), Exit::spec);
      assign_at(m->options, now, path, depth + 1, value);
    }
    section.set(key, now);
  } else if (last) {
    section.set(key, value(o->type));
  } else if (o->type.kind == Type::any) {
    std::vector<Value> chain{section.find(key) ? *section.find(key) : o->dflt};
    for (size_t i = depth + 1; i + 1 < path.size(); ++i) chain.push_back(chain.back().find(path[i]) ? chain.back()[path[i]] : Value());
    Value inner = value(any());
    for (size_t i = path.size() - 1; i > depth; --i) {
      Value outer = chain[i - depth - 1].is_object() ? chain[i - depth - 1] : Value::object();
      outer.set(path[i], inner);
      inner = outer;
    }
    section.set(key, inner);
  } else {
    throw Error("'" + joined(path, depth + 1) + "' takes " + o->type.describe() + " and has no keys of its own", Exit::spec);
  }
}

void assign(const std::vector<Option>& options, Value& section, const std::vector<std::string>& path, const Value& v) {
  assign_at(options, section, path, 0, [&](const Type&) { return v; });
}

std::vector<std::string> path_of(const std::string& dotted) {
  std::vector<std::string> path(1);
  for (const char c : dotted) c == '.' ? void(path.emplace_back()) : path.back().push_back(c);
  return path;
}

void assign(const std::vector<Option>& options, Value& section, const std::string& assignment) {
  const size_t equal = assignment.find('=');
  if (equal == 0 || equal == assignment.npos) throw Error("found '" + assignment + "', expected path.to.key=value", Exit::usage);
  assign_at(options, section, path_of(assignment.substr(0, equal)), 0,
            [&](const Type& t) { return assigned(t, assignment.substr(equal + 1)); });
}

}  // namespace dm::cli
