#include "job/model.h"

namespace dm::job {

Model::Model(const Value& s)
    : spec(s),
      process(make<std::unique_ptr<Process>>(processes(), options()["process"])),
      head(std::make_unique<Head>(options(), dim(), stream() / "init")),
      codec(AffineCodec::identity(dim())),
      params(std::make_unique<ParamSet<float>>(head->net->layout)),
      ema(std::make_unique<ParamSet<float>>(head->net->layout)) {}

Stream Model::stream() const { return Stream(uint64_t(spec["seed"].integer())) / "dm-train"; }

// The flat vector of a ParamSet as one array a layer, /params/layer0/weight.
static void fields(Archive& archive, ParamSet<float>& p) {
  for (const auto& item : p.layout().items) {
    const auto at = p.v.begin() + item.offset;
    std::vector<float> values(at, at + item.rows * item.cols);
    archive.field(item.name.c_str(), values);
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
