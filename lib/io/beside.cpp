#include "io/beside.h"

#include "core/error.h"
#include "core/value.h"

namespace dm::io {

namespace {

Cells read_column(const h5::Group& root, const std::string& path, h5::Shape& shape) {
  if (root.info(path).kind == h5::Info::other) return root.texts(path, shape);
  return root.read<double>(path, shape);
}

// Cell i is category codes[i], or missing where the code is -1.
Cells decode(const h5::Group& root, const std::string& codes_at, const std::string& categories_at, h5::Shape& shape,
             const std::string& file) {
  const std::vector<int64_t> codes = root.read<int64_t>(codes_at, shape);
  h5::Shape known;
  const Cells categories = read_column(root, categories_at, known);
  const auto* numbers = std::get_if<std::vector<double>>(&categories);
  std::vector<std::string> out;
  out.reserve(codes.size());
  for (const int64_t code : codes) {
    if (code < -1 || (code >= 0 && (known.size() != 1 || code >= known[0])))
      throw Error(file + ": /" + codes_at + " holds the code " + std::to_string(code) + "; /" + categories_at + " has shape " +
                      h5::to_text(known) + ". The file is damaged.",
                  Exit::data);
    if (code < 0)
      out.emplace_back();
    else
      out.push_back(numbers ? shortest((*numbers)[size_t(code)]) : std::get<1>(categories)[size_t(code)]);
  }
  return out;
}

}  // namespace

Cells read_beside(const h5::Group& root, const std::string& name, int64_t rows, const std::vector<std::string>& header,
                  const std::string& file) {
  const std::string path = name.starts_with('/') ? name.substr(1) : "obs/" + name;
  const bool nested = name.find('/') != name.npos && !name.starts_with('/');  // a name with a slash is no path
  const h5::Info i = nested || path.empty() ? h5::Info{} : root.info(path);
  if (i.kind == h5::Info::none) {
    std::vector<std::string> known = header;
    if (root.info("obs").kind == h5::Info::group)
      for (const std::string& n : root.at("obs").names())
        if (!n.starts_with("_")) known.push_back(n);
    std::string all;
    for (size_t k = 0; k < known.size() && k < 20; ++k) all += (k ? ", " : " Known are ") + known[k];
    throw Error(file + " has no column '" + name + "', neither in the table nor as /" + (path.empty() ? "obs" : path) + "." +
                    (all.empty() ? "" : all + (known.size() > 20 ? ", ..." : ".")) + did_you_mean(name, known),
                Exit::usage);
  }
  h5::Shape shape;
  const std::string older = name.starts_with('/') ? "" : "obs/__categories/" + name;  // AnnData before 0.8
  Cells out;
  if (i.kind == h5::Info::group) {
    if (!root.has(path + "/codes") || !root.has(path + "/categories"))
      throw Error(file + ": /" + path + " is a group without codes and categories; a column was expected.", Exit::usage);
    out = decode(root, path + "/codes", path + "/categories", shape, file);
  } else if (!older.empty() && i.kind == h5::Info::integer && root.has(older)) {
    out = decode(root, path, older, shape, file);
  } else {
    out = read_column(root, path, shape);
  }
  if (shape != h5::Shape{rows})
    throw Error(file + ": /" + path + " has shape " + h5::to_text(shape) + "; a table of " + std::to_string(rows) + " rows asks for " +
                    h5::to_text({rows}) + ".",
                Exit::data);
  return out;
}

}  // namespace dm::io
