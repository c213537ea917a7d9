#include "cli/literal.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>

namespace dm::cli {

bool integral(double x) { return std::floor(x) == x && std::abs(x) <= 9007199254740992.0; }

// "007" is octal to C and a typo to most people; "-0.5" and "0.5" are fine.
static bool leading_zero(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  return s.size() > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9';
}

bool parse_number(std::string_view s, double& x) {
  if (s.empty() || leading_zero(s)) return false;
  for (const char c : s)
    if (!std::strchr("0123456789+-.eE", c)) return false;  // leaves out hex, nan and inf
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), x);
  return error == std::errc() && end == s.data() + s.size() && std::isfinite(x);
}

bool parse_integer(std::string_view s, int64_t& i) {
  if (s.empty() || leading_zero(s)) return false;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), i);
  if (error == std::errc() && end == s.data() + s.size()) return true;
  double x;
  if (s.find_first_of(".eE") == s.npos || !parse_number(s, x) || !integral(x)) return false;
  i = int64_t(x);
  return true;
}

static std::vector<std::string> split(const std::string& s) {
  std::vector<std::string> parts(1);
  for (const char c : s) c == ',' ? void(parts.emplace_back()) : parts.back().push_back(c);
  return parts;
}

static Value number(const std::string& s) {
  int64_t i;
  double x;
  if (s.find_first_of(".eE") == s.npos && parse_integer(s, i)) return i;
  return parse_number(s, x) ? Value(x) : Value(s);
}

// An array or object as it was typed.
static Value json(const Type& type, const std::string& text) {
  try {
    return parse_json(text, "it");
  } catch (const Error& e) {
    throw Error("found '" + text.substr(0, 60) + "', expected " + type.describe() +
                    ". In brackets it is read as JSON, where numbers begin with a digit (0.5) and words stand in double quotes; " +
                    e.what(),
                e.code());
  }
}

static Value json_or_text(const std::string& text) {
  try {
    return parse_json(text, "");
  } catch (const Error&) {
    return text;
  }
}

Value literal(const Type& type, const std::string& text) {
  const bool structured = type.kind == Type::method || type.kind == Type::matrix || type.kind == Type::any || type.kind == Type::numbers;
  if (structured && text.size() > 1 && text[0] == '@') return parse_json(read_text(text.substr(1)), "'" + text.substr(1) + "'");
  if (structured && (text.starts_with('{') || text.starts_with('['))) return json(type, text);
  switch (type.kind) {
    case Type::boolean: return text == "true" ? Value(true) : text == "false" ? Value(false) : Value(text);
    case Type::integer: {
      int64_t i;
      return parse_integer(text, i) ? Value(i) : Value(text);
    }
    case Type::number: return number(text);
    case Type::numbers:
    case Type::list: {
      if (type.repeats) return Value::Array{Value(text)};
      if (text.empty()) return text;  // a variable of the shell that was never set; no items are "[]"
      Value::Array items;
      for (const std::string& part : split(text)) items.push_back(type.kind == Type::list ? Value(part) : number(part));
      return items;
    }
    case Type::any: {
      const Value v = number(text);
      return v.is_text() ? json_or_text(text) : v;
    }
    default: return text;
  }
}

Value assigned(const Type& type, const std::string& text) {
  if (text == "null") return {};
  if (text.starts_with('{') || text.starts_with('[')) return json(type, text);
  return text.starts_with('"') ? json_or_text(text) : literal(type, text);
}

std::string check(const Option& option, const Value& v) {
  if (v.is_null()) return "";
  Option alone = option;
  alone.dflt = {}, alone.required = false;
  Value section;
  section.set(option.name, v);
  std::vector<std::string> problems;
  resolve({alone}, section, "", problems);
  std::string all;
  for (std::string p : problems) {
    if (const std::string own = "/" + option.name + ": "; p.starts_with(own)) p = p.substr(own.size());
    all += (all.empty() ? "" : "; ") + p;
  }
  return all;
}

static std::vector<std::string>& texts() {
  static std::vector<std::string> all;
  return all;
}

const std::vector<std::string>& texts_read() { return texts(); }

std::string read_text(const std::string& path) {
  const bool piped = path == "-";
  texts().push_back(path);
  std::unique_ptr<FILE, int (*)(FILE*)> file(piped ? stdin : std::fopen(path.c_str(), "rbe"),
                                             piped ? [](FILE*) { return 0; } : std::fclose);
  const std::string who = piped ? "standard input" : "'" + path + "'";
  if (!file) throw Error("cannot open " + who + ": " + std::strerror(errno), Exit::no_input);
  std::string text(size_t(16) << 20, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get())) throw Error("cannot read " + who + ": " + std::strerror(errno), errno == EISDIR ? Exit::no_input : Exit::io);
  if (std::fgetc(file.get()) != EOF) throw Error(who + " is larger than 16 MiB, which no JSON text of this toolkit is", Exit::data);
  return text;
}

}  // namespace dm::cli
