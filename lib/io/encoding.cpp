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

// "/obsm/X_pca [100, 50]", ...: what a table could be read from.
void tables(const h5::Group& g, std::vector<std::string>& out) {
  constexpr size_t most = 8;
  for (const auto& n : g.names()) {
    if (out.size() > most) return;
    const h5::Info i = g.info(n);
    if (i.kind == h5::Info::group) tables(g.at(n), out);
    if ((i.kind == h5::Info::real || i.kind == h5::Info::integer) && (i.shape.size() == 1 || i.shape.size() == 2))
      out.push_back(out.size() == most ? "..." : g.where() + n + " " + h5::to_text(i.shape));
  }
}

std::string with_default(const h5::Group& root, const std::string& attribute) {
  const Value v = root.get(attribute);
  return v.is_text() ? v.text() : "";
}

// "a model (dm-model)"; of a file, where its spec says so, "a model of dm-train (dm-model)".
std::string kind(const std::string& type, const h5::Group* of = nullptr) {
  std::string by;
  try {
    const std::string command = trained_by(of ? parse_json(with_default(*of, "spec"), "") : Value());
    if (!command.empty()) by = " of " + command;
  } catch (const Error&) {  // a damaged spec is for those to mourn who want to use it
  }
  for (const auto& [known, name] : {std::pair{"dm-dataset", "a dataset"},
                                    {"dm-model", "a model"},
                                    {"dm-plan", "a plan"},
                                    {"dm-checkpoint", "the checkpoint of an unfinished run"}})
    if (type == known) return name + by + " (" + type + ")";
  return "of the kind '" + type.substr(0, 40) + "'";
}

}  // namespace

std::string trained_by(const Value& spec) {
  if (spec.is_object())
    for (const auto& [key, v] : spec.members())
      if (key.starts_with("dm-")) return key;
  return "";
}

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
    std::vector<std::string> found_inside;
    tables(root, found_inside);
    std::string inside, hint = " It holds no table of numbers.";
    for (const auto& t : found_inside) inside += (inside.empty() ? "" : ", ") + t;
    if (!inside.empty()) {
      const bool quoted = name.size() > 2 && name.starts_with("'") && name.ends_with("'");
      const std::string first = found_inside[0].substr(0, found_inside[0].rfind(" ["));
      hint = " It holds " + inside + "; a table among them is read as '" + (quoted ? name.substr(1, name.size() - 2) : "FILE.h5") + ":" +
             first + "' where a dataset is expected.";
    }
    throw Error(name + " is HDF5 but not " + kind(type) + ": it has no attribute encoding-type." + hint, Exit::data);
  }
  if (found != type)
    throw Error(name + " is " + kind(found, &root) + "; " + kind(type) + " was expected." +
                    (found == "dm-checkpoint" ? " Finish the run with the same line and --resume, and name its output." : ""),
                Exit::data);
  const auto major = [](const std::string& v) { return v.substr(0, v.find('.')); };
  if (major(version) != major(encoding_version))
    throw Error(name + " has encoding-version '" + version + "'; this program reads " + major(encoding_version) +
                    ".x. Use the version of the program that wrote it.",
                Exit::data);
}

Error wrong_kind(const Input& in, const std::string& type) {
  const char* found = in.content() == Content::json ? "JSON" : in.content() == Content::npy ? "a .npy array" : "text";
  return Error(in.name() + " is " + found + "; " + kind(type) + " was expected.", Exit::data);
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
