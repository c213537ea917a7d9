#include "io/encoding.h"

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/input.h"

namespace dm::io {

namespace {

// Every link must be there again with the same shape and the same attributes: a full disk can lose them although no call said so.
void list(const h5::Group& g, std::string& out) {
  for (const auto& a : g.attributes()) out += g.where() + "@" + a + "\n";
  for (const auto& n : g.names()) {
    const h5::Info i = g.info(n);
    out += g.where() + n + " " + std::to_string(int(i.kind)) + h5::to_text(i.shape) + "\n";
    if (i.kind == h5::Info::group) list(g.at(n), out);
  }
}

std::string with_default(const h5::Group& root, const std::string& attribute) {
  const Value v = root.get(attribute);
  return v.is_text() ? v.text() : "";
}

}  // namespace

void write_encoded(const std::string& path, const std::string& type, const std::function<void(h5::Group&)>& content,
                   const Value& provenance, bool force) {
  AtomicFile file(path, force);
  std::string before, after;
  const std::string name = path == "-" ? "standard output" : "'" + path + "'";
  {
    h5::Group root = h5::Group::create(file.temporary(), name);
    root.set("encoding-type", type);
    root.set("encoding-version", encoding_version);
    content(root);
    if (provenance.is_object()) {
      h5::Group g = root.make("provenance");
      for (const auto& [key, v] : provenance.members())
        if (key != "inputs") g.set(key, v);
      g.set("inputs", to_json(inputs_read()));
    }
    list(root, before);
    root.close();
    list(h5::Group::open(file.temporary(), name), after);
  }
  if (before != after) throw Error(name + ": the file read back is not what was written. Is the disk full?", Exit::io);
  file.commit();
}

void expect_encoding(const h5::Group& root, const std::string& type, const std::string& name) {
  const std::string found = with_default(root, "encoding-type"), version = with_default(root, "encoding-version");
  if (found.empty()) {
    std::string names;
    for (const auto& n : root.names())
      if (names.size() < 200) names += (names.empty() ? "" : ", ") + n;
    throw Error(name + " is HDF5 but no " + type +
                    ": it has no attribute encoding-type. To read one of its datasets as a table name it, FILE:/path; it holds " +
                    (names.empty() ? "nothing" : names) + ".",
                Exit::data);
  }
  if (found != type) throw Error(name + " is a " + found + "; a " + type + " was expected.", Exit::data);
  const auto major = [](const std::string& v) { return v.substr(0, v.find('.')); };
  if (major(version) != major(encoding_version))
    throw Error(name + " has encoding-version '" + version + "'; this program reads " + major(encoding_version) +
                    ".x. Use the version of the program that wrote it.",
                Exit::data);
}

Value read_provenance(const h5::Group& root) {
  if (root.info("provenance").kind != h5::Info::group) return {};
  const h5::Group g = root.at("provenance");
  Value out = Value::object();
  for (const auto& key : g.attributes()) {
    Value v = g.get(key);
    if (v.is_text() && (v.text().starts_with('{') || v.text().starts_with('['))) {
      try {
        v = parse_json(v.text(), "provenance");
      } catch (const Error&) {  // text that only looks like JSON stays text
      }
    }
    out.set(key, std::move(v));
  }
  return out;
}

}  // namespace dm::io
