#include "io/checksum.h"

#include "io/hash.h"
#include "io/input.h"

namespace dm::io {

template <class T>
static void add_numbers(Sha256& sum, const h5::Group& g, const std::string& name) {
  h5::Shape s;
  const std::vector<T> v = g.read<T>(name, s);
  sum.add({reinterpret_cast<const char*>(v.data()), v.size() * sizeof(T)});
}

static void add(Sha256& sum, const h5::Group& g) {
  const auto attributes = [&](const std::string& of) {
    for (const auto& a : g.attributes(of)) sum.add(g.where() + of + "@" + a + "=" + to_json(g.get(a, of)) + "\n");
  };
  attributes(".");
  for (const auto& name : g.names()) {
    if (g.where() == "/" && name == "provenance") continue;
    const h5::Info i = g.info(name);
    sum.add(g.where() + name + " " + std::to_string(int(i.kind)) + " " + std::to_string(i.size) + " " + h5::to_text(i.shape) + "\n");
    if (i.kind == h5::Info::group) {
      add(sum, g.at(name));
      continue;
    }
    attributes(name);
    if (i.kind == h5::Info::integer) add_numbers<int64_t>(sum, g, name);
    if (i.kind == h5::Info::real) add_numbers<double>(sum, g, name);
  }
}

std::string content_sha256(const std::string& path) {
  const Input in(path);
  if (in.content() != Content::hdf5) return in.sha256();
  Sha256 sum;
  add(sum, in.open());
  return sum.hex();
}

}  // namespace dm::io
