// Value: a run spec as a tree of plain values, the form in which engines see JSON (nlohmann/json stays in value.cpp alone).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/mat.h"

namespace dm {

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<std::pair<std::string, Value>>;  // keeps the order in which keys were written

  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : v_(b) {}
  Value(int i) : v_(int64_t(i)) {}
  Value(int64_t i) : v_(i) {}
  Value(double x) : v_(x) {}
  Value(const char* s) : v_(std::string(s)) {}
  Value(std::string s) : v_(std::move(s)) {}
  Value(Array a) : v_(std::move(a)) {}
  Value(Object o) : v_(std::move(o)) {}
  static Value object() { return Value(Object{}); }
  static Value array() { return Value(Array{}); }
  static Value numbers(const std::vector<double>&);
  static Value texts(const std::vector<std::string>&);

  bool is_null() const { return v_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(v_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(v_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(v_); }
  bool is_text() const { return std::holds_alternative<std::string>(v_); }
  bool is_array() const { return std::holds_alternative<Array>(v_); }
  bool is_object() const { return std::holds_alternative<Object>(v_); }
  const char* type_name() const;  // "null", "boolean", "integer", "number", "string", "array", "object"

  // Checked access; a wrong type throws dm::Error (Exit::spec) that names what was found.
  bool boolean() const;
  int64_t integer() const;
  double number() const;
  const std::string& text() const&;
  std::string text() && { return std::as_const(*this).text(); }
  std::vector<double> numbers() const;  // array of numbers
  Matrix<double> matrix() const;        // array of equally long arrays of numbers
  const Array& items() const&;
  const Object& members() const&;
  Array& items() &;
  Object& members() &;
  // Of a temporary by value, so that `for (auto& x : f().items())` does not read what is gone.
  Array items() && { return std::move(items()); }
  Object members() && { return std::move(members()); }

  const Value* find(std::string_view key) const;         // null where absent or not an object
  const Value& operator[](std::string_view key) const&;  // throws where absent
  Value operator[](std::string_view key) && { return std::as_const(*this)[key]; }
  void set(std::string_view key, Value);  // replaces or appends; null becomes an object
  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> v_;
};

// Strict JSON: duplicate keys, comments, trailing text, depth over 64, text over 16 MiB and numbers that are not finite are errors
// (Exit::spec) with line and column. `name` is what the sentence calls the text ("'run.json'").
Value parse_json(std::string_view text, std::string_view name);

// Doubles are printed with the fewest digits that read back as the same bits; indent < 0: one line.
std::string to_json(const Value&, int indent = -1);
std::string shortest(double);  // the fewest digits that read back as the same number: 4 for 4.0

// "/dm-train/steps: 100 there, 200 here" for every leaf that differs.
std::vector<std::string> differences(const Value& there, const Value& here);

}  // namespace dm
