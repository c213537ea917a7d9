#include "job/assertion.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <set>

#include "core/error.h"

namespace dm::job {
namespace {

// What the names meant in one evaluation, for the sentence.
struct Trace {
  const Value* results = nullptr;
  std::vector<std::string> seen;
  std::string missing;  // why there is no number
};
using Term = std::function<double(Trace&)>;

std::string shown(double x) {
  if (!std::isfinite(x)) return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
  return to_json(x == std::floor(x) && std::abs(x) < 1e15 ? Value(int64_t(x)) : Value(x));
}

double look_up(const std::string& metric, const std::vector<std::string>& fields, Trace& trace) {
  std::string name = metric;
  const Value* v = trace.results->find(metric);
  const Value* entry = v;
  for (const std::string& f : fields) {
    name += "." + f;
    if (v && v->is_array()) {
      size_t i = 0;
      const auto [end, error] = std::from_chars(f.data(), f.data() + f.size(), i);
      v = error == std::errc() && end == f.data() + f.size() && i < v->items().size() ? &v->items()[i] : nullptr;
    } else if (v) {
      v = v->find(f);
    }
  }
  if (v && v->is_number() && std::isfinite(v->number())) {
    const std::string line = name + " = " + shown(v->number());
    if (std::find(trace.seen.begin(), trace.seen.end(), line) == trace.seen.end()) trace.seen.push_back(line);
    return v->number();
  }
  const Value* reason = entry ? entry->find(fields.back() == "floor" ? "floor_reason" : "reason") : nullptr;
  if (trace.missing.empty())
    trace.missing = name +
                    (v && v->is_null() ? " is null"
                     : v               ? " is no number"
                                       : " is not in the results") +
                    (reason && reason->is_text() ? " (" + reason->text() + ")" : "");
  return NAN;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  Assertion assertion() {
    const Term left = sum();
    skip();
    std::string op = take("<=") ? "<=" : take(">=") ? ">=" : take("<") ? "<" : take(">") ? ">" : "";
    if (op.empty()) fail("expected a comparison: <, <=, > or >=");
    const Term right = sum();
    skip();
    if (at_ < text_.size()) fail("expected the end");
    if (metrics_.empty()) fail("no metric is named");
    const auto check = [text = text_, left, right, op](const Value& results) {
      Trace trace{&results, {}, ""};
      const double a = left(trace), b = right(trace);
      const bool pass = op == "<" ? a < b : op == "<=" ? a <= b : op == ">" ? a > b : a >= b;
      std::string why;
      for (const std::string& s : trace.seen) why += (why.empty() ? " (" : ", ") + s;
      if (!why.empty()) why += ")";
      if (!trace.missing.empty()) return Verdict{false, "'" + text + "' fails: " + trace.missing + "; an assertion that meets null fails."};
      if (!std::isfinite(a) || !std::isfinite(b))
        return Verdict{false, "'" + text + "' fails: it divides by zero or overflows" + why + "."};
      if (pass) return Verdict{true, "'" + text + "' holds: " + shown(a) + " " + op + " " + shown(b) + why + "."};
      return Verdict{false, "'" + text + "' fails: " + shown(a) + " is not " + op + " " + shown(b) + why + "."};
    };
    return {text_, {metrics_.begin(), metrics_.end()}, check};
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw Error("assertion '" + text_ + "', character " + std::to_string(at_ + 1) + ": " + expected + ". Example: 'w2/floor < 1.6'.",
                Exit::spec);
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view s) {
    skip();
    if (text_.compare(at_, s.size(), s) != 0) return false;
    at_ += s.size();
    return true;
  }
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool digit(char c) { return c >= '0' && c <= '9'; }
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  // letters and digits; '-' where a letter follows ("nn-share", but "sw2 -1").
  std::string word() {
    std::string s;
    while (letter(peek()) || digit(peek()) || (!s.empty() && peek() == '-' && letter(peek(1)))) s += text_[at_++];
    return s;
  }

  Term sum() {
    Term left = product();
    for (;;) {
      if (take("+"))
        left = [a = left, b = product()](Trace& t) {
          const double x = a(t);
          return x + b(t);
        };
      else if (take("-"))
        left = [a = left, b = product()](Trace& t) {
          const double x = a(t);
          return x - b(t);
        };
      else
        return left;
    }
  }
  Term product() {
    Term left = factor();
    for (;;) {
      if (take("*"))
        left = [a = left, b = factor()](Trace& t) {
          const double x = a(t);
          return x * b(t);
        };
      else if (take("/"))
        left = [a = left, b = factor()](Trace& t) {
          const double x = a(t);
          return x / b(t);
        };
      else
        return left;
    }
  }
  Term factor() {
    if (++depth_ > 100) fail("too many nested parentheses or signs");
    const Term t = atom();
    --depth_;
    return t;
  }
  Term atom() {
    if (take("-")) return [a = factor()](Trace& t) { return -a(t); };
    if (take("(")) return closed(sum());
    skip();
    if (digit(peek()) || (peek() == '.' && digit(peek(1)))) return constant();
    if (!letter(peek())) fail("expected a metric, a number or '('");
    std::string name = word();
    if (name == "abs" && take("(")) return [a = closed(sum())](Trace& t) { return std::abs(a(t)); };
    std::vector<std::string> fields;
    if (name == "floor") {
      if (last_.empty()) fail("'floor' stands for the floor of the metric named before it, and none is");
      name = last_, fields = {"floor"};
    }
    while (peek() == '.') {
      ++at_;
      fields.push_back(word());
      if (fields.back().empty()) fail("expected the name of a field");
    }
    if (fields.empty()) fields = {"value"};
    last_ = name;
    metrics_.insert(name);
    return [name, fields](Trace& t) { return look_up(name, fields, t); };
  }
  Term closed(Term inside) {
    if (!take(")")) fail("expected ')'");
    return inside;
  }
  Term constant() {
    double x = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), x);
    if (error != std::errc() || !std::isfinite(x)) fail("expected a finite number");
    at_ = size_t(end - text_.data());
    return [x](Trace&) { return x; };
  }

  std::string text_, last_;
  size_t at_ = 0;
  int depth_ = 0;
  std::set<std::string> metrics_;
};

}  // namespace

Assertion parse_assertion(const std::string& text) { return Parser(text).assertion(); }

std::vector<Assertion> parse_assertions(const Value& expected, const std::string& name) {
  const Value* list = expected.find("assert");
  if (!list || !list->is_array() || expected.members().size() != 1)
    throw Error(name + ": expected an object with the one key \"assert\", an array of strings such as \"w2/floor < 1.6\".", Exit::spec);
  if (list->items().empty())
    throw Error(name + ": /assert: found [], expected at least one comparison such as \"w2/floor < 1.6\".", Exit::spec);
  std::vector<Assertion> out;
  for (const Value& v : list->items()) {
    if (!v.is_text())
      throw Error(name + ": /assert/" + std::to_string(out.size()) + ": found " + to_json(v) + ", expected a string.", Exit::spec);
    try {
      out.push_back(parse_assertion(v.text()));
    } catch (const Error& e) {
      throw e.in(name + ": /assert/" + std::to_string(out.size()));
    }
  }
  return out;
}

void require_metrics(const std::vector<Assertion>& assertions, const std::vector<std::string>& chosen) {
  for (const Assertion& a : assertions)
    for (const std::string& m : a.metrics)
      if (std::find(chosen.begin(), chosen.end(), m) == chosen.end())
        throw Error("assertion '" + a.text + "' names '" + m + "', which is not among the chosen --metrics." + did_you_mean(m, chosen),
                    Exit::spec);
}

}  // namespace dm::job
