#include "core/option.h"

#include <algorithm>
#include <cmath>

namespace dm {

static Type of(Type::Kind kind, double lo = -HUGE_VAL, double hi = HUGE_VAL) {
  Type t;
  t.kind = kind, t.lo = lo, t.hi = hi;
  return t;
}
Type flag() { return of(Type::boolean); }
Type integer(double lo, double hi) { return of(Type::integer, lo, hi); }
Type number(double lo, double hi) { return of(Type::number, lo, hi); }
Type numbers(double lo, double hi) { return of(Type::numbers, lo, hi); }
Type matrix() { return of(Type::matrix); }
Type text() { return of(Type::text); }
Type list(int least) {
  Type t = of(Type::list);
  t.least = least;
  return t;
}
Type texts() {
  Type t = of(Type::list);
  t.repeats = true;
  return t;
}
Type any(const Family& (*family)()) {
  Type t = of(Type::any);
  t.family = family;
  return t;
}
Type choice(std::vector<std::string> names) {
  Type t = of(Type::choice);
  t.choices = std::move(names);
  return t;
}
Type method(const Family& (*family)()) {
  Type t = of(Type::method);
  t.family = family;
  return t;
}

static std::string shown(double x) {
  if (std::abs(x) == 0x1p53 || std::abs(x) == 0x1p63) return std::string(x < 0 ? "-" : "") + (std::abs(x) == 0x1p53 ? "2^53" : "2^63");
  return to_json(std::abs(x) < 1e15 && x == std::floor(x) ? Value(int64_t(x)) : Value(x));
}

static std::string joined(const std::vector<std::string>& names) {
  std::string s;
  for (const auto& n : names) s += (s.empty() ? "" : " | ") + n;
  return s;
}

// Bounds beyond `far` (those of integers as such) are left out.
static std::string range(const Type& t, double far) {
  const bool lo = std::isfinite(t.lo) && t.lo > -far, hi = std::isfinite(t.hi) && t.hi < far;
  if (lo && hi) return std::string(" in ") + (t.lo_open ? "(" : "[") + shown(t.lo) + ", " + shown(t.hi) + (t.hi_open ? ")" : "]");
  if (lo) return (t.lo_open ? " > " : " >= ") + shown(t.lo);
  if (hi) return (t.hi_open ? " < " : " <= ") + shown(t.hi);
  return "";
}

static std::string described(const Type& t, double far) {
  switch (t.kind) {
    case Type::boolean: return "true or false";
    case Type::integer: return "integer" + range(t, far);
    case Type::number: return "number" + range(t, far);
    case Type::numbers: return "array of numbers" + range(t, far);
    case Type::matrix: return "array of arrays of numbers";
    case Type::text: return "string";
    case Type::list:
      return "array of " + (t.least ? "at least " + std::to_string(t.least) + " string" + (t.least > 1 ? "s" : "") : "strings");
    case Type::choice: return joined(t.choices);
    case Type::method: return joined(t.family().names());
    case Type::any: return "any value";
  }
  return "";
}

std::string Type::describe() const { return described(*this, 9e15); }
std::string Type::bounds() const { return described(*this, HUGE_VAL); }

const Method& Family::at(std::string_view method) const {
  for (const Method* m : methods)
    if (m->name == method) return *m;
  throw Error("unknown " + name + " '" + std::string(method) + "'; known: " + joined(names()) + "." + did_you_mean(method, names()),
              Exit::spec);
}

std::vector<const Method*> Family::offering(std::string_view option) const {
  std::vector<const Method*> out;
  for (const Method* m : methods)
    for (const Option& o : m->options)
      if (o.name == option) out.push_back(m);
  return out;
}

std::vector<std::string> Family::names() const {
  std::vector<std::string> out;
  for (const Method* m : methods) out.push_back(m->name);
  return out;
}

static bool within(const Type& t, long double x) {  // its 64 bits hold every int64
  return std::isfinite(x) && (t.lo_open ? x > t.lo : x >= t.lo) && (t.hi_open ? x < t.hi : x <= t.hi);
}

static bool fits(const Type& t, const Value& v) {
  const auto all = [&](auto&& test) {
    if (!v.is_array()) return false;
    for (const Value& x : v.items())
      if (!test(x)) return false;
    return true;
  };
  switch (t.kind) {
    case Type::boolean: return v.is_bool();
    case Type::integer: return v.is_integer() && within(t, v.integer());
    case Type::number: return v.is_number() && within(t, v.number());
    case Type::numbers: return all([&](const Value& x) { return x.is_number() && within(t, x.number()); });
    case Type::matrix:
      return all([&](const Value& row) {
        if (!row.is_array() || row.items().size() != v.items()[0].items().size()) return false;
        for (const Value& x : row.items())
          if (!x.is_number()) return false;
        return true;
      });
    case Type::text: return v.is_text();
    case Type::list: return all([](const Value& x) { return x.is_text(); }) && int(v.items().size()) >= t.least;
    case Type::choice:
      for (const auto& c : t.choices)
        if (v.is_text() && v.text() == c) return true;
      return false;
    case Type::method: return false;  // resolved apart
    case Type::any: return true;
  }
  return false;
}

// One form for one value, so that equal specs print equal text: real numbers are held as doubles, and integers written as 1e4 or 2.0
// (JSON Schema counts them as integers) as integers. What does not fit is left as it is.
static Value canonical(const Type& t, const Value& v) {
  if ((t.kind == Type::numbers || t.kind == Type::matrix) && v.is_array()) {
    Value::Array items;
    for (const Value& x : v.items()) items.push_back(canonical(x.is_array() ? t : number(), x));
    return items;
  }
  if (t.kind == Type::number && v.is_integer()) return v.number();
  if (t.kind != Type::integer || v.is_integer() || !v.is_number()) return v;
  const double x = v.number();
  return std::abs(x) <= 9007199254740992.0 && x == std::floor(x) ? Value(int64_t(x)) : v;
}

static void mismatch(const Type& t, const Value& v, const std::string& pointer, std::vector<std::string>& problems) {
  std::string found = to_json(v);
  if (found.size() > 60) found = found.substr(0, 57) + "...";
  const auto& names = t.kind == Type::method ? t.family().names() : t.choices;
  problems.push_back(pointer + ": found " + found + ", expected " + t.bounds() + "." + (v.is_text() ? did_you_mean(v.text(), names) : ""));
}

Value resolve(const Family& family, const Value& given, const std::string& pointer, std::vector<std::string>& problems) {
  const Value* type = given.is_object() ? given.find("type") : &given;
  const Method* found = nullptr;
  for (const Method* m : family.methods)
    if (type && type->is_text() && m->name == type->text()) found = m;
  if (!found) {
    Type t;
    t.kind = Type::choice, t.choices = family.names();
    mismatch(t, type ? *type : Value(), given.is_object() ? pointer + "/type" : pointer, problems);
    return given;
  }
  Value rest = Value::object();
  if (given.is_object())
    for (const auto& [k, v] : given.members())
      if (k != "type") rest.set(k, v);
  Value out = Value::object();
  out.set("type", found->name);
  Value own = resolve(found->options, rest, pointer, problems);
  for (auto& [k, v] : own.members()) out.set(k, std::move(v));
  return out;
}

// Options of a method that is not named: each must suit one of those that have it.
static Value left_open(const Option& open, const Value& given, const std::string& pointer, std::vector<std::string>& problems) {
  Value out = Value::object();
  for (const auto& [key, v] : given.members()) {
    std::string expected;
    bool suits = false;
    for (const Method* m : open.type.family().offering(key))
      for (const Option& o : m->options)
        if (o.name == key && !suits) {
          const Value held = canonical(o.type, v);
          suits = fits(o.type, held) || (v.is_null() && o.dflt.is_null()) || o.type.kind == Type::method;
          if (suits) out.set(key, held);
          if (expected.find(o.type.bounds()) == std::string::npos) expected += (expected.empty() ? "" : "; or ") + o.type.bounds();
        }
    if (!suits)
      problems.push_back(
          pointer + "/" + key +
          (expected.empty() ? ": unknown key; no " + open.name + " has it." : ": found " + to_json(v) + ", expected " + expected + "."));
  }
  return out;
}

Value resolve(const std::vector<Option>& options, const Value& given, const std::string& pointer, std::vector<std::string>& problems) {
  Value out = Value::object();
  if (!given.is_null() && !given.is_object()) {
    problems.push_back((pointer.empty() ? "/" : pointer) + ": found " + to_json(given) + ", expected an object");
    return out;
  }
  std::vector<std::string> known;
  for (const Option& o : options) known.push_back(o.name);
  if (given.is_object())
    for (const auto& [key, v] : given.members())
      if (std::find(known.begin(), known.end(), key) == known.end())
        problems.push_back(pointer + "/" + key + ": unknown key." + did_you_mean(key, known));
  for (const Option& o : options) {
    const Value* set = given.find(o.name);
    const Value& v = set ? *set : o.dflt;
    const std::string at = pointer + "/" + o.name;
    if (v.is_null() && (!set || o.dflt.is_null())) {
      if (o.required) problems.push_back(at + ": missing, expected " + o.type.describe());
      out.set(o.name, v);
    } else if (o.type.kind == Type::method && o.type.open && v.is_object() && !v.find("type")) {
      out.set(o.name, left_open(o, v, at, problems));
    } else if (o.type.kind == Type::method) {
      out.set(o.name, resolve(o.type.family(), v, at, problems));
    } else {
      const Value held = canonical(o.type, v);
      if (!fits(o.type, held)) mismatch(o.type, v, at, problems);
      out.set(o.name, held);
    }
  }
  return out;
}

Value or_default(const Value& v, const Family& family, const char* name) {
  if (!v.is_null()) return v;
  std::vector<std::string> problems;
  return resolve(family, name, "", problems);
}

void throw_problems(const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string all;
  for (const auto& p : problems) all += (all.empty() ? "" : "\n  ") + p;
  throw Error(all, Exit::spec);
}

}  // namespace dm
