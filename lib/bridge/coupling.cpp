#include "bridge/coupling.h"

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "ot/sinkhorn.h"
#include "ot/wasserstein.h"
#include "sample/sampler.h"

namespace dm {

namespace {

// Both ends as views of a pair's columns.
State end_of(const State& pair, int which) {
  const Mat<double> both = pair.x();
  const int64_t d = both.cols / 2;
  State s{pair.rows, {{both.p + which * d, both.rows, d, both.ld}}};
  return s;
}

// A side that is told writes what is given of the pair, or reads it.
void draw_side(const Source& source, bool told, int64_t step, Rows slots, const State& pair, int which) {
  State s = end_of(pair, which);
  if (told && pair.real.size() > 1) s.real.push_back(pair.x(1));
  source.draw(step, slots, s);
}

struct LawSource : Source {
  const Law& law;
  const Codec& codec;
  Stream stream;
  LawSource(const Law& l, const Codec& c, Stream s) : law(l), codec(c), stream(s) {}
  void draw(int64_t step, Rows slots, State& x) const override {
    Matrix<double> rows(slots.n, law.dim());
    law.draw(stream / uint64_t(step), slots, rows);
    codec.encode(rows);
    for (int i = 0; i < slots.n; ++i) std::copy_n(rows[i], rows.cols, x.x()[i]);
  }
};

struct GivenSource : Source {
  const GivenLaw& law;
  Stream stream;
  GivenSource(const GivenLaw& l, Stream s) : law(l), stream(s) {}
  void draw(int64_t step, Rows slots, State& x) const override { law.draw(stream / uint64_t(step), slots, x.x(1), x.x()); }
};

std::unique_ptr<Source> made(const Side& side, int batch, Stream stream) {
  if (!side.make) throw Error("one set is given, and this method goes between two; name the second", Exit::usage);
  return side.make(batch, stream);
}

// What the couplings share: a source for each side.
struct Sides : Source {
  std::unique_ptr<Source> source[2];
  bool told[2], reads[2];
  int d, w;  // columns of a side and of the condition
  Sides(const Side& p0, const Side& p1, int batch, Stream stream)
      : source{made(p0, batch, stream / "x0"), made(p1, batch, stream / "x1")},
        told{p0.given > 0, p1.given > 0},
        reads{p0.reads, p1.reads},
        d(p0.d),
        w(std::max(p0.given, p1.given)) {
    if (p0.d != p1.d)
      throw Error("the first set has " + std::to_string(p0.d) + " columns and the second " + std::to_string(p1.d) +
                      "; the same number was expected",
                  Exit::data);
    if (told[0] && told[1]) throw Error("both sets carry a condition /y; a pair has one, so leave /y out of one of them", Exit::data);
  }
  void draw_sides(int64_t step, Rows slots, const State& pair) const {
    for (int k = 0; k < 2; ++k) draw_side(*source[k], told[k] || reads[k], step, slots, pair, k);
  }
  void draw(int64_t step, Rows slots, State& pair) const override { draw_sides(step, slots, pair); }
};

struct FromReference : Sides {
  Transition across;
  Stream stream;
  FromReference(const Side& p0, const Side& p1, const Schedule& reference, int batch, Stream s)
      : Sides(p0, p1, batch, s), across(reference.at(0), reference.at(1)), stream(s / "z") {}
  void draw(int64_t step, Rows slots, State& pair) const override {
    draw_sides(step, slots, pair);  // x1 is replaced, what is given of it stays
    const Mat<double> both = pair.x();
    const int64_t d = both.cols / 2;
    Matrix<double> z(slots.n, d);
    normals(stream / uint64_t(step), slots, 0, z);
    for (int i = 0; i < slots.n; ++i)
      for (int64_t j = 0; j < d; ++j) both[i][d + j] = across.r * both[i][j] + std::sqrt(across.v) * z[i][j];
  }
};

// A pool of pairs [size, 2 d] with what is given of them, refilled now and then.
struct Pool {
  Matrix<double> pairs, given;
  void copy(int64_t from, const State& to, int i) const {
    std::copy_n(pairs[from], pairs.cols, to.x()[i]);
    if (to.real.size() > 1) std::copy_n(given[from], given.cols, to.x(1)[i]);
  }
};

// Partners within the batch of a step, by number. A matching is pure in the step, so those of the next steps are found side by side, one a
// thread.
struct Matched : Sides {
  int batch;
  std::vector<Pool> ahead;  // of the steps first, first + 1, ...
  int64_t first = -1;
  Matched(const Side& p0, const Side& p1, int n, Stream s) : Sides(p0, p1, n, s), batch(n) {}

  virtual std::vector<int64_t> partners(int64_t step, Mat<const double> x0, Mat<const double> x1) const = 0;

  void prepare(int64_t step) override {
    const int64_t window = 4;
    if (first >= 0 && step >= first && step < first + int64_t(ahead.size())) return;
    first = step;
    ahead.resize(std::size_t(window));
    for_tiles(Cut{.tile = 1}, window, [&](Rows part, int64_t) { match(first + part.first, ahead[std::size_t(part.first)]); });
  }
  void match(int64_t step, Pool& pool) const {
    pool.pairs = Matrix<double>(batch, 2 * d);
    pool.given = Matrix<double>(batch, w);
    State pair{{0, batch}, {pool.pairs}};
    if (w) pair.real.push_back(pool.given);
    draw_sides(step, pair.rows, pair);
    Matrix<double> x0(batch, d), x1(batch, d);
    for (int i = 0; i < batch; ++i) std::copy_n(pool.pairs[i], d, x0[i]), std::copy_n(pool.pairs[i] + d, d, x1[i]);
    const std::vector<int64_t> partner = partners(step, x0, x1);
    const Matrix<double> told_of = pool.given;
    for (int i = 0; i < batch; ++i) {
      std::copy_n(x1[partner[std::size_t(i)]], d, pool.pairs[i] + d);
      if (w && told[1]) std::copy_n(told_of[partner[std::size_t(i)]], w, pool.given[i]);
    }
  }
  void draw(int64_t step, Rows slots, State& pair) const override {
    for (int i = 0; i < slots.n; ++i) ahead[std::size_t(step - first)].copy(slots[i], pair, i);
  }
};

struct MinibatchOt : Matched {
  using Matched::Matched;
  std::vector<int64_t> partners(int64_t, Mat<const double> x0, Mat<const double> x1) const override {
    const TransportPlan plan = transport({x0}, {x1}, 2);
    std::vector<int64_t> out(plan.i.size());
    for (std::size_t k = 0; k < plan.i.size(); ++k) out[std::size_t(plan.i[k])] = plan.j[k];
    return out;
  }
};

EntropicPlan plan_of(const Points& a, const Points& b, double sigma) {
  SinkhornOptions o;
  o.eps = sigma * sigma;
  o.tolerance = 1e-4;  // of the whole mass; far below the noise of the draws
  Progress silent;
  return sinkhorn(a, b, o, silent).plan;
}

struct MinibatchEntropic : Matched {
  double sigma;
  Stream stream;
  MinibatchEntropic(const Side& p0, const Side& p1, double s, int n, Stream st)
      : Matched(p0, p1, n, st), sigma(s), stream(st / "partner") {}
  std::vector<int64_t> partners(int64_t step, Mat<const double> x0, Mat<const double> x1) const override {
    return draw_pairs(plan_of({x0}, {x1}, sigma), stream / uint64_t(step));
  }
};

// The rows of a side: its own, or draws of its law.
struct Rowed {
  Matrix<double> drawn;
  Mat<const double> x, given;
  std::vector<double> weights;
  Rowed(const Side& side, Stream s) : x(side.x), given(side.told.rows), weights(side.weights) {
    if (x.rows) return;
    drawn = Matrix<double>(10000, side.d);
    State rows{{0, int(drawn.rows)}, {drawn}};
    side.make(int(drawn.rows), s)->draw(0, rows.rows, rows);
    x = drawn;
  }
  Rowed(const Rowed&) = delete;
  Points points() const { return {x, weights.empty() ? nullptr : weights.data()}; }
};

struct Entropic : Source {
  Rowed first, second;
  double sigma;
  int64_t kept;
  EntropicPlan plan;  // found when the first row is asked for
  std::unique_ptr<Gibbs> partner;
  Matrix<float> cumulative;  // of the plan's rows, while they fit: a draw is then a search and not a sum over the second set
  Matrix<double> numbers;    // of the first set's rows, for
  DatasetSource order;
  Stream stream;
  int batch;

  Entropic(const Side& p0, const Side& p1, double noise, int n, Stream s, int64_t most)
      : first(p0, s / "x0"),
        second(p1, s / "x1"),
        sigma(noise),
        kept(most),
        order(counted(), p0.weights, n, s / "x0"),
        stream(s / "partner"),
        batch(n) {}

  bool keeps() const { return first.x.rows <= kept / second.x.rows; }
  double memory() const override {
    return 8.0 * double((first.x.rows + second.x.rows) * (first.x.cols + 2)) +
           (keeps() ? 4.0 * double(first.x.rows) * double(second.x.rows) : 0);
  }
  void prepare(int64_t) override {
    if (partner) return;
    plan = plan_of(first.points(), second.points(), sigma);
    partner = std::make_unique<Gibbs>(plan.second_from_first());
    if (!keeps()) return;
    const int64_t m = second.x.rows;
    cumulative = Matrix<float>(first.x.rows, m);
    for_tiles(Cut{}, first.x.rows, [&](Rows part, int64_t) {
      std::vector<double> w(static_cast<std::size_t>(m));
      for (int k = 0; k < part.n; ++k) {
        partner->weights(first.x[part[k]], plan.eps, w.data());
        double sum = 0;
        for (int64_t j = 0; j < m; ++j) cumulative[part[k]][j] = float(sum += w[std::size_t(j)]);
      }
    });
  }
  int64_t partner_of(int64_t i, double u) const {
    if (!cumulative.rows) return partner->draw(first.x[i], plan.eps, u);
    const float* c = cumulative[i];
    return std::min(cumulative.cols - 1, int64_t(std::upper_bound(c, c + cumulative.cols, float(u) * c[cumulative.cols - 1]) - c));
  }
  Mat<const double> counted() {
    numbers = Matrix<double>(first.x.rows, 1);
    for (int64_t i = 0; i < numbers.rows; ++i) numbers[i][0] = double(i);
    return numbers;
  }
  void draw(int64_t step, Rows slots, State& pair) const override {
    const int64_t d = first.x.cols;
    Matrix<double> row(slots.n, 1);
    State who{slots, {row}};
    order.draw(step, slots, who);
    for (int k = 0; k < slots.n; ++k) {
      const int64_t i = int64_t(row[k][0]), drawn = step * batch + slots[k];
      const int64_t j = partner_of(i, Draws(stream, drawn).uniform());
      std::copy_n(first.x[i], d, pair.x()[k]);
      std::copy_n(second.x[j], d, pair.x()[k] + d);
      if (pair.real.size() < 2) continue;
      const Mat<const double> given = first.given.cols ? first.given : second.given;
      std::copy_n(given[first.given.cols ? i : j], given.cols, pair.x(1)[k]);
    }
  }
};

struct Simulated : Source {
  Simulation sim;
  Sides sides;
  int batch;
  Stream stream;
  Pool pool;
  int64_t filled = -1;
  Simulated(const Side& p0, const Side& p1, Simulation s, int n, Stream st)
      : sim(std::move(s)), sides(p0, p1, sim.size, st), batch(n), stream(st) {}

  double memory() const override { return 8.0 * sim.size * (3 * sides.d + sides.w); }
  void prepare(int64_t step) override {
    const int64_t refresh = step / sim.stride;
    if (refresh == filled) return;
    filled = refresh;
    pool.pairs = Matrix<double>(sim.size, 2 * sides.d);
    pool.given = Matrix<double>(sim.size, sides.w);
    State pair{{0, sim.size}, {pool.pairs}};
    if (sides.w) pair.real.push_back(pool.given);
    sides.draw_sides(refresh, pair.rows, pair);
    const int d = sides.d, from = sim.way == Direction::forward ? 0 : 1;
    const Way go = sim.rule->flow() ? sim.transport.flow(sim.way) : sim.transport.sde(sim.way);
    Plan plan = make_plan(*go.schedule, *make<std::unique_ptr<Grid>>(grids(), or_default({}, grids(), go.grid)), sim.steps, sim.final);
    sim.rule->refine(*go.schedule, plan);
    const PhiloxNoise noise(stream / "refresh" / uint64_t(refresh) / "z");
    Matrix<double> x(sim.size, d);
    Progress silent;
    Sampler{*go.schedule,
            *go.denoiser,
            *sim.rule,
            *sim.rule,
            plan,
            noise,
            [&](Rows rows, Mat<double> v) {
              for (int i = 0; i < rows.n; ++i) std::copy_n(pool.pairs[rows[i]] + from * d, d, v[i]);
            },
            nullptr,
            pool.given}
        .run({0, sim.size}, x, silent);
    for (int i = 0; i < sim.size; ++i) std::copy_n(x[i], d, pool.pairs[i] + (1 - from) * d);
  }
  void draw(int64_t step, Rows slots, State& pair) const override {
    static thread_local std::vector<uint64_t> order;
    order.resize(std::size_t(slots.n));
    shuffled(stream / "refresh" / uint64_t(filled) / "order", uint64_t(sim.size), uint64_t(step % sim.stride) * uint64_t(batch), slots,
             order.data());
    for (int i = 0; i < slots.n; ++i) pool.copy(int64_t(order[std::size_t(i)]), pair, i);
  }
};

}  // namespace

Side Side::rows(Mat<const double> x, std::vector<double> w, Given told) {
  const auto make = [x, w, told](int batch, Stream s) -> std::unique_ptr<Source> {
    return std::make_unique<DatasetSource>(x, w, batch, s, told);
  };
  return {int(x.cols), int(told.rows.cols), make, x, w, told};
}

Side Side::law(const Law& law, const Codec& codec) {
  return {law.dim(), 0, [&law, &codec](int, Stream s) -> std::unique_ptr<Source> { return std::make_unique<LawSource>(law, codec, s); }};
}

Side Side::law(const GivenLaw& law, int d) {
  Side side{d, 0, [&law](int, Stream s) -> std::unique_ptr<Source> { return std::make_unique<GivenSource>(law, s); }};
  side.reads = true;
  return side;
}

std::unique_ptr<Source> independent(const Side& p0, const Side& p1, int batch, Stream s) {
  return std::make_unique<Sides>(p0, p1, batch, s);
}
std::unique_ptr<Source> from_reference(const Side& p0, const Side& p1, const Schedule& reference, int batch, Stream s) {
  return std::make_unique<FromReference>(p0, p1, reference, batch, s);
}
std::unique_ptr<Source> minibatch_ot(const Side& p0, const Side& p1, int batch, Stream s) {
  return std::make_unique<MinibatchOt>(p0, p1, batch, s);
}
std::unique_ptr<Source> simulated(const Side& p0, const Side& p1, Simulation sim, int batch, Stream s) {
  return std::make_unique<Simulated>(p0, p1, std::move(sim), batch, s);
}
std::unique_ptr<Source> entropic(const Side& p0, const Side& p1, double sigma, int batch, Stream s, int64_t kept) {
  return std::make_unique<Entropic>(p0, p1, sigma, batch, s, kept);
}
std::unique_ptr<Source> minibatch_entropic(const Side& p0, const Side& p1, double sigma, int batch, Stream s) {
  return std::make_unique<MinibatchEntropic>(p0, p1, sigma, batch, s);
}

}  // namespace dm
