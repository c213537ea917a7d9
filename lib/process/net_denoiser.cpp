#include "process/net_denoiser.h"

#include <cmath>

namespace dm {

std::vector<Option> Head::options() {
  return {
      {"network", method(networks), "mlp", "the function that is learned"},
      {"embedding", method(embeddings), "sinusoidal", "how the network sees the noise level, ln(sigma / alpha) / 4"},
      {"predict", choice(kind_names()), Value(),
       "what the network's output means: x0, eps, v, score, or the preconditioned F of Karras et al. 2022 (edm); unset: score where the "
       "objective has no noise to divide by (ism, ssm), edm for the others"},
      {"sigma_data", number(0).above(), 1.0, "standard deviation of the data in model units (input scaling and the edm prediction)"}};
}

Head::Head(const Value& o, int dim, Stream init, Kind unset, Trained levels, int columns)
    : embedding(make<Embedding, Stream>(embeddings(), o["embedding"], init)), trained(levels), given(columns) {
  kind = o["predict"].is_null() ? unset : kind_named(o["predict"].text());
  sigma_data = o["sigma_data"].number();
  d = dim;
  net = make<std::unique_ptr<Network>, int, int>(networks(), o["network"], d + embedding.width() + given, d);
}

Head::Head(const Value& network, Embedding e, int dim, int columns) : embedding(std::move(e)), given(columns) {
  d = dim;
  net = make<std::unique_ptr<Network>, int, int>(networks(), network, d + embedding.width() + given, d);
}

Recorded Head::record(Tape<float>& tape, const State& state, Times times, bool wants) const {
  const Mat<const double> x = state.x();
  const int told = d + embedding.width();
  const bool present = state.real.size() > 1;
  const Mat<float> in = tape.arena.matrix<float>(x.rows, net->in);
  for (int64_t i = 0; i < x.rows; ++i) {
    const Level& l = times[i];
    const double c = c_in(l);
    for (int j = 0; j < d; ++j) in[i][j] = float(c * x[i][j]);
    if (i && times.same)
      std::copy_n(in[0] + d, embedding.width(), in[i] + d);
    else
      embedding.features(label(l), in[i] + d);
    for (int j = 0; j < given; ++j) in[i][told + j] = present ? float(state.x(1)[i][j]) : 0.0f;
  }
  const Var features = wants ? tape.input(in) : tape.constant(in);
  return {features, net->record(tape, features)};
}

Var Head::direction(Tape<float>& tape, Mat<const double> dx, Times times) const {
  const Mat<float> in = tape.arena.matrix<float>(dx.rows, net->in);
  for (int64_t i = 0; i < dx.rows; ++i) {
    const double c = c_in(times[i]);
    for (int j = 0; j < d; ++j) in[i][j] = float(c * dx[i][j]);
    std::fill_n(in[i] + d, net->in - d, 0.0f);
  }
  return tape.constant(in);
}

void NetDenoiser::check(const Level& l) const {
  head.canonical(l);
  const auto [lo, hi] = head.trained;
  if (const double s = l.sigma_ve(); s < .99 * lo || s > 1.01 * hi)
    throw Error("the model was trained " +
                    (lo == hi ? "at the one noise level sigma / alpha = " + to_json(lo)
                              : "at noise levels sigma / alpha from " + to_json(lo) + " to " + to_json(hi)) +
                    " and was asked for sigma / alpha = " + to_json(s) +
                    (lo == hi ? "; only the sampler ula, which stays at that level, can use it. To sample along the process, train an "
                                "objective that visits "
                                "all its levels (dsm, edm)"
                              : "; keep the grid's sigma_min and sigma_max within that range"),
                Exit::spec);
}

namespace {

// x0 and eps of a row from x and the network's output y.
void canonical(const Canonical& k, const double* x, const float* y, int64_t d, double* x0, double* eps) {
  for (int64_t j = 0; j < d; ++j) {
    x0[j] = k.k0 * x[j] + k.k1 * double(y[j]);
    eps[j] = k.k2 * x[j] + k.k3 * double(y[j]);
  }
}

// Arenas of replays that have ended, for the next ones on this thread.
std::vector<std::unique_ptr<Arena>>& spare_arenas() {
  static thread_local std::vector<std::unique_ptr<Arena>> spare;
  return spare;
}

struct Room {
  std::unique_ptr<Arena> arena;
  Room() {
    auto& spare = spare_arenas();
    if (spare.empty()) spare.push_back(std::make_unique<Arena>());
    arena = std::move(spare.back());
    spare.pop_back();
    arena->reset();
  }
  ~Room() { spare_arenas().push_back(std::move(arena)); }
};

// The recording of one evaluation. With y = F(c_in x, label), J = dF/d(features): x0 = k0 x + k1 y, eps = k2 x + k3 y, so
// d x0 = k0 dx + k1 c_in J dx and the transposes.
struct NetReplay : Replay {
  Room room;
  const Head& head;
  std::vector<Level> at;
  std::vector<Canonical> k;
  Tape<float> tape;
  Recorded r;
  Tape<float>::Mark mark;

  NetReplay(const Head& h, const ParamSet<float>& params, const State& x, Times times) : head(h), tape(params, *room.arena) {
    for (int64_t i = 0; i < x.x().rows; ++i) {
      at.push_back(times[i]);
      k.push_back(i && times.same ? k[0] : h.canonical(times[i]));
    }
    r = h.record(tape, x, times, true);
    mark = tape.mark();
  }
  void vjp(const Pred& c, Mat<double> gx) override {
    const Mat<float> seed = tape.arena.matrix<float>(c.x0.rows, c.x0.cols);
    for (int64_t i = 0; i < seed.rows; ++i)
      for (int64_t j = 0; j < seed.cols; ++j) seed[i][j] = float(k[std::size_t(i)].k1 * c.x0[i][j] + k[std::size_t(i)].k3 * c.eps[i][j]);
    tape.backward(r.y, seed);
    const Mat<float> g = tape.grad(r.in);
    for (int64_t i = 0; i < seed.rows; ++i) {
      const Canonical& ki = k[std::size_t(i)];
      const double c_in = head.c_in(at[std::size_t(i)]);
      for (int64_t j = 0; j < seed.cols; ++j) gx[i][j] = ki.k0 * c.x0[i][j] + ki.k2 * c.eps[i][j] + c_in * double(g[i][j]);
    }
    tape.rewind(mark);
  }
  void jvp(Mat<const double> dx, Pred& out) override {
    const Mat<float> dy = tape.value(tangent(tape, r.y, r.in, head.direction(tape, dx, {at.data(), false})));
    for (int64_t i = 0; i < dx.rows; ++i) canonical(k[std::size_t(i)], dx[i], dy[i], dx.cols, out.x0[i], out.eps[i]);
    tape.rewind(mark);
  }
};

}  // namespace

void NetDenoiser::eval(const State& state, Times times, Pred& out) const {
  static thread_local Arena arena;
  arena.reset();
  Tape<float> tape(params, arena);
  const Mat<double> x = state.x();
  const Mat<float> y = tape.value(head.record(tape, state, times).y);
  Canonical k{};
  for (int64_t i = 0; i < x.rows; ++i) {
    if (i == 0 || !times.same) k = head.canonical(times[i]);
    canonical(k, x[i], y[i], x.cols, out.x0[i], out.eps[i]);
  }
}

std::unique_ptr<Replay> NetDenoiser::replay(const State& state, Times times, Pred& out) const {
  const Mat<double> x = state.x();
  auto replay = std::make_unique<NetReplay>(head, params, state, times);
  const Mat<float> y = replay->tape.value(replay->r.y);
  for (int64_t i = 0; i < x.rows; ++i) canonical(replay->k[std::size_t(i)], x[i], y[i], x.cols, out.x0[i], out.eps[i]);
  return replay;
}

}  // namespace dm
