#include "io/beside.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/value.h"
#include "io/dataset.h"
#include "io/where.h"

namespace dm::io {

namespace {

Cells read_column(const h5::Group& root, const std::string& path, h5::Shape& shape) {
  const h5::Info::Kind kind = root.info(path).kind;
  if (kind == h5::Info::other) return root.texts(path, shape);
  std::vector<double> v = root.read<double>(path, shape);
  if (kind != h5::Info::integer || std::none_of(v.begin(), v.end(), ambiguous)) return v;
  std::vector<std::string> out;  // identifiers
  for (size_t i = 0; i < v.size(); ++i)
    if (v[i] >= 0x1p63) refuse_ambiguous("/" + path + "[" + std::to_string(i) + "]", v[i]);
  for (const int64_t k : root.read<int64_t>(path, shape)) out.push_back(std::to_string(k));
  return out;
}

// Cell i is category codes[i], or missing where the code is -1.
Cells decode(const h5::Group& root, const std::string& codes_at, const std::string& categories_at, h5::Shape& shape,
             const std::string& file, std::vector<std::string>* named) {
  const std::vector<int64_t> codes = root.read<int64_t>(codes_at, shape);
  h5::Shape known;
  const Cells categories = read_column(root, categories_at, known);
  const auto* numbers = std::get_if<std::vector<double>>(&categories);
  if (named && !numbers) *named = std::get<1>(categories);
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

std::optional<std::vector<double>> booleans(const std::vector<std::string>& texts) {
  std::vector<double> out;
  for (const std::string& s : texts) {
    if (s != "FALSE" && s != "TRUE") return {};
    out.push_back(s == "TRUE");
  }
  return out;
}

Cells read_beside(const h5::Group& root, const std::string& name, int64_t rows, const std::vector<std::string>& header,
                  const std::string& file, std::vector<std::string>* categories) {
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
    out = decode(root, path + "/codes", path + "/categories", shape, file, categories);
  } else if (!older.empty() && i.kind == h5::Info::integer && root.has(older)) {
    out = decode(root, path, older, shape, file, categories);
  } else {
    out = read_column(root, path, shape);
    if (const auto* texts = std::get_if<1>(&out))
      if (auto numbers = booleans(*texts)) out = std::move(*numbers);
  }
  if (shape != h5::Shape{rows})
    throw Error(file + ": /" + path + " has shape " + h5::to_text(shape) + "; a table of " + std::to_string(rows) + " rows asks for " +
                    h5::to_text({rows}) + ".",
                Exit::data);
  return out;
}

std::vector<double> numbers_beside(const h5::Group& root, const std::string& name, int64_t total, const std::vector<int64_t>& rows,
                                   const std::string& file, std::vector<std::string>& labels) {
  const Cells all = read_beside(root, name, total, {}, file, &labels);
  const int64_t n = rows.empty() ? total : int64_t(rows.size());
  std::map<std::string_view, double> code;
  for (std::size_t k = 0; k < labels.size(); ++k) code.emplace(labels[k], double(k));
  const auto place = [&](int64_t i) { return file + ", row " + std::to_string(i + 1) + ": '" + name + "' "; };
  std::vector<double> out(static_cast<size_t>(n));
  for (int64_t k = 0; k < n; ++k) {
    const int64_t i = rows.empty() ? k : rows[size_t(k)];
    double& x = out[size_t(k)];
    if (const auto* numbers = std::get_if<0>(&all)) {
      x = (*numbers)[size_t(i)];
      continue;
    }
    const std::string& text = std::get<1>(all)[size_t(i)];
    if (text.empty()) throw Error(place(i) + "has no value; --where '" + name + "!=' passes over such rows.", Exit::data);
    if (const auto known = code.find(text); known != code.end())
      x = known->second;
    else if (text == "FALSE" || text == "TRUE")
      x = text == "TRUE";
    else if (!to_number(text, x))
      throw Error(place(i) + "is '" + text.substr(0, 40) + "', a text; numbers or categories were expected.", Exit::data);
  }
  return out;
}

}  // namespace dm::io
