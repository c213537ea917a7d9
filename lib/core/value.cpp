#include "core/value.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"

namespace dm {

Value Value::numbers(const std::vector<double>& x) { return Value(Array(x.begin(), x.end())); }
Value Value::texts(const std::vector<std::string>& s) { return Value(Array(s.begin(), s.end())); }

std::string shortest(double x) {
  char buffer[40];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr};
}

const char* Value::type_name() const {
  static const char* names[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
  return names[v_.index()];
}

[[noreturn]] static void wrong(const Value& v, const char* wanted) {
  std::string shown = to_json(v);
  if (shown.size() > 60) shown = shown.substr(0, 57) + "...";
  throw Error(std::string("found ") + shown + " (" + v.type_name() + "), expected " + wanted, Exit::spec);
}

bool Value::boolean() const { return is_bool() ? std::get<bool>(v_) : (wrong(*this, "true or false"), false); }

int64_t Value::integer() const { return is_integer() ? std::get<int64_t>(v_) : (wrong(*this, "an integer"), 0); }

double Value::number() const {
  if (is_integer()) return double(std::get<int64_t>(v_));
  if (!is_number()) wrong(*this, "a number");
  return std::get<double>(v_);
}

const std::string& Value::text() const& {
  if (!is_text()) wrong(*this, "a string");
  return std::get<std::string>(v_);
}

const Value::Array& Value::items() const& {
  if (!is_array()) wrong(*this, "an array");
  return std::get<Array>(v_);
}

const Value::Object& Value::members() const& {
  if (!is_object()) wrong(*this, "an object");
  return std::get<Object>(v_);
}

Value::Array& Value::items() & { return const_cast<Array&>(std::as_const(*this).items()); }
Value::Object& Value::members() & { return const_cast<Object&>(std::as_const(*this).members()); }

std::vector<double> Value::numbers() const {
  std::vector<double> x;
  for (const Value& v : items()) x.push_back(v.number());
  return x;
}

Matrix<double> Value::matrix() const {
  const Array& rows = items();
  Matrix<double> m(int64_t(rows.size()), rows.empty() ? 0 : int64_t(rows[0].items().size()));
  for (int64_t i = 0; i < m.rows; ++i) {
    const std::vector<double> x = rows[size_t(i)].numbers();
    if (int64_t(x.size()) != m.cols) wrong(*this, "rows of equal length");
    std::copy(x.begin(), x.end(), m[i]);
  }
  return m;
}

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& [k, v] : std::get<Object>(v_))
    if (k == key) return &v;
  return nullptr;
}

const Value& Value::operator[](std::string_view key) const& {
  if (const Value* v = find(key)) return *v;
  throw Error("the key '" + std::string(key) + "' is missing", Exit::spec);
}

void Value::set(std::string_view key, Value v) {
  if (is_null()) v_ = Object{};
  for (auto& [k, old] : members())
    if (k == key) return void(old = std::move(v));
  members().emplace_back(std::string(key), std::move(v));
}

// Builds a Value from SAX events, so that duplicate keys and depth are seen (the library's own tree drops the former silently).
namespace {
struct Builder : nlohmann::json_sax<nlohmann::json> {
  Value root;
  std::vector<Value*> stack;
  std::string key_;
  std::string problem;

  bool put(Value v, Value** where = nullptr) {
    Value* slot = &root;
    if (!stack.empty()) {
      Value& top = *stack.back();
      if (top.is_array()) {
        slot = &top.items().emplace_back();
      } else {
        top.members().emplace_back(key_, Value());
        slot = &top.members().back().second;
      }
    }
    *slot = std::move(v);
    if (where) *where = slot;
    return true;
  }
  bool open(Value v) {
    if (stack.size() >= 64) return problem = "nested deeper than 64 levels", false;
    Value* slot;
    put(std::move(v), &slot);
    stack.push_back(slot);
    return true;
  }
  bool close() { return stack.pop_back(), true; }
  bool null() override { return put(Value()); }
  bool boolean(bool b) override { return put(Value(b)); }
  bool number_integer(int64_t i) override { return put(Value(i)); }
  bool number_unsigned(uint64_t u) override { return u > uint64_t(INT64_MAX) ? put(Value(double(u))) : put(Value(int64_t(u))); }
  bool number_float(double x, const std::string& s) override {
    if (!std::isfinite(x)) return problem = "the number " + s + " is not finite", false;
    return put(Value(x));
  }
  bool string(std::string& s) override { return put(Value(s)); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Value::object()); }
  bool start_array(size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& k) override {
    if (stack.back()->find(k)) return problem = "the key '" + k + "' stands twice in one object", false;
    key_ = k;
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& e) override {
    problem = e.what();  // "[json.exception.parse_error.101] parse error at line 3, column 4: ..."
    if (const size_t at = problem.find("] "); at != std::string::npos) problem = problem.substr(at + 2);
    return false;
  }
};
}  // namespace

Value parse_json(std::string_view text, std::string_view name) {
  const std::string who(name);
  if (text.size() > (16u << 20)) throw Error(who + " has " + std::to_string(text.size()) + " bytes; JSON is read up to 16 MiB", Exit::spec);
  Builder b;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &b)) throw Error(who + " is not valid JSON: " + b.problem, Exit::spec);
  return std::move(b.root);
}

static void quote(const std::string& s, std::string& out) {
  out += nlohmann::json(s).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

static void print(const Value& v, int indent, int depth, std::string& out) {
  const auto newline = [&](int d) {
    if (indent >= 0) out += '\n', out.append(size_t(indent * d), ' ');
  };
  const auto flat = [](const Value::Array& a) {  // rows of scalars read better on one line
    for (const Value& x : a)
      if (x.is_array() || x.is_object()) return false;
    return true;
  };
  if (v.is_null()) {
    out += "null";
  } else if (v.is_bool()) {
    out += v.boolean() ? "true" : "false";
  } else if (v.is_integer()) {
    out += std::to_string(v.integer());
  } else if (v.is_number()) {
    const double x = v.number();
    if (!std::isfinite(x)) return void(out += "null");
    char buffer[40];
    std::string s(buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr);
    if (s.find_first_of(".e") == std::string::npos) s += ".0";  // stays a real number when read back
    out += s;
  } else if (v.is_text()) {
    quote(v.text(), out);
  } else if (v.is_array()) {
    const auto& a = v.items();
    const bool one_line = flat(a);
    out += '[';
    for (size_t i = 0; i < a.size(); ++i) {
      if (i) out += one_line && indent >= 0 ? ", " : ",";
      if (!one_line) newline(depth + 1);
      print(a[i], indent, depth + 1, out);
    }
    if (!one_line && !a.empty()) newline(depth);
    out += ']';
  } else {
    const auto& o = v.members();
    out += '{';
    for (size_t i = 0; i < o.size(); ++i) {
      if (i) out += ',';
      newline(depth + 1);
      quote(o[i].first, out);
      out += indent >= 0 ? ": " : ":";
      print(o[i].second, indent, depth + 1, out);
    }
    if (!o.empty()) newline(depth);
    out += '}';
  }
}

std::string to_json(const Value& v, int indent) {
  std::string out;
  print(v, indent, 0, out);
  return out;
}

static std::string shown(const Value* v) {
  const std::string s = v ? to_json(*v) : "nothing";
  return s.size() > 60 ? s.substr(0, 57) + "..." : s;
}

static void collect(const Value* there, const Value* here, const std::string& pointer, std::vector<std::string>& out) {
  if (there && here && *there == *here) return;
  if (!there || !here || !there->is_object() || !here->is_object()) {
    out.push_back(pointer + ": " + shown(there) + " there, " + shown(here) + " here");
    return;
  }
  if (const Value* a = there->find("type"), *b = here->find("type"); a && b && !(*a == *b))  // other options, too
    return collect(a, b, pointer + "/type", out);
  for (const auto& [key, v] : there->members()) collect(&v, here->find(key), pointer + "/" + key, out);
  for (const auto& [key, v] : here->members())
    if (!there->find(key)) collect(nullptr, &v, pointer + "/" + key, out);
}

std::vector<std::string> differences(const Value& there, const Value& here) {
  std::vector<std::string> out;
  collect(&there, &here, "", out);
  return out;
}

}  // namespace dm
