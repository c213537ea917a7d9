#include "job/train.h"

#include <algorithm>

namespace dm::job {

const std::vector<Option>& train_options() {
  static const std::vector<Option> options = [] {
    std::vector<Option> o = {
        {"process", method(processes), "ve", "how noise is added"},
        {"objective", method(objectives), "edm", "what the network is trained on"},
        {"steps", integer(1, 1e9), Value(),
         "optimiser steps; unset: 8000, with a condition 8000 + 2000 (d + dy), at most 60000 and 200 epochs, at least 2000"},
        {"batch", integer(1, 1 << 20), 512, "rows a step"},
        {"codec", choice({"standard", "identity"}), "standard",
         "standard: the model works on (x - mean) / (pooled standard deviation); identity: in data units"}};
    o.push_back({"condition", choice({"vector", "label", "none"}), "vector",
                 "what /y is to the network: standardised numbers, one-hot classes, or nothing"});
    o.push_back({"condition_dropout", number(0, 1).below(), 0.0,
                 "share of the rows that are trained without their condition; about .1 is what dm-sample --guidance needs"});
    o.push_back(
        {"support", any(), Value(),
         "box of the data, [[lo, hi], null, ...] with null for a column without bounds: no sample leaves it; unset: the one that the "
         "data's state declares"});
    o.push_back({"held_out", number(0, 0.9), Value(),
                 "share of the rows that are not trained on: the parameters kept are those with the lowest loss there; unset: .05 with a "
                 "condition, else 0"});
    o.push_back(
        {"validation", text(), Value(),
         "dataset whose rows are held out in the place of a share of DATA: the parameters kept are those with the lowest loss there"});
    o.push_back(
        {"patience", integer(1, 100), Value(),
         "stop when what --criterion names was not lower at this many looks in a row: of the 100 in a training at the loss, of the 10 at "
         "metrics; unset: all"});
    o.push_back(
        {"metrics", any(metrics), Value(),
         "distances between rows drawn from the moving average as dm-sample does it and held-out rows, taken at 10 looks: names or JSON "
         "as for dm-eval --metrics; unset: none"});
    o.push_back({"criterion", text(), "loss",
                 "what says which parameters are the best and are kept: the loss of the held-out rows, or the name of one of --metrics"});
    for (auto& h : Head::options()) o.push_back(h);
    for (auto& a : Adam::options(4e-3)) o.push_back(a);
    for (auto& r : resume_options()) o.push_back(r);
    return o;
  }();
  return options;
}

Condition condition_of(const Value& options, const Matrix<double>& y) {
  const std::string& kind = options["condition"].text();
  using Kind = Condition::Kind;
  return Condition::fit(!y.cols || kind == "none" ? Kind::none : kind == "label" ? Kind::label : Kind::vector, y);
}

int64_t default_steps(int64_t rows, int64_t d, int64_t dy, int64_t batch) {
  if (!dy) return 8000;
  return std::min({int64_t(60000), 8000 + 2000 * (d + dy), std::max<int64_t>(2000, 200 * rows / batch)});
}

Training::Training(const Value& spec, const TrainingRows& rows) : model_(spec) {
  const Value& o = model_.options();
  const int64_t n = rows.x.rows;
  if (n < 1) throw Error("the dataset has no rows", Exit::data);
  const Stream stream = model_.stream();
  if (o["codec"].text() == "standard") model_.codec.fit(rows.x, rows.weights.empty() ? nullptr : rows.weights.data());
  const bool told = model_.condition.width() > 0;
  if (told) model_.condition = condition_of(o, rows.y);
  const auto copied = [&](const TrainingRows& r) { return RowSet{r.x, told ? r.y : Matrix<double>(), r.weights}; };
  const auto encoded = [&](RowSet r) {
    model_.codec.encode(r.x);
    if (told) r.y = model_.condition.encode(r.y);
    return r;
  };
  share_ = rows.validation ? 0 : o["held_out"].is_null() ? (told ? 0.05 : 0) : o["held_out"].number();
  int64_t held = int64_t(share_ * double(n));
  if (o["held_out"].is_number() && share_ > 0 && !held)
    throw Error("--held-out " + to_json(o["held_out"]) + " of " + std::to_string(n) + " rows is less than one row; ask for a larger share",
                Exit::spec);
  if (!told && o["condition_dropout"].number() > 0)
    throw Error("--condition-dropout trains rows without their condition, and this training has none; leave it out, or give rows with /y",
                Exit::spec);
  std::vector<int64_t> order;
  const Permutation shuffled(stream / "held-out", uint64_t(n));
  for (int64_t i = 0; i < n; ++i) order.push_back(held ? int64_t(shuffled[uint64_t(i)]) : i);
  const std::vector<int64_t> few(order.begin(), order.begin() + held), most(order.begin() + held, order.end());
  const RowSet all = encoded(copied(rows));
  trained_ = all.take(most);
  held_out_ = rows.validation ? encoded(copied(*rows.validation)) : all.take(few);
  if (rows.validation) held = held_out_.x.rows;
  if (!held && !o["patience"].is_null())
    throw Error("--patience ends a training by the loss of its held-out rows, and none of the " + std::to_string(n) +
                    " rows are held out; say which with --held-out or --validation, or leave --patience out",
                Exit::spec);
  const int batch = int(o["batch"].integer());
  const auto source = [&](const RowSet& p, int size, const char* path, double absent) {
    return std::make_unique<DatasetSource>(p.x, p.weights, size, stream / path, Given{p.y, absent});
  };
  source_ = source(trained_, batch, "rows", o["condition_dropout"].number());
  if (held) {
    judge_ = source(held_out_, int(held), "held-out", 0);
    patience_ = o["patience"].is_null() ? 100 : o["patience"].integer();
  }
  trainer_ = std::make_unique<Trainer>(*model_.head, *model_.objective, o, o["steps"].integer(), batch, Cut{}, stream);
  if (!o["metrics"].is_null())
    monitor_ = std::make_unique<Monitor>(o["metrics"], model_, rows.validation ? copied(*rows.validation) : copied(rows).take(few),
                                         copied(rows).take(most));
  if (by_loss()) return;
  if (!monitor_)
    throw Error("--criterion " + o["criterion"].text() + " is not measured; name it in --metrics, or leave --criterion out", Exit::spec);
  monitor_->expect(o["criterion"].text());
}

void Training::tell(Progress& p) const {
  p.chose("steps", model_.options()["steps"]);
  p.chose("predict", kind_names()[std::size_t(model_.head->kind)]);
  p.chose("support", model_.spec["support"]);
  if (share_ > 0) p.chose("held_out", share_);
  if (patience_) p.chose("patience", patience_);
}

Memory Training::memory() const {
  Memory m;
  for (const RowSet* r : {&trained_, &held_out_})
    m.add("rows, as read and in model units", 2 * double(r->x.rows) * double(r->x.cols + r->y.cols + 1));
  const Layout& layout = model_.head->net->layout;
  Trainer::add_memory(m, layout, int(model_.options()["batch"].integer()), Cut{});
  m.add("the model, as written", layout.bytes(patience_ ? 1 : 0, 2), 1);
  return m;
}

void Training::keep_if_best(double value) {
  if (!(value < best_value_)) return;
  best_value_ = value, best_step_ = trainer_->steps_done(), best_ = trainer_->average().v;
}

void Training::run(Progress& progress, int64_t checkpoint_every, const std::function<void()>& checkpoint) {
  const int64_t total = model_.options()["steps"].integer(), window = std::max<int64_t>(1, total / 400),
                look = std::max<int64_t>(1, total / 100);
  const std::string& criterion = model_.options()["criterion"].text();
  progress.begin("training");
  while (trainer_->steps_done() < total) {
    const auto report = trainer_->step(*source_);
    const int64_t done = trainer_->steps_done();
    if (!report.finite) {
      checkpoint();
      throw Error("the training diverged: the loss or its gradient is not finite at step " + std::to_string(done + 1) + " of " +
                  std::to_string(total) + ". A smaller rate or a longer warmup usually helps");
    }
    window_loss_ += report.loss / double(window);
    Value line(Value::Object{{"step", done}});
    if (done % window == 0) {
      model_.loss.push_back(window_loss_);
      model_.loss_step.push_back(double(done));
      line.set("loss", window_loss_), line.set("rate", report.rate), line.set("gradient", report.grad_norm);
      window_loss_ = 0;
    }
    progress.update(done, total, report.loss);
    const bool looks = patience_ && (done % look == 0 || done == total),
               measures = looks && monitor_ && (done % (10 * look) == 0 || done == total);
    if (looks) {
      const double loss = trainer_->loss(*judge_, std::min<int64_t>(held_out_.x.rows, 20000));
      model_.held_out.push_back(loss);
      model_.held_out_step.push_back(double(done));
      line.set("held_out", loss);
      if (by_loss()) keep_if_best(loss);
    }
    if (measures) {
      model_.ema->v = trainer_->average().v;
      model_.ema->pack();
      for (const auto& [key, v] : monitor_->measure(double(done)).members()) line.set(key, v);
      progress.note(monitor_->sentence());
      if (!by_loss()) keep_if_best(monitor_->last(criterion));
    }
    if (log && line.members().size() > 1) log(line);
    if ((by_loss() ? looks : measures) && done - best_step_ >= patience_ * look * (by_loss() ? 1 : 10)) {
      progress.note("stopped at step " + std::to_string(done) + " of " + std::to_string(total) + ": " +
                    (by_loss() ? "the loss of the held-out rows" : criterion) + " was lowest at step " + std::to_string(best_step_));
      break;
    }
    if (done < total && progress.stop_requested()) {
      checkpoint();
      throw Error("stopped at step " + std::to_string(done) + " of " + std::to_string(total), Exit::checkpointed);
    }
    if (checkpoint_every && done % checkpoint_every == 0 && done < total) checkpoint();
  }
  model_.params->v = trainer_->live().v;
  model_.ema->v = best_.empty() ? trainer_->average().v : best_;
  model_.params->pack();
  model_.ema->pack();
}

void Training::state(Archive& archive) {
  trainer_->state(archive.group("trainer"));
  archive.field("loss", model_.loss);
  archive.field("loss_step", model_.loss_step);
  archive.field("window_loss", window_loss_);
  if (!patience_) return;
  archive.field("held_out", model_.held_out);
  archive.field("held_out_step", model_.held_out_step);
  archive.field("best_value", best_value_);
  archive.field("best_step", best_step_);
  archive.field("best", best_);
  if (monitor_) monitor_->state(archive.group("metrics"));
}

void Training::result(Archive& archive) {
  model_.state(archive);
  if (monitor_) monitor_->state(archive.group("metrics"));
}

}  // namespace dm::job
