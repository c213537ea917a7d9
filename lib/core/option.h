// Declarations: one Option per setting, one Entry per method, one Family per registry. Parser, help, schema, --print-spec and
// validation are all generated from them; nothing about an option is written anywhere else.
#pragma once
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/value.h"

namespace dm {

struct Family;

// What values an option takes.
struct Type {
  enum Kind {
    boolean,
    integer,
    number,
    text,
    choice,   // one of `choices`
    numbers,  // array of numbers within [lo, hi]
    matrix,   // array of equally long arrays of numbers
    list,     // array of at least `least` strings
    method,   // an entry of `family`: "name", or {"type": "name", its options ...}
    any       // checked by who reads it; `family`, where there is one, is what it names entries of
  } kind = any;
  double lo = -std::numeric_limits<double>::infinity(), hi = std::numeric_limits<double>::infinity();
  bool lo_open = false;  // lo itself is excluded
  bool hi_open = false;
  bool open = false;  // of a method: its options may stand without its name; who makes it finds the name that suits
  int least = 0;
  bool writes = false;   // of a text: it names a file that is written beside the outputs
  bool repeats = false;  // of a list: the flag gives one item, commas and all, and may be given again
  std::vector<std::string> choices;
  const Family& (*family)() = nullptr;

  Type above() const {
    Type t = *this;
    t.lo_open = true;
    return t;
  }
  Type below() const {
    Type t = *this;
    t.hi_open = true;
    return t;
  }
  Type undecided() const {
    Type t = *this;
    t.open = true;
    return t;
  }
  Type written() const {
    Type t = *this;
    t.writes = true;
    return t;
  }
  std::string describe() const;  // "integer >= 1", "number in (0, 1]", "vp | ve | ou"
  std::string bounds() const;    // the same with the bound of integers that describe() leaves out: "integer in [1, 2^53]"
};

Type flag();
Type integer(double lo = -9007199254740992.0, double hi = 9007199254740992.0);
Type number(double lo = -std::numeric_limits<double>::infinity(), double hi = std::numeric_limits<double>::infinity());
Type numbers(double lo = -std::numeric_limits<double>::infinity(), double hi = std::numeric_limits<double>::infinity());
Type matrix();
Type text();
Type list(int least = 0);
Type texts();  // a list whose flag repeats
Type any(const Family& (*family)() = nullptr);
Type choice(std::vector<std::string> names);
Type method(const Family& (*family)());

struct Option {
  std::string name;  // key in the spec and, with '_' as '-', the long flag
  Type type;
  Value dflt;       // null: unset (the doc says what happens then)
  std::string doc;  // one sentence, with unit and meaning of the extremes
  bool required = false;
  char letter = 0;  // short flag, 'n' for -n
};

// A method as the outside sees it. The registries hold Entry<T>, which adds how it is made.
struct Method {
  std::string name, doc, paper;
  std::vector<Option> options;
};

// A registry: "process" -> vp, ve, ou. Defined in the layer that owns the interface, one line an entry.
struct Family {
  std::string name, doc;
  std::vector<const Method*> methods;
  const Method& at(std::string_view method) const;  // throws with the nearest name
  std::vector<std::string> names() const;
  std::vector<const Method*> offering(std::string_view option) const;  // the methods that have this option
};

template <class Made, class... Args>
struct Entry : Method {
  std::function<Made(const Value& options, Args... args)> make;
};

// The entry that a resolved method value ({"type": ..., ...}) names, made.
template <class Made, class... Args>
Made make(const Family& family, const Value& v, std::type_identity_t<Args>... args) {
  return static_cast<const Entry<Made, Args...>&>(family.at(v["type"].text())).make(v, args...);
}

// Checks `given` against the declarations and fills the defaults, in declaration order; null is a value only where it is the default. Every
// problem is appended to `problems` as "JSON-POINTER: found ..., expected ..."; the result is only meaningful when none was added.
Value resolve(const std::vector<Option>&, const Value& given, const std::string& pointer, std::vector<std::string>& problems);
// The same for a single method value of a family ("vp" or {"type": "vp", ...}).
Value resolve(const Family&, const Value& given, const std::string& pointer, std::vector<std::string>& problems);
// A method option where the section leaves it unset: the method `name` with its defaults.
Value or_default(const Value&, const Family&, const char* name);
// Throws one Error (Exit::spec) with all problems, one a line.
void throw_problems(const std::vector<std::string>& problems);

}  // namespace dm
