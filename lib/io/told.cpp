#include "io/told.h"

#include "core/error.h"
#include "io/rows.h"

namespace dm::io {

Told told(const Dataset& d) { return d.y ? Told{d.y_names, d.y_labels, d.source} : Told{}; }

void set_told(Value& spec, const Told& t) {
  if (!t.names.empty()) spec.set("y_names", Value::texts(t.names));
  if (t.labels.is_object()) spec.set("y_labels", t.labels);
}

Told told(const Value& spec, const std::string& source) try {
  Told t{{}, {}, source};
  if (const Value* names = spec.find("y_names"))
    for (const Value& name : names->items()) t.names.push_back(name.text());
  if (const Value* labels = spec.find("y_labels")) t.labels = *labels;
  return t;
} catch (const Error& e) {
  throw Error("'" + source + "': the attribute spec is damaged: " + e.what(), Exit::data);
}

void same_told(const Told& a, const Told& b) {
  same_order(a.names, a.source, b.names, b.source);
  if (a.labels.is_object() && b.labels.is_object() && !(a.labels == b.labels))
    throw Error("the numbers of y stand for " + to_json(a.labels) + " in '" + a.source + "', for " + to_json(b.labels) + " in '" +
                    b.source + "'; the same categories in the same order were expected.",
                Exit::data);
}

Observations observations(Dataset d) {
  if (!d.y && d.state.is_object())
    throw Error("'" + d.source +
                    "' is a dataset without /y, and observations y were expected; give a dataset that has them, a table whose columns they "
                    "are, or '" +
                    d.source + ":/x' for the columns of x",
                Exit::data);
  if (!d.y) return {{std::move(d.names), {}, d.source}, std::move(d.x)};
  return {told(d), std::move(*d.y)};
}

}  // namespace dm::io
