#include "job/dsbm.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bridge/ipf.h"
#include "job/ipf.h"

namespace dm::job {

std::vector<Option> learning_options() {
  std::vector<Option> o = {
      {"batch", integer(1, 1 << 20), 256, "rows a step: pairs, or states of a path"},
      {"codec", choice({"standard", "identity"}), "standard",
       "standard: the networks see both sets in units of their pooled standard deviation, about their common mean where the reference has "
       "no centre; sigma and all files stay in data units"}};
  for (auto& h : EndHead::options()) o.push_back(h);
  for (auto& a : Adam::options()) o.push_back(a);
  return o;
}

const std::vector<Option>& dsbm_options() {
  static const std::vector<Option> options = [] {
    std::vector<Option> o = {
        {"method", method(learners), "dsbm-imf", "how the transport is learned"},
        {"sigma", number(0).above(), Value(),
         "noise of the reference, dX = sigma dB on [0, 1], in the units of the data; unset: half the pooled standard deviation of the two "
         "sets; not of cfm, ot-cfm and rectified-flow, which have no noise"},
        {"reference", method(references), "brownian", "the process that a bridge is closest to; the flow methods take no other"},
        {"condition", choice({"vector", "label", "none"}), "vector", "what /y of one of the sets is to the networks"}};
    for (auto& l : learning_options()) o.push_back(l);
    for (auto& b : BridgeMatching::options()) o.push_back(b);
    for (auto& r : resume_options()) o.push_back(r);
    return o;
  }();
  return options;
}

namespace {

// Whether the transport has a centre, so that shifting both sets does more than shift it: the codec then leaves their mean.
bool centred(const Value& o) {
  const Value* path = o["method"].find("path");
  return o["reference"]["type"].text() != "brownian" || (path && path->text() != "linear");
}

// Both sets as rows: those given, or draws of a law.
struct Clouds {
  Matrix<double> x[2];
  std::vector<double> w[2];
  explicit Clouds(const BridgeSide (&sides)[2]) {
    const int draws = 10000;
    for (int k = 0; k < 2; ++k) {
      const BridgeSide& side = sides[sides[k].absent() ? 0 : k];
      x[k] = side.x;
      w[k] = side.weights;
      if (const auto law = law_of(side.law)) {
        x[k] = Matrix<double>(draws, law->dim());
        law->draw(Stream(0) / "dm-dsbm" / "codec" / uint64_t(k), {0, draws}, x[k]);
      }
    }
  }
  Points points(int k) const { return {x[k], w[k].empty() ? nullptr : w[k].data()}; }
  // One scale for both, which count alike however many rows they have.
  AffineCodec fit(const Value& o) const {
    Matrix<double> all(x[0].rows + x[1].rows, x[0].cols);
    std::vector<double> weights;
    for (int k = 0; k < 2; ++k) {
      std::copy(x[k].v.begin(), x[k].v.end(), all.v.begin() + std::ptrdiff_t(int64_t(weights.size()) * all.cols));
      for (const double v : probabilities(points(k))) weights.push_back(v);
    }
    AffineCodec codec = AffineCodec::fit(all, weights.data());
    if (centred(o)) std::fill(codec.mean.begin(), codec.mean.end(), 0.0);
    return codec;
  }
};

}  // namespace

Value bridge_spec(const Value& section, int64_t seed, const BridgeSide (&sides)[2], const std::string& command) {
  const Value options = learning_of(section);
  int64_t d[2];
  for (int k = 0; k < 2; ++k) {
    const BridgeSide& side = sides[sides[k].absent() ? 0 : k];
    const auto law = law_of(side.law);
    d[k] = law ? law->dim() : side.x.cols;
    if (!law && side.x.rows < 1) throw Error(std::string("the ") + (k ? "second" : "first") + " set has no rows", Exit::data);
  }
  if (d[0] != d[1])
    throw Error(
        "the first set has " + std::to_string(d[0]) + " columns and the second " + std::to_string(d[1]) + "; the same number was expected",
        Exit::data);
  if (sides[0].y.cols && sides[1].y.cols)
    throw Error("both sets carry a condition /y; a pair has one, so leave /y out of one of them", Exit::data);
  const Matrix<double>& y = sides[0].y.cols ? sides[0].y : sides[1].y;
  const std::string& kind = options["condition"].text();
  using Kind = Condition::Kind;
  const Clouds clouds(sides);
  Value spec = Value::object(), sources = Value::array();
  for (const BridgeSide& s : sides) sources.items().push_back(s.law);
  spec.set("seed", seed);
  spec.set("dimension", d[0]);
  spec.set("condition", Condition::fit(!y.cols || kind == "none" ? Kind::none : kind == "label" ? Kind::label : Kind::vector, y).shape());
  spec.set("sources", sources);
  spec.set("sigma", options["sigma"].is_null() ? Value(default_sigma(clouds.points(0), clouds.points(1))) : options["sigma"]);
  for (const auto& [key, v] : model_numerics(options["batch"].integer()).members()) spec.set(key, v);
  spec.set(command, without_resume_options(command == "dm-ipf" ? fitted_options(section) : section));
  return spec;
}

// Both sets in model units.
struct BridgeTraining::Encoded {
  Matrix<double> x[2], given[2];
  std::unique_ptr<Density> law[2];
  Condition condition;
  BridgeModel::Sides sides;

  Encoded(const Value& spec, const BridgeSide (&sets)[2]) {
    const Value o = learning_of(spec[command_of(spec)]);
    sides.codec = o["codec"].text() == "standard" ? Clouds(sets).fit(o) : AffineCodec::identity(int(spec["dimension"].integer()));
    condition = Condition::of(spec["condition"]);
    for (int k = 0; k < 2; ++k) {
      law[k] = law_of(sets[k].law);
      x[k] = sets[k].x;
      sides.codec.encode(x[k]);
      if (condition.width() && sets[k].y.cols) {
        condition = Condition::fit(condition.kind, sets[k].y);
        given[k] = condition.encode(sets[k].y);
      }
      if (sets[k].absent()) continue;
      sides.side[k] = law[k] ? Side::law(*law[k], sides.codec) : Side::rows(x[k], sets[k].weights, Given{given[k]});
      sides.rows = std::max(sides.rows, x[k].rows);
    }
  }
};

// Refuses options that the method has no use for, where they are given.
static void refuse_ignored(const Value& section, const Learner& learner) {
  std::vector<std::string> problems;
  const Value plain = resolve(dsbm_options(), Value::object(), "", problems);
  for (const std::string& key : learner.ignores())
    if (!(section[key] == plain[key]))
      throw Error("the method " + section["method"]["type"].text() + " has no use for --" + key + ", which is " +
                      to_json(section[key].is_object() ? section[key]["type"] : section[key]) + "; leave it out",
                  Exit::spec);
}

BridgeTraining::BridgeTraining(const Value& spec, const BridgeSide (&sides)[2])
    : sets_(std::make_unique<Encoded>(spec, sides)), model_(spec, &sets_->sides) {
  if (command_of(spec) == "dm-dsbm") refuse_ignored(spec["dm-dsbm"], *model_.learner);
  model_.condition = sets_->condition;
  for (const auto& net : model_.learner->nets()) frozen_.emplace_back(net.head->net->layout);
  begin();
}

BridgeTraining::~BridgeTraining() = default;

void BridgeTraining::begin() {
  const Learner& learner = *model_.learner;
  const Value& o = model_.options;
  const int batch = int(o["batch"].integer());
  const Stream stream = model_.stream() / "phase" / uint64_t(phase_);
  std::vector<const ParamSet<float>*> known;
  for (std::size_t k = 0; k < frozen_.size(); ++k) {
    frozen_[k].v = model_.ema[k].v;
    frozen_[k].pack();
    known.push_back(model_.trained[k] ? &frozen_[k] : nullptr);
  }
  transport_ = learner.transport(known);
  pairs_ = learner.pairs(int(phase_), *transport_, batch, stream / "pairs");
  trainers_.clear();
  for (const int k : learner.trained(int(phase_))) {
    const auto& net = learner.nets()[std::size_t(k)];
    trainers_.push_back(std::make_unique<Trainer>(*net.head, *net.objective, o, learner.steps(), batch, Cut{}, stream / net.name.c_str()));
    if (model_.trained[std::size_t(k)] && !learner.fresh())
      trainers_.back()->start_from(model_.params[std::size_t(k)], model_.ema[std::size_t(k)]);
  }
}

bool BridgeTraining::noisy() const {
  const std::vector<std::string> ignored = model_.learner->ignores();
  return std::find(ignored.begin(), ignored.end(), "sigma") == ignored.end();
}

void BridgeTraining::tell(Progress& p) const {
  if (noisy()) p.chose("sigma", model_.spec["sigma"]);
  if (const Value* cache = model_.options["method"].find("cache"); cache && cache->is_null())
    p.chose("method.cache", model_.learner->cache());
}

Memory BridgeTraining::memory() const {
  Memory m;
  for (int k = 0; k < 2; ++k)
    m.add("two sets, as read and in model units", 2 * double(sets_->x[k].rows) * double(sets_->x[k].cols + sets_->given[k].cols));
  const Learner& learner = *model_.learner;
  m.add("pairs", std::max(pairs_->memory(), 8.0 * double(learner.cache() * (3 * model_.dim() + model_.condition.width()))), 1);
  for (const auto& net : learner.nets()) m.add("networks, as written and frozen", net.head->net->layout.bytes(0, 3), 1);
  for (const int k : learner.trained(int(phase_)))
    Trainer::add_memory(m, learner.nets()[std::size_t(k)].head->net->layout, int(model_.options["batch"].integer()), Cut{});
  return m;
}

bool BridgeTraining::behind(const Value& line) const {
  if (line.find("w2")) return line["phase"].integer() <= int64_t(model_.phase_ends.w2.size());
  return Resumable::behind(line);
}

int64_t BridgeTraining::steps_done() const {
  return phase_ * model_.learner->steps() + (trainers_.empty() ? 0 : trainers_[0]->steps_done());
}

void BridgeTraining::run(Progress& progress, int64_t checkpoint_every, const std::function<void()>& checkpoint) {
  const Learner& learner = *model_.learner;
  const int64_t each = learner.steps(), total = learner.phases() * each, window = std::max<int64_t>(1, total / 400);
  progress.begin("training");
  while (phase_ < learner.phases()) {
    while (trainers_[0]->steps_done() < each) {
      double loss = 0, square = 0, rate = 0;
      for (auto& trainer : trainers_) {
        const auto report = trainer->step(*pairs_);
        if (!report.finite) {
          checkpoint();
          throw Error("the training diverged: the loss or its gradient is not finite at step " + std::to_string(steps_done() + 1) + " of " +
                      std::to_string(total) + ". A smaller rate or a longer warmup usually helps");
        }
        loss += report.loss / double(trainers_.size());
        square += report.grad_norm * report.grad_norm, rate = report.rate;
      }
      const int64_t done = steps_done();
      window_loss_ += loss / double(window);
      if (done % window == 0) {
        model_.loss.push_back(window_loss_);
        model_.loss_step.push_back(double(done));
        if (log)
          log(Value::Object{
              {"step", done}, {"phase", phase_ + 1}, {"loss", window_loss_}, {"rate", rate}, {"gradient", std::sqrt(square)}});
        window_loss_ = 0;
      }
      progress.update(done, total, loss);
      if (done < total && progress.stop_requested()) {
        checkpoint();
        throw Error("stopped at step " + std::to_string(done) + " of " + std::to_string(total), Exit::checkpointed);
      }
      if (checkpoint_every && done % checkpoint_every == 0 && done < total) checkpoint();
    }
    std::size_t next = 0;
    for (const int k : learner.trained(int(phase_))) {
      Trainer& trainer = *trainers_[next++];
      const std::size_t i = std::size_t(k);
      model_.params[i].v = trainer.live().v;
      model_.ema[i].v = trainer.average().v;
      model_.params[i].pack();
      model_.ema[i].pack();
      model_.trained[i] = 1;
    }
    judge();
    progress.note(model_.phase_ends.sentence(std::size_t(phase_)));
    if (log) log(model_.phase_ends.line(std::size_t(phase_)));
    if (++phase_ < learner.phases()) begin();
  }
}

// A few rows of both sets that belong to no pair, the one taken where the other is: as many rows of the other set, drawn again, are the
// floor. On streams of its own, so nothing that is trained knows of it.
void BridgeTraining::judge() {
  const Learner& learner = *model_.learner;
  const Direction way = learner.taught(int(phase_));
  const int from = way == Direction::forward ? 0 : 1, d = model_.dim(), w = model_.condition.width();
  int64_t m = 500;
  for (const Matrix<double>& x : sets_->x)
    if (x.rows) m = std::min(m, std::max<int64_t>(1, x.rows / 2));  // two draws of m rows share none
  const Stream stream = model_.stream() / "judge" / uint64_t(phase_);
  const auto source = independent(learner.side(0), learner.side(1), int(m), stream / "rows");
  Matrix<double> given(m, w), sets[2][2];  // [draw][set], data units
  for (const int draw : {1, 0}) {          // the condition that is kept is that of draw 0
    Matrix<double> pairs(m, 2 * d);
    State state{{0, int(m)}, {pairs}};
    if (w) state.real.push_back(given);
    source->draw(draw, state.rows, state);
    for (const int k : {0, 1}) {
      Matrix<double>& x = sets[draw][k] = Matrix<double>(m, d);
      for (int64_t i = 0; i < m; ++i) std::copy_n(pairs[i] + k * d, d, x[i]);
      model_.codec.decode(x);
    }
  }
  const auto transport = model_.transport();
  Bridged bridged = model_.bridged(*transport);
  bridged.given = [&](const Matrix<double>*) { return given; };
  const Judged found = job::judge(bridged, way, learner.simulation_steps(), {sets[0][from]}, {sets[0][1 - from]}, {sets[1][1 - from]},
                                  (stream / "moved").key);
  PhaseEnds& j = model_.phase_ends;
  j.forward.push_back(way == Direction::forward);
  j.step.push_back(double((phase_ + 1) * learner.steps()));
  j.w2.push_back(found.w2);
  j.floor.push_back(found.floor);
  j.energy.push_back(found.energy);
}

// The last phase that taught each way; the one that is further off.
std::string BridgeTraining::warning() const {
  std::string said;
  double worst = 0;
  const PhaseEnds& j = model_.phase_ends;
  for (std::size_t k = j.forward.size(); k-- > 0 && k + 2 >= j.forward.size();) {
    if (k + 1 < j.forward.size() && j.forward[k] == j.forward.back()) break;
    const Judged last = j.judged(k);
    const double off = std::isfinite(last.w2) ? last.w2 / last.floor : HUGE_VAL;
    if (const std::string w = last.warning(); !w.empty() && off > worst) said = w, worst = off;
  }
  return said.empty() ? said
                      : said + ". More steps, more half-iterations (or rounds), or a larger sigma may help; dm-eval judges more rows";
}

void BridgeTraining::state(Archive& archive) {
  archive.field("phase", phase_);
  if (phase_ < 0 || phase_ >= model_.learner->phases())
    throw Error("/@phase is " + std::to_string(phase_) + ", of " + std::to_string(model_.learner->phases()) +
                    " phases. The file is damaged or was edited",
                Exit::data);
  model_.state(archive.group("model"));
  if (!archive.saving()) begin();
  std::size_t next = 0;
  for (const int k : model_.learner->trained(int(phase_)))
    trainers_[next++]->state(archive.group("trainer").group(model_.learner->nets()[std::size_t(k)].name.c_str()));
  archive.field("window_loss", window_loss_);
}

}  // namespace dm::job
