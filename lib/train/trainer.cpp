#include "train/trainer.h"

#include <cmath>

namespace dm {

// What a thread keeps between tiles.
struct Trainer::Room {
  Arena arena;
  Matrix<double> x0, x, given;
  Query q;
  // The clean rows; the query shares what is given.
  State fit(Rows rows, int d, int columns, int w) {
    const int n = rows.n;
    if (x.rows != n || x.cols != d || x0.cols != columns || given.cols != w) resize(n, d, columns, w);
    q.x = {rows, {x}};
    State clean{rows, {x0}};
    if (w) q.x.real.push_back(given), clean.real.push_back(given);
    return clean;
  }
  void resize(int n, int d, int columns, int w) {
    x0 = Matrix<double>(n, columns);
    x = Matrix<double>(n, d);
    given = Matrix<double>(n, w);
    q.target = Matrix<float>(n, d);
    q.at.resize(std::size_t(n));
    q.weight.resize(std::size_t(n));
  }
};

Trainer::Trainer(const Head& head, const Objective& objective, const Value& optimiser, int64_t total_steps, int batch, Cut cut,
                 Stream stream)
    : head_(head),
      objective_(objective),
      live_(head.net->layout),
      ema_(head.net->layout),
      adam_(optimiser, total_steps, head.net->layout.size),
      batch_(batch),
      cut_(cut),
      stream_(stream),
      sum_(std::size_t(head.net->layout.size) + 1) {
  live_.initialise(stream / "init");
  ema_.v = live_.v;
}

void Trainer::start_from(const ParamSet<float>& live, const ParamSet<float>& average) {
  live_.v = live.v;
  ema_.v = average.v;
  live_.pack();
}

Var Trainer::record(Tape<float>& tape, Room& room, const Source& source, Rows rows, int64_t step, Stream stream) const {
  State x0 = room.fit(rows, head_.d, objective_.columns(head_.d), head_.given);
  room.q.stream = stream;
  source.draw(step, rows, x0);
  objective_.fill(stream, x0, head_, room.q);
  return objective_.loss(tape, head_, room.q);
}

Trainer::Report Trainer::step(Source& source) {
  source.prepare(step_);
  const Stream stream = stream_ / "noise" / uint64_t(step_);
  const int64_t size = head_.net->layout.size;
  const float share = 1.0f / float(batch_);
  ordered_sum<float>(
      cut_, batch_,
      [&](Rows rows, float* lane) {
        static thread_local Room room;
        room.arena.reset();
        Tape<float> tape(live_, room.arena, lane);
        const Var loss = record(tape, room, source, rows, step_, stream);
        tape.backward(loss, Mat<const float>{&share, 1, 1, 1});
        lane[size] += tape.value(loss)[0][0] * share;
      },
      sum_.data(), size + 1);
  Report report{double(sum_[std::size_t(size)]), 0, false};
  if (!std::isfinite(report.loss)) return report;
  report.grad_rms = adam_.step(step_, sum_.data(), live_, ema_.v);
  report.finite = std::isfinite(report.grad_rms);
  report.grad_norm = report.grad_rms * std::sqrt(double(size)), report.rate = adam_.rate(step_);
  if (report.finite) ++step_;
  return report;
}

double Trainer::loss(const Source& source, int64_t n) {
  ema_.pack();
  double sum = 0;
  ordered_sum<double>(
      cut_, n,
      [&](Rows rows, double* lane) {
        static thread_local Room room;
        room.arena.reset();
        Tape<float> tape(ema_, room.arena);
        const Var loss = record(tape, room, source, rows, 0, stream_ / "held-out");
        lane[0] += double(tape.value(loss)[0][0]) / double(n);
      },
      &sum, 1);
  return sum;
}

void Trainer::add_memory(Memory& m, const Layout& layout, int batch, Cut cut) {
  m.add("parameters, average and moments", layout.bytes(2, 2), 1);
  const int lanes = cut.lanes_for(batch);
  m.add("gradients", double(lanes) * double(layout.size + 1), 4);
  double outputs = 0;
  for (const auto& item : layout.items) outputs += item.bias ? 0 : double(item.cols);
  const double chunk = 4 << 20, tape = 4 * 4 * double(cut.tile) * outputs;  // an arena grows by chunks
  m.add("tapes", std::ceil(tape / chunk) * chunk * std::min(lanes, threads()), 1);
}

const ParamSet<float>& Trainer::average() {
  ema_.pack();
  return ema_;
}

void Trainer::state(Archive& a) {
  a.field("step", step_);
  a.field("params", live_.v);
  a.field("ema", ema_.v);
  adam_.state(a.group("optimizer"));
  if (!a.saving()) live_.pack();
}

}  // namespace dm
