#include "job/model.h"

#include <map>
#include <sstream>

namespace dm::job {

Model::Model(const Value& s)
    : spec(s),
      process(make<std::unique_ptr<Process>>(processes(), options()["process"])),
      head(std::make_unique<Head>(options(), dim(), stream() / "init")),
      codec(AffineCodec::identity(dim())),
      params(std::make_unique<ParamSet<float>>(head->net->layout)),
      ema(std::make_unique<ParamSet<float>>(head->net->layout)) {}

Stream Model::stream() const { return Stream(uint64_t(spec["seed"].integer())) / "dm-train"; }

// The flat vector of a ParamSet as one array an item: "layer0/weight" is the field `weight` of the group `layer0`.
static void fields(Archive& archive, ParamSet<float>& p) {
  std::map<std::string, Archive*> groups = {{"", &archive}};
  for (const auto& item : p.layout().items) {
    Archive* group = &archive;
    std::string path, name;
    std::istringstream parts(item.name);
    std::getline(parts, name, '/');
    for (std::string next; std::getline(parts, next, '/'); name = next) {
      Archive*& known = groups[path += "/" + name];
      group = known = known ? known : &group->group(name.c_str());
    }
    const auto at = p.v.begin() + item.offset;
    std::vector<float> values(at, at + item.rows * item.cols);
    group->field(name.c_str(), values);
    std::copy(values.begin(), values.end(), at);
  }
}

void Model::state(Archive& archive) {
  codec.state(archive.group("codec"));
  fields(archive.group("params"), *params);
  fields(archive.group("ema"), *ema);
  archive.field("loss", loss);
  archive.field("loss_step", loss_step);
  if (!archive.saving()) params->pack(), ema->pack();
}

}  // namespace dm::job
