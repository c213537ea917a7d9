#include "io/shards.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/error.h"
#include "job/shard.h"

namespace dm::io {

namespace {

struct Shard {
  std::string file;
  int64_t i = 0, n = 0;
  Value run;  // what all shards of a run have in common
  std::string text() const { return "'" + file + "' is shard " + std::to_string(i) + "/" + std::to_string(n); }
};

// i = 0 where the provenance tells of no shard.
Shard shard_of(const Dataset& d) {
  Shard out{.file = d.source};
  const Value* spec = d.provenance.find("spec");
  if (!spec || !spec->is_object()) return out;
  for (const auto& [command, section] : spec->members()) {
    const Value* shard = section.find("shard");
    if (!shard || !shard->is_text()) continue;
    std::tie(out.i, out.n) = job::shard_number(shard->text());
    Value common = Value::object(), inputs = Value::array();
    for (const auto& [key, v] : section.members())
      if (key != "shard") common.set(key, v);
    if (const Value* read = d.provenance.find("inputs"); read && read->is_array())
      for (const Value& input : read->items())
        if (const Value* sum = input.find("sha256")) inputs.items().push_back(*sum);
    out.run.set(command, common), out.run.set("inputs", inputs);
  }
  return out;
}

}  // namespace

void whole_shards(const std::vector<Dataset>& parts) {
  std::vector<Shard> shards;
  for (const Dataset& d : parts)
    if (Shard s = shard_of(d); s.i) shards.push_back(std::move(s));
  if (shards.empty()) return;
  const Shard& first = shards[0];
  for (const Shard& s : shards)
    if (s.n != first.n || !(s.run == first.run)) {
      std::string what;
      for (const std::string& line : differences(first.run, s.run)) what += "\n  " + line;
      throw Error(s.text() + " of another run; " + first.text() + (what.empty() ? "." : ". What differs (there the latter):" + what),
                  Exit::data);
    }
  std::map<int64_t, const Shard*> of;
  for (const Shard& s : shards) {
    const Shard*& place = of[s.i];
    if (place) throw Error(s.text() + ", and so is '" + place->file + "'; each is merged once.", Exit::data);
    place = &s;
  }
  std::string missing, order;
  for (int64_t i = 1; i <= first.n && missing.size() < 60; ++i)
    if (!of.contains(i)) missing += (missing.empty() ? "" : ", ") + std::to_string(i) + "/" + std::to_string(first.n);
  for (const auto& [i, s] : of) order += " " + s->file;
  if (!missing.empty()) throw Error(first.text() + "; of its run " + missing + " is not among the files to merge.", Exit::data);
  if (!std::is_sorted(shards.begin(), shards.end(), [](const Shard& a, const Shard& b) { return a.i < b.i; }))
    throw Error("the shards of a run are merged in their order:" + order, Exit::data);
}

}  // namespace dm::io
