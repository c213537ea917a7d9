#include <cmath>

#include "cli/describe.h"

namespace dm::cli {

static Value pair(const char* key, Value v) {
  Value o;
  o.set(key, std::move(v));
  return o;
}

static Value names_of(const Family& family) {
  Value::Array names;
  for (const auto& n : family.names()) names.push_back(n);
  return names;
}

static void bounds(const Type& t, Value& o) {
  const auto shown = [](double x) { return x == std::floor(x) && std::abs(x) < 1e15 ? Value(int64_t(x)) : Value(x); };
  if (std::isfinite(t.lo) && t.lo > -9e15) o.set(t.lo_open ? "exclusiveMinimum" : "minimum", shown(t.lo));
  if (std::isfinite(t.hi) && t.hi < 9e15) o.set(t.hi_open ? "exclusiveMaximum" : "maximum", shown(t.hi));
}

// A method: its name; or an object that names it; or, where there is a default, an object with options of that one, and where it may stay
// open with those of any.
static Value method_schema(const Option& o) {
  const Family& family = o.type.family();
  Value::Array forms{pair("enum", names_of(family))};
  const Value* type = o.dflt.is_object() ? o.dflt.find("type") : &o.dflt;
  for (const Method* m : family.methods) {
    Value ref = pair("$ref", "#/definitions/" + family.name + "." + m->name);
    if (o.type.open || (type && *type == Value(m->name))) {
      forms.push_back(ref);
    } else {
      Value form = pair("allOf", Value::Array{ref});
      form.set("required", Value::Array{"type"});
      forms.push_back(form);
    }
  }
  if (o.dflt.is_null()) forms.push_back(pair("type", "null"));
  return pair(o.type.open ? "anyOf" : "oneOf", forms);
}

static Value option_schema(const Option& o) {
  Value s;
  const auto type = [&](const char* name) {
    if (o.dflt.is_null())
      s.set("type", Value::Array{name, "null"});
    else
      s.set("type", name);
  };
  const auto array = [&](Value items) {
    type("array");
    s.set("items", items);
  };
  switch (o.type.kind) {
    case Type::boolean: type("boolean"); break;
    case Type::integer: type("integer"), bounds(o.type, s); break;
    case Type::number: type("number"), bounds(o.type, s); break;
    case Type::text: type("string"); break;
    case Type::choice: {
      Value::Array names(o.type.choices.begin(), o.type.choices.end());
      if (o.dflt.is_null()) names.push_back(nullptr);
      s.set("enum", names);
      break;
    }
    case Type::numbers: {
      Value item = pair("type", "number");
      bounds(o.type, item);
      array(item);
      break;
    }
    case Type::matrix: {
      Value row = pair("type", "array");
      row.set("items", pair("type", "number"));
      array(row);
      break;
    }
    case Type::list:
      array(pair("type", "string"));
      if (o.type.least) s.set("minItems", o.type.least);
      break;
    case Type::method: s = method_schema(o); break;
    case Type::any: s = Value::object(); break;
  }
  if (!o.doc.empty()) s.set("description", o.doc);
  if (!o.dflt.is_null()) s.set("default", o.dflt);
  return s;
}

static Value object_of(const std::vector<Option>& options, Value properties) {
  for (const Option& o : options) properties.set(o.name, option_schema(o));
  Value s = pair("type", "object");
  s.set("properties", properties);
  s.set("additionalProperties", false);
  return s;
}

static void define(const Command& c, Value& definitions) {
  for (const Reached& r : families(c.options)) {
    if (r.option->type.kind != Type::method) continue;
    const Family& family = r.option->type.family();
    for (const Method* m : family.methods) {
      Value s = object_of(m->options, pair("type", pair("const", m->name)));
      s.set("description", m->doc + (m->paper.empty() ? "" : " [" + m->paper + "]"));
      definitions.set(family.name + "." + m->name, s);
    }
  }
}

static Value section_schema(const Command& c, bool verb) {
  Value properties;
  if (verb) properties.set("verb", pair("const", c.name));
  Value seed = pair("type", "integer");
  seed.set("minimum", 0);
  seed.set("description", "seed of all random numbers; absent: a hash of the run's seed and the section's name");
  properties.set("seed", seed);
  Value s = object_of(c.options, properties);
  s.set("description", c.summary);
  return s;
}

Value schema(const Command& c) {
  Value s = pair("$schema", "http://json-schema.org/draft-07/schema#"), definitions = Value::object();
  s.set("title", c.name);
  if (c.verbs.empty()) {
    const Value section = section_schema(c, false);
    for (const auto& [k, v] : section.members()) s.set(k, v);
    define(c, definitions);
  } else {
    Value::Array forms;
    for (const Command& v : c.verbs) forms.push_back(section_schema(v, true)), define(v, definitions);
    s.set("description", c.summary);
    s.set("anyOf", forms);
  }
  s.set("definitions", definitions);
  return s;
}

static Value options_as_json(const std::vector<Option>& options) {
  Value::Array all;
  for (const Option& o : options) {
    Value v = pair("name", o.name);
    v.set("flag", "--" + flag_name(o.name));
    if (o.letter) v.set("letter", std::string(1, o.letter));
    v.set("type", o.type.kind == Type::method ? o.type.family().name : o.type.describe());
    v.set("default", o.dflt);
    v.set("doc", o.doc);
    if (o.required) v.set("required", true);
    all.push_back(v);
  }
  return all;
}

Value description(const Command& c) {
  Value d = pair("name", c.name);
  d.set("summary", c.summary);
  d.set("description", c.description);
  Value::Array examples, inputs, verbs;
  for (const Example& e : c.examples) {
    Value v = pair("line", e.line);
    v.set("explanation", e.explanation);
    examples.push_back(v);
  }
  d.set("examples", examples);
  for (const Input& i : c.inputs) {
    Value v = pair("name", i.name);
    v.set("doc", i.doc);
    v.set("kind", i.option.empty() ? Value(i.kind) : Value("value of --" + flag_name(i.option)));
    v.set("min", i.min);
    v.set("max", i.max == many ? Value() : Value(i.max));
    inputs.push_back(v);
  }
  d.set("inputs", inputs);
  if (!c.output.doc.empty()) d.set("output", c.output.doc);
  d.set("options", options_as_json(c.options));
  Value families_ = Value::object();
  for (const Reached& r : families(c.options)) {
    Value methods = Value::object();
    for (const Method* m : r.option->type.family().methods) {
      Value v = pair("doc", m->doc);
      v.set("paper", m->paper);
      v.set("options", options_as_json(m->options));
      methods.set(m->name, v);
    }
    families_.set(r.option->type.family().name, methods);
  }
  d.set("families", families_);
  for (const Command& v : c.verbs) verbs.push_back(description(v));
  if (!verbs.empty()) d.set("verbs", verbs);
  return d;
}

}  // namespace dm::cli
