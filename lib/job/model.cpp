#include "job/model.h"

#include "core/simd.h"
#include "job/train.h"

namespace dm::job {

// A spec read from a file is checked like one that a user wrote.
static Value checked(Value spec) {
  std::vector<std::string> problems;
  Value options = resolve(train_options(), spec["dm-train"], "/dm-train", problems);
  if (!problems.empty()) throw Error("the model's spec is damaged or from another version: " + problems[0], Exit::data);
  const int64_t d = spec["dimension"].integer();
  if (d < 1 || d > 1 << 24) throw Error("the model's spec is damaged: /dimension is " + std::to_string(d), Exit::data);
  check_numerics(spec, options["batch"].integer());
  spec.set("dm-train", options);
  for (const char* key : {"condition", "support"})
    if (!spec.find(key)) spec.set(key, Value());
  return spec;
}

Value model_numerics(int64_t batch) {
  Value v = Value::object();
  v.set("tile", Cut{}.tile);
  v.set("lanes", Cut{}.lanes_for(batch));
  v.set("kernel", simd_path);
  return v;
}

void check_numerics(const Value& spec, int64_t batch) {
  for (const auto& [key, here] : model_numerics(batch).members())
    if (const Value* stored = spec.find(key); stored && !(*stored == here))  // a key that is not there: older than it
      throw Error("the attribute spec says that the model was trained with " + key + " " + to_json(*stored) +
                      ", and this program computes with " + to_json(here) +
                      "; the same bits are not possible. Use the program that trained it, or train again",
                  Exit::data);
}

const Layout& held_by(const Archive* stored, const Layout& layout) {
  if (stored && layout.size > stored->room() / int64_t(2 * sizeof(float)))
    throw Error("the model's spec is damaged: a network of " + std::to_string(layout.size) + " parameters is more than the file can hold",
                Exit::data);
  return layout;
}

Matrix<double> given_to(const Condition& condition, const Matrix<double>* y, bool optional) {
  if (!condition.width()) {
    if (y) throw Error("observations y are given, and the model was trained without a condition; leave --y out", Exit::spec);
    return {};
  }
  if (y) return condition.encode(*y);
  if (!optional)
    throw Error("the model was trained on x given y (" + std::to_string(condition.columns()) +
                    (condition.columns() == 1 ? " column" : " columns") +
                    "); give the observations with --y FILE. Only a model trained with --condition-dropout can be used without",
                Exit::spec);
  return {};
}

Model::Model(const Value& s, const Archive* stored)
    : spec(checked(s)),
      process(make<std::unique_ptr<Process>>(processes(), options()["process"])),
      objective(make<std::unique_ptr<Objective>, const Process&>(objectives(), options()["objective"], *process)),
      codec(spec["support"], dim()),
      condition(Condition::of(spec["condition"])),
      head(std::make_unique<Head>(options(), dim(), stream() / "init", objective->prediction(), objective->trained(), condition.width())),
      params(std::make_unique<ParamSet<float>>(held_by(stored, head->net->layout))),
      ema(std::make_unique<ParamSet<float>>(head->net->layout)) {}

NetDenoiser Model::denoiser(const Value& o) const {
  if (!o["process"].is_null() && !(o["process"] == options()["process"]))
    throw Error("the model was trained with the process " + to_json(options()["process"]) + " and cannot be used with " +
                    to_json(o["process"]) + "; leave --process out",
                Exit::spec);
  return {*head, !o["params"].is_null() && o["params"].text() == "live" ? *params : *ema};
}

Matrix<double> Model::given(const Matrix<double>* y) const { return given_to(condition, y, options()["condition_dropout"].number() > 0); }

Stream Model::stream() const { return Stream(uint64_t(spec["seed"].integer())) / "dm-train"; }

void fields(Archive& archive, ParamSet<float>& p) {
  for (const auto& item : p.layout().items) {
    Archive* group = &archive;
    std::string_view name = item.name;
    for (std::size_t slash; (slash = name.find('/')) != name.npos; name.remove_prefix(slash + 1))
      group = &group->group(std::string(name.substr(0, slash)).c_str());
    const auto at = p.v.begin() + item.offset;
    Matrix<float> m(item.rows, item.cols);
    std::copy_n(at, m.v.size(), m.v.begin());
    if (item.bias)
      group->field(std::string(name).c_str(), m.v);
    else
      group->field(std::string(name).c_str(), m);
    expect_finite(archive, item.name, m.v);
    std::copy(m.v.begin(), m.v.end(), at);
  }
}

void Model::state(Archive& archive) {
  codec.state(archive.group("codec"));
  if (condition.width()) condition.state(archive.group("condition"));
  fields(archive.group("params"), *params);
  fields(archive.group("ema"), *ema);
  archive.field("loss", loss);
  archive.field("loss_step", loss_step);
  if (archive.saving() && !held_out.empty()) archive.field("held_out", held_out), archive.field("held_out_step", held_out_step);
  if (!archive.saving()) params->pack(), ema->pack();
}

}  // namespace dm::job
