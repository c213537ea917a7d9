#include "job/train.h"

#include <algorithm>

namespace dm::job {

const std::vector<Option>& train_options() {
  static const std::vector<Option> options = [] {
    std::vector<Option> o = {{"process", method(processes), "ve", "how noise is added"},
                             {"objective", method(objectives), "edm", "what the network is trained on"},
                             {"steps", integer(1, 1e9), 8000, "optimiser steps"},
                             {"batch", integer(1, 1 << 20), 512, "rows a step"},
                             {"codec", choice({"standard", "identity"}), "standard",
                              "standard: the model works on (x - mean) / (pooled standard deviation); identity: in data units"}};
    for (auto& h : Head::options()) o.push_back(h);
    for (auto& a : Adam::options()) o.push_back(a);
    o.push_back({"checkpoint", integer(0), 1000, "steps between checkpoints of a run with --resume; 0: only when it is stopped"});
    return o;
  }();
  return options;
}

Training::Training(const Value& spec, const Matrix<double>& x, std::vector<double> weights) : model_(spec), x_(x) {
  const Value& o = model_.options();
  if (x.rows < 1) throw Error("the dataset has no rows", Exit::data);
  if (o["codec"].text() == "standard") model_.codec = AffineCodec::fit(x_, weights.empty() ? nullptr : weights.data());
  model_.codec.encode(x_);
  const int batch = int(o["batch"].integer());
  const Stream stream = model_.stream();
  source_ = std::make_unique<DatasetSource>(x_, std::move(weights), batch, stream / "rows");
  trainer_ = std::make_unique<Trainer>(*model_.head, *model_.objective, o, o["steps"].integer(), batch, Cut{}, stream);
}

void Training::run(Progress& progress, int64_t checkpoint_every, const std::function<void()>& checkpoint) {
  const int64_t total = model_.options()["steps"].integer(), window = std::max<int64_t>(1, total / 400);
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
    if (done % window == 0) {
      model_.loss.push_back(window_loss_);
      model_.loss_step.push_back(double(done));
      window_loss_ = 0;
    }
    progress.update(done, total, report.loss);
    if (done < total && progress.stop_requested()) {
      checkpoint();
      throw Error("stopped at step " + std::to_string(done) + " of " + std::to_string(total), Exit::checkpointed);
    }
    if (checkpoint_every && done % checkpoint_every == 0 && done < total) checkpoint();
  }
  model_.params->v = trainer_->live().v;
  model_.ema->v = trainer_->average().v;
  model_.params->pack();
  model_.ema->pack();
}

void Training::state(Archive& archive) {
  trainer_->state(archive.group("trainer"));
  archive.field("loss", model_.loss);
  archive.field("loss_step", model_.loss_step);
  archive.field("window_loss", window_loss_);
}

}  // namespace dm::job
