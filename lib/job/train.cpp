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
         "stop when the loss of the held-out rows was not lower at this many looks in a row, of the 100 in a training; unset: 100"});
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

Training::Part Training::Part::take(const std::vector<int64_t>& rows) const {
  Part p{take_rows(x.view(), rows), take_rows(given.view(), rows), {}};
  if (!weights.empty())
    for (const int64_t i : rows) p.weights.push_back(weights[std::size_t(i)]);
  return p;
}

Training::Training(const Value& spec, const TrainingRows& rows) : model_(spec) {
  const Value& o = model_.options();
  const int64_t n = rows.x.rows;
  if (n < 1) throw Error("the dataset has no rows", Exit::data);
  const Stream stream = model_.stream();
  if (o["codec"].text() == "standard") model_.codec.fit(rows.x, rows.weights.empty() ? nullptr : rows.weights.data());
  const bool told = model_.condition.width() > 0;
  if (told) model_.condition = condition_of(o, rows.y);
  const auto encoded = [&](const TrainingRows& from) {
    Part p{from.x, {}, from.weights};
    model_.codec.encode(p.x);
    if (told) p.given = model_.condition.encode(from.y);
    return p;
  };
  const Part all = encoded(rows);
  const double share = rows.validation ? 0 : o["held_out"].is_null() ? (told ? 0.05 : 0) : o["held_out"].number();
  int64_t held = int64_t(share * double(n));
  std::vector<int64_t> order;
  const Permutation shuffled(stream / "held-out", uint64_t(n));
  for (int64_t i = 0; i < n; ++i) order.push_back(held ? int64_t(shuffled[uint64_t(i)]) : i);
  held_out_ = all.take({order.begin(), order.begin() + held});
  trained_ = all.take({order.begin() + held, order.end()});
  if (rows.validation) held_out_ = encoded(*rows.validation), held = held_out_.x.rows;
  if (!held && !o["patience"].is_null())
    throw Error("--patience ends a training by the loss of its held-out rows, and none of the " + std::to_string(n) +
                    " rows are held out; say which with --held-out or --validation, or leave --patience out",
                Exit::usage);
  const int batch = int(o["batch"].integer());
  const auto source = [&](const Part& p, int size, const char* path, double absent) {
    return std::make_unique<DatasetSource>(p.x, p.weights, size, stream / path, Given{p.given, absent});
  };
  source_ = source(trained_, batch, "rows", o["condition_dropout"].number());
  if (held) {
    judge_ = source(held_out_, int(held), "held-out", 0);
    patience_ = o["patience"].is_null() ? 100 : o["patience"].integer();
  }
  trainer_ = std::make_unique<Trainer>(*model_.head, *model_.objective, o, o["steps"].integer(), batch, Cut{}, stream);
}

Memory Training::memory() const {
  Memory m;
  for (const Part* p : {&trained_, &held_out_})
    m.add("rows, as read and in model units", 2 * double(p->x.rows) * double(p->x.cols + p->given.cols + 1));
  const Layout& layout = model_.head->net->layout;
  Trainer::add_memory(m, layout, int(model_.options()["batch"].integer()), Cut{});
  m.add("the model, as written", layout.bytes(patience_ ? 1 : 0, 2), 1);
  return m;
}

void Training::run(Progress& progress, int64_t checkpoint_every, const std::function<void()>& checkpoint) {
  const int64_t total = model_.options()["steps"].integer(), window = std::max<int64_t>(1, total / 400),
                look = std::max<int64_t>(1, total / 100);
  progress.begin("training");
  while (trainer_->steps_done() < total) {
    const auto report = trainer_->step(*source_);
    const int64_t done = trainer_->steps_done();
    if (!report.finite) {
      checkpoint();
      throw Error("the training diverged: the loss or its gradient is not finite at step " + std::to_string(done + 1) + " of " +
                  std::to_string(total) + "; the last finite state was kept. A smaller rate or a longer warmup usually helps");
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
    const bool looks = patience_ && (done % look == 0 || done == total);
    if (looks) {
      const double loss = trainer_->loss(*judge_, std::min<int64_t>(held_out_.x.rows, 20000));
      model_.held_out.push_back(loss);
      model_.held_out_step.push_back(double(done));
      if (loss < best_loss_) best_loss_ = loss, best_step_ = done, best_ = trainer_->average().v;
      line.set("held_out", loss);
    }
    if (log && line.members().size() > 1) log(line);
    if (looks && done - best_step_ >= patience_ * look) {
      progress.note("stopped at step " + std::to_string(done) + " of " + std::to_string(total) +
                    ": the loss of the held-out rows was lowest at step " + std::to_string(best_step_));
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
  archive.field("best_loss", best_loss_);
  archive.field("best_step", best_step_);
  archive.field("best", best_);
}

}  // namespace dm::job
