#include "bridge/trajectories.h"

#include <cmath>

#include "core/parallel.h"
#include "sample/sampler.h"

namespace dm {

namespace {

struct Cache : Source {
  Trajectories sim;
  std::unique_ptr<Source> ends;  // both sides, and what is given
  std::unique_ptr<StepRule> rule = make<std::unique_ptr<StepRule>>(samplers(), or_default({}, samplers(), "euler-maruyama"));
  Plan plan;
  int d, w, batch;
  Stream stream;
  Matrix<double> pairs, given, rows;  // [size, 2 d], [size, w], [steps * size, 2 d + 1]: step k of path i is row k * size + i
  int64_t filled = -1;

  Cache(const Side& p0, const Side& p1, Trajectories t, int n, Stream s)
      : sim(std::move(t)),
        ends(independent(p0, p1, sim.size, s)),
        plan(make_plan(*sim.simulated.schedule, *make<std::unique_ptr<Grid>>(grids(), or_default({}, grids(), "even")), sim.steps,
                       Final::noise)),
        d(p0.d),
        w(std::max(p0.given, p1.given)),
        batch(n),
        stream(s) {}

  double memory() const override { return 8.0 * sim.size * (2 * d + w + double(sim.steps) * (2 * d + 1)); }
  void prepare(int64_t step) override {
    const int64_t refresh = step / sim.stride;
    if (refresh == filled) return;
    filled = refresh;
    pairs = Matrix<double>(sim.size, 2 * d), given = Matrix<double>(sim.size, w);
    rows = Matrix<double>(int64_t(sim.steps) * sim.size, 2 * d + 1);
    State start{{0, sim.size}, {pairs}};
    if (w) start.real.push_back(given);
    ends->draw(refresh, start.rows, start);
    const PhiloxNoise noise(stream / "refresh" / uint64_t(refresh) / "z");
    for_tiles({}, sim.size, [&](Rows part, int64_t) { simulate(part, noise); });
    for (const double v : rows.v)
      if (!std::isfinite(v)) throw Error("the simulated paths are no longer finite; take a smaller rate, or more simulation steps");
  }

  void simulate(Rows part, const Noise& noise) {
    const int n = part.n, from = sim.way == Direction::forward ? 0 : d;
    Matrix<double> x(n, d), mean(n, d), m(n, d), x0(n, d), eps(n, d), z(n, d);
    State state{part, {x}};
    if (w) state.real.push_back(given.view().slice(part.first, n));
    for (int i = 0; i < n; ++i) std::copy_n(pairs[part[i]] + from, d, x[i]);
    Pred end{x0, eps};
    for (std::size_t k = 0; k < plan.size(); ++k) {
      Step s;  // F_k(x) = a x + b x0hat
      rule->step(*sim.simulated.schedule, plan, k, s);
      const auto apply = [&](Matrix<double>& out) {
        sim.simulated.denoiser->eval(state, {&plan[k].from, true}, end);
        for (std::size_t j = 0; j < out.v.size(); ++j) out.v[j] = s.a * x.v[j] + s.b[0] * x0.v[j];
      };
      apply(mean);
      noise.draw(part, int(k), 0, z);
      m = x;  // increment: m = x_k
      for (std::size_t j = 0; j < x.v.size(); ++j) x.v[j] = mean.v[j] + s.c * plan[k].noise * z.v[j];
      if (sim.mean_match) {
        apply(m);
        for (std::size_t j = 0; j < x.v.size(); ++j) m.v[j] = x.v[j] + mean.v[j] - m.v[j];
      }
      const Level here = sim.trained.at(1 - plan[k].to.t);
      const PinnedDrift drift(sim.trained, here);
      for (int i = 0; i < n; ++i) {
        double* row = rows[int64_t(k) * sim.size + part[i]];
        for (int j = 0; j < d; ++j) {
          row[j] = x[i][j];
          row[d + j] = ((m[i][j] - x[i][j]) * sim.steps - drift.x * x[i][j]) / drift.end;
        }
        row[2 * d] = here.t;
      }
    }
  }

  void draw(int64_t step, Rows slots, State& out) const override {
    static thread_local std::vector<uint64_t> order;
    order.resize(std::size_t(slots.n));
    shuffled(stream / "refresh" / uint64_t(filled) / "order", uint64_t(rows.rows), uint64_t(step % sim.stride) * uint64_t(batch), slots,
             order.data());
    for (int i = 0; i < slots.n; ++i) {
      const int64_t row = int64_t(order[std::size_t(i)]);
      std::copy_n(rows[row], rows.cols, out.x()[i]);
      if (w) std::copy_n(given[row % sim.size], w, out.x(1)[i]);
    }
  }
};

}  // namespace

std::unique_ptr<Source> trajectories(const Side& p0, const Side& p1, Trajectories t, int batch, Stream s) {
  return std::make_unique<Cache>(p0, p1, std::move(t), batch, s);
}

void StepMatching::fill(Stream, const State& rows, const Regressor&, Query& q) const {
  const Mat<double> x = q.x.x();
  const int64_t d = x.cols;
  q.x.rows = rows.rows;
  for (int i = 0; i < rows.rows.n; ++i) {
    const double *row = rows.x()[i], *end = row + d;
    const Level l = q.at[std::size_t(i)] = head.schedule.at(row[2 * d]);
    const Canonical k = head.canonical(l);
    // |yhat - y| k1 is the error of the end, times drift.end that of the drift, times h that of the mean
    const double pull = k.k1 * PinnedDrift(head.schedule, l).end;
    q.weight[std::size_t(i)] = float(pull * pull / (head.schedule.g2(l.t) * double(steps) * double(d)));
    for (int64_t j = 0; j < d; ++j) {
      x[i][j] = row[j];
      q.target[i][j] = float((end[j] - k.k0 * row[j]) / k.k1);
    }
  }
}

}  // namespace dm
