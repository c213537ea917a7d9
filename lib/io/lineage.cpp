#include "io/lineage.h"

#include <filesystem>

#include "core/error.h"
#include "io/encoding.h"
#include "io/input.h"

namespace dm::io {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::string path;
  std::unique_ptr<Input> input;
};

// The inputs that `provenance` (of the file `from`) records and that are still there, unchanged.
std::vector<Found> inputs_of(const Value& provenance, const std::string& from) {
  std::vector<Found> out;
  const Value* inputs = provenance.find("inputs");
  if (!inputs || !inputs->is_array()) return out;
  for (const Value& v : inputs->items()) {
    const Value *file = v.find("file"), *sha256 = v.find("sha256");
    if (!file || !file->is_text() || !sha256 || !sha256->is_text() || file->text() == "-") continue;
    for (const fs::path& path : {fs::path(file->text()), fs::path(from).parent_path() / file->text()}) {
      std::error_code error;
      if (!fs::is_regular_file(path, error)) continue;
      auto input = std::make_unique<Input>(path.string());
      if (input->sha256() != sha256->text()) continue;
      out.push_back({path.string(), std::move(input)});
      break;
    }
  }
  return out;
}

// The first of them that holds rows: a side of a transport may be an oracle's spec.
std::optional<std::string> first_rows(const Value& provenance, const std::string& from) {
  for (const Found& data : inputs_of(provenance, from))
    if (data.input->content() != Content::json) return data.path;
  return {};
}

}  // namespace

std::optional<std::string> training_file(const Dataset& samples) try {
  for (const Found& model : inputs_of(samples.provenance, samples.source)) {
    if (model.input->content() != Content::hdf5) continue;
    const h5::Group root = model.input->open();
    const Value type = root.get("encoding-type");
    if (!type.is_text() || type.text() != "dm-model") continue;
    if (const auto rows = first_rows(read_provenance(root), model.path)) return rows;
  }
  return {};
} catch (const Error&) {  // a damaged file on the way is no reason to refuse the samples
  return {};
}

std::optional<std::string> training_file(const Model& model, const std::string& path) try {
  return first_rows(model.provenance(), path);
} catch (const Error&) {
  return {};
}

Value sections(const Dataset& samples) {
  Value out = Value::object();
  std::vector<std::pair<Value, std::string>> files = {{samples.provenance, samples.source}};  // provenance and path, the nearest first
  for (size_t k = 0; k < files.size(); ++k) try {
      const auto [provenance, path] = files[k];
      if (const Value* spec = provenance.find("spec"); spec && spec->is_object())
        for (const auto& [name, section] : spec->members())
          if (!out.find(name)) out.set(name, section);
      for (const Found& file : inputs_of(provenance, path))
        if (file.input->content() == Content::hdf5) files.emplace_back(read_provenance(file.input->open()), file.path);
    } catch (const Error&) {  // as above
    }
  return out;
}

}  // namespace dm::io
