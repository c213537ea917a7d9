#include "job/bridge_model.h"

#include <cmath>
#include <cstdio>

#include "bridge/ipf.h"
#include "job/dsbm.h"
#include "job/ipf.h"

namespace dm::job {

Value learning_of(const Value& section) {
  Value out = section;
  for (const auto& [key, v] : section["method"].members())
    if (key != "type" && !out.find(key)) out.set(key, v);
  if (!out.find("condition")) out.set("condition", "none");
  return out;
}

std::string command_of(const Value& spec) { return spec.find("dm-ipf") ? "dm-ipf" : "dm-dsbm"; }

std::unique_ptr<Density> law_of(const Value& v) { return v.is_null() ? nullptr : make<std::unique_ptr<Density>>(densities(), v); }

// A spec read from a file is checked like one that a user wrote.
static Value checked(Value spec) {
  std::vector<std::string> problems;
  const std::string command = command_of(spec);
  const bool ipf = command == "dm-ipf";
  Value options = resolve(ipf ? ipf_options() : dsbm_options(), spec[command], "/" + command, problems);
  if (!problems.empty()) throw Error("the model's spec is damaged or from another version: " + problems[0], Exit::data);
  if (ipf && !is_learned(options["method"])) throw Error("the model's spec is damaged: its method learns nothing", Exit::data);
  const int64_t d = spec["dimension"].integer();
  if (d < 1 || d > 1 << 24) throw Error("the model's spec is damaged: /dimension is " + std::to_string(d), Exit::data);
  if (spec["sources"].items().size() != 2) throw Error("the model's spec is damaged: /sources is " + to_json(spec["sources"]), Exit::data);
  check_numerics(spec, learning_of(options)["batch"].integer());
  spec.set(command, options);
  return spec;
}

void PhaseEnds::state(Archive& a) {
  a.field("forward", forward);
  a.field("step", step);
  a.field("w2", w2);
  a.field("w2_floor", floor);
  a.field("energy", energy);
  for (const std::size_t n : {step.size(), w2.size(), floor.size(), energy.size()})
    if (n != forward.size())
      throw Error("/phases does not hold as many numbers of each kind as of forward. The file is damaged or was edited", Exit::data);
}

std::string PhaseEnds::sentence(std::size_t k) const {
  char line[200];
  if (!std::isfinite(w2[k])) {
    std::snprintf(line, sizeof line, "step %.0f, %s: the rows that were moved are not finite", step[k], name_of(judged(k).way));
    return line;
  }
  std::snprintf(line, sizeof line, "step %.0f, %s: W2 to the %s set %.4g (rows of that set among themselves %.4g), path energy %.4g",
                step[k], name_of(judged(k).way), forward[k] ? "second" : "first", w2[k], floor[k], energy[k]);
  return line;
}

Value PhaseEnds::line(std::size_t k) const {
  const auto number = [](double x) { return std::isfinite(x) ? Value(x) : Value(); };
  return Value::Object{{"step", int64_t(step[k])}, {"phase", int64_t(k) + 1},      {"direction", name_of(judged(k).way)},
                       {"w2", number(w2[k])},      {"w2_floor", number(floor[k])}, {"energy", number(energy[k])}};
}

bool is_bridge(const Value& spec) { return spec.find("dm-dsbm") || spec.find("dm-ipf"); }

BridgeModel::BridgeModel(const Value& s, const Sides* sides, Archive* archive)
    : spec(checked(s)),
      options(learning_of(spec[command_of(spec)])),
      codec(AffineCodec::identity(dim())),
      condition(Condition::of(spec["condition"])) {
  for (std::size_t k = 0; k < 2; ++k) sources[k] = law_of(spec["sources"].items()[k]);
  if (sides) codec = sides->codec;
  if (archive) codec.state(archive->group("codec"));
  LearnerInputs in{dim(), condition.width(), spec["sigma"].number() / codec.scale, options, stream()};
  if (sides) in.sides[0] = sides->side[0], in.sides[1] = sides->side[1], in.rows = sides->rows;
  learner = make<std::unique_ptr<Learner>, const LearnerInputs&>(spec.find("dm-ipf") ? ipf_learners() : learners(), options["method"], in);
  for (const auto& net : learner->nets()) {
    params.emplace_back(held_by(archive, net.head->net->layout));
    ema.emplace_back(net.head->net->layout);
  }
  trained.assign(params.size(), 0);
  if (archive) state(*archive);
}

Stream BridgeModel::stream() const { return Stream(uint64_t(spec["seed"].integer())) / command_of(spec); }

std::unique_ptr<Transport> BridgeModel::transport(bool live) const {
  std::vector<const ParamSet<float>*> known;
  for (std::size_t k = 0; k < ema.size(); ++k) known.push_back(trained[k] ? &(live ? params : ema)[k] : nullptr);
  return learner->transport(known);
}

Bridged BridgeModel::bridged(const Transport& t) const {
  Bridged b{&t, codec, codec.scale};
  for (int k = 0; k < 2; ++k) b.sources[k] = sources[k].get();
  b.given = [this](const Matrix<double>* y) { return given_to(condition, y, false); };
  return b;
}

void BridgeModel::state(Archive& archive) {
  codec.state(archive.group("codec"));
  if (condition.width()) condition.state(archive.group("condition"));
  learner->state(archive);
  archive.field("trained", trained);
  for (std::size_t k = 0; k < params.size(); ++k) {
    if (!trained[k]) continue;
    Archive& net = archive.group(learner->nets()[k].name.c_str());
    fields(net.group("params"), params[k]);
    fields(net.group("ema"), ema[k]);
    if (!archive.saving()) params[k].pack(), ema[k].pack();
  }
  archive.field("loss", loss);
  archive.field("loss_step", loss_step);
  phase_ends.state(archive.group("phases"));
}

}  // namespace dm::job
