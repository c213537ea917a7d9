#include "job/sample.h"

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdio>
#include <map>

#include "job/route.h"
#include "job/shard.h"
#include "process/classifier_free.h"
#include "sample/clip.h"

namespace dm::job {

const std::vector<Option>& sample_options() {
  static const std::vector<Option> options = {
      {"n", integer(1, 1e9), Value(), "rows to draw; unset: 1000, or every row of --from", false, 'n'},
      {"sampler", method(samplers), Value(),
       "the rule that takes a state from one level to the next; unset: heun; for a transport with noise adams-bashforth, or euler-maruyama "
       "where its steps were trained"},
      {"corrector", method(correctors), Value(), "Langevin moves at each level before the sampler's step; unset: none"},
      {"grid", method(grids), Value(),
       "the levels that it visits; unset: uniform for a process with a discrete table, even or angle for a transport, karras for the "
       "others"},
      {"steps", integer(1, 1e6), 64, "moves between levels (rk45 takes as many as its tolerances need)"},
      {"start", number(0, 1).above(), Value(), "t of the grid's first level; unset: 1, the reference, or the grid's own"},
      {"end", number(0, 1), Value(),
       "t of the grid's last level; unset: the end of the process's sampling range (vp 1e-3, ou sigma .014, ve sigma_min), the lowest "
       "level that the model knows, or the grid's own"},
      {"final", choice(final_names()), Value(),
       "step: the last move goes to the clean level; denoise: it goes to the lowest level of the grid without noise; none: with noise. "
       "noise: the last move goes to the clean level with its noise. Unset: denoise for adams-bashforth, euler-maruyama and "
       "reverse-diffusion, none for ula "
       "and annealed-langevin, step for the others; for a bridge noise where its rule has any, none before its end"},
      {"from", text(), Value(),
       "file whose rows the chain starts from, in place of draws of the reference law: states at the first level (in data units; of a "
       "model with a box in those of its logits, as --encode writes them)"},
      {"direction", choice({"forward", "backward"}), Value(), "of a bridge: forward from the first set to the second (unset), or back"},
      {"time", number(0, 1), Value(), "of a bridge: the t at which the rows stop; unset: at the other set"},
      {"noise", number(0), Value(),
       "of a bridge that knows its velocity and its score: the sigma of the dynamics that is followed, 0 the flow; unset: its own"},
      {"encode", flag(), false,
       "the rows of --from are data, and the probability flow takes them the other way, to the first level; needs a deterministic sampler"},
      {"y", text(), Value(),
       "file of observations that the rows are drawn given, n rows for each (/obs numbers them): /y of a dataset, or the columns of a "
       "table"},
      {"guidance", number(), 0.0,
       "classifier-free guidance w: the prediction (1 + w) D(x, y) - w D(x); needs a model trained with condition_dropout"},
      {"clip_x0", numbers(), Value(), "two numbers in data units that every predicted x0 is clipped to; unset: off"},
      {"process", method(processes), Value(), "for an oracle: how noise is added (unset: ve); a trained model brings its own"},
      {"params", choice({"ema", "live"}), Value(),
       "of a trained model or a learned transport: the moving average (unset) or the last parameters"},
      {"path", flag(), false, "also store the state after every move, as /path/x [moves + 1, n, d]"},
      shard_option()};
  return options;
}

// Counts the rows that are asked.
struct Counted : Denoiser {
  const Denoiser& inner;
  mutable std::atomic<int64_t> rows = 0;
  explicit Counted(const Denoiser& d) : inner(d) {}
  int dim() const override { return inner.dim(); }
  double rounding() const override { return inner.rounding(); }
  void check(const Level& l) const override { inner.check(l); }
  void eval(const State& x, Times t, Pred& out) const override {
    rows += x.rows.n;
    inner.eval(x, t, out);
  }
};

// The integral of |v|^2 along each row's way, v the drift (or the velocity of a flow), as the left Riemann sum over the levels of a plan:
// what is asked at a level last is what its move starts from.
struct Energy : Denoiser {
  const Denoiser& inner;
  const Schedule& schedule;
  bool flow;
  std::map<double, double> length;  // of the move from the level u
  std::function<int64_t(int64_t id)> place;
  mutable std::vector<double> sum, last, level;  // by place

  Energy(const Denoiser& d, const Schedule& s, bool f, const Plan& plan) : inner(d), schedule(s), flow(f) {
    for (const Move& m : plan) length[m.from.t] = m.from.t - m.to.t;
  }
  int dim() const override { return inner.dim(); }
  double rounding() const override { return inner.rounding(); }
  void check(const Level& l) const override { inner.check(l); }
  void eval(const State& x, Times times, Pred& out) const override {
    inner.eval(x, times, out);
    if (!times.same || !x.rows.n) return;
    const Level& l = times[0];
    const auto found = length.find(l.t);
    if (found == length.end()) return;
    const PinnedDrift drift(schedule, l);
    for (int i = 0; i < x.rows.n; ++i) {
      double square = 0;
      for (int64_t j = 0; j < x.x().cols; ++j)
        square += std::pow(flow ? out.eps[i][j] : drift.x * x.x()[i][j] + drift.end * out.x0[i][j], 2);
      const std::size_t p = std::size_t(place(x.rows[i]));
      if (level[p] != l.t) sum[p] += last[p];
      last[p] = square * found->second;
      level[p] = l.t;
    }
  }
};

static ClippedDenoiser clipped(const Denoiser& denoiser, const Codec& codec, const Value& bounds) {
  const std::vector<double> b = bounds.numbers();
  if (b.size() != 2 || !(b[0] < b[1])) throw Error("clip_x0: found " + to_json(bounds) + ", expected two ascending numbers", Exit::spec);
  Matrix<double> m(2, denoiser.dim());
  for (int64_t i = 0; i < 2; ++i) std::fill_n(m[i], m.cols, b[std::size_t(i)]);
  codec.encode(m);
  return {denoiser, {m[0], m[0] + m.cols}, {m[1], m[1] + m.cols}};
}

// Where the first states come from, in model units, and how the time of a level is told.
struct Origin {
  std::function<void(Rows, Mat<double>)> draw;  // without rows to start from
  std::function<double(double)> clock = [](double t) { return t; };
  double scale = 1;                       // data units in a model unit
  std::optional<bool> flow = {};          // of a transport: whether the flow is followed
  bool data = true, ends_in_data = true;  // are the rows to start from, and those that come out, data or states with noise?
};

// The noise of rows that come from elsewhere is keyed by what they are, too: rows that this very seed has moved before depend on its noise
// by their ids.
struct Carried : Noise {
  const Noise& inner;
  std::vector<int64_t> key;  // of a row's id
  Carried(const Noise& noise, const Matrix<double>& starts) : inner(noise) {
    for (int64_t i = 0; i < starts.rows; ++i) {
      Stream s(static_cast<uint64_t>(i));
      for (int64_t j = 0; j < starts.cols; ++j) s = s / std::bit_cast<uint64_t>(starts[i][j] + 0.0);
      key.push_back(int64_t(s.key));
    }
  }
  void draw(Rows rows, int move, int draw, Mat<double> z) const override {
    static thread_local std::vector<int64_t> keys;
    keys.resize(std::size_t(rows.n));
    for (int i = 0; i < rows.n; ++i) keys[std::size_t(i)] = key[std::size_t(rows[i])];
    inner.draw({0, rows.n, keys.data()}, move, draw, z);
  }
};

static Samples run(const Denoiser& model, const Schedule& schedule, const Route& route, const Origin& origin, const Codec& codec,
                   const Value& o, uint64_t seed, Progress& progress, const Matrix<double>* from, const Matrix<double>& given = {}) {
  const Plan& plan = route.plan;
  const Counted counted(model);
  std::unique_ptr<const Denoiser> clip;
  if (!o["clip_x0"].is_null()) clip = std::make_unique<ClippedDenoiser>(clipped(counted, codec, o["clip_x0"]));
  const Stream stream = Stream(seed) / "dm-sample";
  const PhiloxNoise noise(stream / "z");
  const int64_t d = model.dim(), each = o["n"].is_null() ? (from ? from->rows : 1000) : o["n"].integer();
  const bool told = given.cols > 0;
  Matrix<double> starts;
  if (from) {
    if (from->cols != d)
      throw Error("the rows to start from have " + std::to_string(from->cols) + " columns, the model has " + std::to_string(d), Exit::data);
    if (told && given.rows != 1 && given.rows != from->rows)
      throw Error("there are " + std::to_string(from->rows) + " rows to start from and " + std::to_string(given.rows) +
                      " observations; one for all rows or one for each was expected",
                  Exit::data);
    if (each > from->rows)
      throw Error(
          "n is " + std::to_string(each) + ", and there are " + std::to_string(from->rows) + " rows to start from; leave n out to take all",
          Exit::spec);
    starts = *from;
    if (origin.data) {
      try {
        codec.require_inside(starts);
      } catch (const Error& e) {
        throw e.in("the rows to start from");
      }
      codec.encode(starts);
    } else {
      codec.encode_state(starts);
    }
  }

  // Observation k's row i has the id k 2^32 + i, whatever n is, and follows the rows of the observations before it.
  const int64_t blocks = told && !from ? given.rows : 1;
  const auto [first, n] = shard_of(o, blocks * each);
  if (n > int64_t(1e9)) throw Error(std::to_string(n) + " rows are asked for; at most 1e9 are drawn at once", Exit::spec);
  Sampler::check(schedule, clip ? *clip : static_cast<const Denoiser&>(counted), *route.rule, plan);
  const double states = o["path"].boolean() ? double(plan.size()) + 1 : 0;
  progress.chose("n", each);
  route.tell(progress);
  progress.ready(Memory()
                     .add("rows to start from", from ? 2 * double(from->rows * d) : 0)
                     .add("conditions", double(n) * double(given.cols))
                     .add("samples", double(n) * double(d + 1))
                     .add("paths", states * double(n) * double(d)));
  const auto place = [each, first = first](int64_t id) { return (id >> 32) * each + (id & 0xffffffff) - first; };
  Samples out;
  out.x = Matrix<double>(n, d);
  std::vector<int64_t> ids;
  ids.reserve(std::size_t(n));
  Matrix<double> conditions(told ? n : 0, given.cols);
  for (int64_t p = 0; p < n; ++p) {
    const int64_t k = (first + p) / each, i = (first + p) % each;
    ids.push_back(k << 32 | i);
    if (!told) continue;
    out.row.push_back(from && given.rows > 1 ? i : k);
    std::copy_n(given[out.row.back()], given.cols, conditions[p]);
  }
  std::optional<Energy> energy;
  const bool steps = std::all_of(plan.begin(), plan.end(), [](const Move& m) { return m.kind == Move::reverse && m.stage == 0; });
  if (origin.flow && steps && route.rule->visits_levels()) {
    energy.emplace(clip ? *clip : static_cast<const Denoiser&>(counted), schedule, *origin.flow, plan);
    energy->place = place;
    for (auto* v : {&energy->sum, &energy->last, &energy->level}) v->assign(std::size_t(n), 0.0);
  }
  const Carried carried(noise, starts);
  Sampler sampler{schedule, energy ? *energy : clip ? *clip : static_cast<const Denoiser&>(counted), *route.rule, route.corrector ? *route.corrector : *route.rule, plan, from ? static_cast<const Noise&>(carried) : noise,
                  from ? [&](Rows rows, Mat<double> x) {
                    for (int i = 0; i < rows.n; ++i) std::copy_n(starts[rows[i]], d, x[i]);
                  } : origin.draw};
  if (o["path"].boolean()) {
    out.path = Matrix<double>(int64_t(states) * n, d);
    out.path_t = {origin.clock(route.start.t)};
    for (const Move& m : plan) out.path_t.push_back(origin.clock(m.to.t));
    sampler.observe = [&](Rows rows, int k, Mat<const double> x) {
      for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], d, out.path[k * n + place(rows[int(i)])]);
    };
  }
  progress.begin("sampling");
  sampler.given = conditions;
  sampler.run({0, int(n), ids.data()}, out.x, progress);
  out.evaluations = n ? double(counted.rows) / double(n) : 0;
  if (origin.ends_in_data)
    codec.decode(out.x);
  else
    codec.decode_state(out.x);
  codec.decode(out.path);
  if (energy)
    for (int64_t i = 0; i < n; ++i)
      out.energy.push_back(origin.scale * origin.scale * (energy->sum[std::size_t(i)] + energy->last[std::size_t(i)]));
  for (const double v : out.x.v)
    if (!std::isfinite(v)) throw Error("a sample is too large for a double in the units of the data; rescale the data and train again");
  return out;
}

static Matrix<double> given_of(const Model& model, const Matrix<double>* y, const Value& o) {
  if (o["guidance"].number() == 0) return model.given(y);
  if (!model.condition.width()) {
    if (y) return model.given(y);  // refuses
    throw Error("--guidance needs a model with a condition, which this one has not", Exit::spec);
  }
  if (!model.options()["condition_dropout"].number() || !y)
    throw Error(
        y ? "--guidance needs a model trained with --condition-dropout above 0" : "--guidance needs observations; give them with --y FILE",
        Exit::spec);
  return model.given(y);
}

static Samples from_reference(const Denoiser& model, const Process& process, const Codec& codec, const Value& o, uint64_t seed,
                              Progress& progress, const Matrix<double>* from, const Matrix<double>& given = {}) {
  const Route route(*process.linear(), o, model.lowest());
  const Stream stream = Stream(seed) / "dm-sample" / "reference";
  const bool encode = o["encode"].boolean();
  const Origin origin{.draw =
                          [&](Rows rows, Mat<double> x) {
                            Matrix<double> z(x.rows, x.cols);
                            normals(stream, rows, 0, z);
                            State s{rows, {x}};
                            process.reference(s, 0, route.start, z);
                          },
                      .data = encode,
                      .ends_in_data = !encode};
  return run(model, *process.linear(), route, origin, codec, o, seed, progress, from, given);
}

Samples sample(const Model& model, const Value& o, uint64_t seed, Progress& progress, const SampleInputs& in) {
  const NetDenoiser network = model.denoiser(o);
  progress.chose("params", o["params"].is_null() ? Value("ema") : o["params"]);
  const ClassifierFree guided(network, o["guidance"].number());
  const Denoiser& denoiser = guided.w != 0 ? static_cast<const Denoiser&>(guided) : network;
  return from_reference(denoiser, *model.process, model.codec, o, seed, progress, in.from, given_of(model, in.y, o));
}

Samples sample(const Density& density, const Value& o, uint64_t seed, Progress& progress, const SampleInputs& in) {
  if (in.y || o["guidance"].number() != 0) throw Error("an oracle has no condition; leave --y and --guidance out", Exit::spec);
  if (!o["params"].is_null()) throw Error("an oracle has no parameters; leave --params out", Exit::spec);
  const Value noised = or_default(o["process"], processes(), "ve");
  progress.chose("process", noised);
  const auto process = make<std::unique_ptr<Process>>(processes(), noised);
  return from_reference(density, *process, AffineCodec::identity(density.dim()), o, seed, progress, in.from);
}

// A stochastic transport ends in a step with noise, which stays in the rows: a word where it makes up much of a column.
static void say_coarse(const Matrix<double>& x, double noise, int64_t steps, Progress& progress) {
  if (x.rows < 20) return;  // too few to tell how far a column spreads
  int64_t narrowest = 0;
  double least = HUGE_VAL;
  for (int64_t j = 0; j < x.cols; ++j) {
    double mean = 0, square = 0;
    for (int64_t i = 0; i < x.rows; ++i) mean += x[i][j] / double(x.rows);
    for (int64_t i = 0; i < x.rows; ++i) square += std::pow(x[i][j] - mean, 2) / double(x.rows);
    if (square < least * least) narrowest = j, least = std::sqrt(square);
  }
  if (!(noise > 0.5 * least)) return;
  char line[300];
  std::snprintf(line, sizeof line,
                "warning: the noise of the last of the %lld steps, %.3g, stays in the rows and is more than half of the standard deviation "
                "of column %lld, %.3g; take more --steps, or --final step, which leaves it out",
                static_cast<long long>(steps), noise, static_cast<long long>(narrowest + 1), least);
  progress.note(line);
}

Samples sample(const Bridged& model, const Value& o, uint64_t seed, Progress& progress, const SampleInputs& in) {
  const Transport& transport = *model.transport;
  const Direction way = direction_of(o);
  const bool still = o["noise"].is_null() ? transport.flow_only() : o["noise"].number() == 0;
  const Value rule = or_default(o["sampler"], samplers(), still ? "heun" : transport.rule());
  const bool flow = make<std::unique_ptr<StepRule>>(samplers(), rule)->flow();
  if (!o["noise"].is_null() && still != flow) {
    const std::string sampler = "and the sampler " + rule["type"].text() + " as set ";
    throw Error(still ? "--noise 0 follows the flow, " + sampler + "adds noise; take heun, rk45 or ddim"
                      : "--noise " + to_json(o["noise"]) + " asks for dynamics with noise, " + sampler +
                            "follows the flow, which has none; take adams-bashforth or euler-maruyama, or --noise 0",
                Exit::spec);
  }
  if (!o["process"].is_null() || o["guidance"].number() != 0)
    throw Error("--process and --guidance are for models of one law; a bridge brings what it needs", Exit::spec);
  const double sigma = o["noise"].is_null() ? 0 : o["noise"].number() / model.scale;
  const Way go = flow ? transport.flow(way) : transport.sde(way, o["noise"].is_null() ? nullptr : &sigma);
  const Route route(*go.schedule, o, rule, way, go.grid);
  progress.chose("direction", name_of(way));
  Origin origin;
  origin.clock = [way](double u) { return to_go(way, u); };
  origin.flow = route.rule->flow();
  origin.scale = model.scale;
  const Law* law = model.sources[way == Direction::backward];
  const std::shared_ptr<const GivenLaw> told = transport.start_given(way);
  if (!in.from && ((!law && !told) || !o["start"].is_null()))
    throw Error("a bridge starts from rows; give them with --from FILE", Exit::spec);
  const Stream stream = Stream(seed) / "dm-sample" / "from";
  const Matrix<double> given = model.given ? model.given(in.y) : Matrix<double>();
  origin.draw = [&](Rows rows, Mat<double> x) {
    if (told) {
      Matrix<double> each(rows.n, given.cols);  // of the observation that the row's id names
      for (int i = 0; i < rows.n; ++i) std::copy_n(given[rows[i] >> 32], given.cols, each[i]);
      return told->draw(stream, rows, each, x);
    }
    law->draw(stream, rows, x);
    model.codec.encode(x);
  };
  Samples out = run(*go.denoiser, *go.schedule, route, origin, model.codec, o, seed, progress, in.from, given);
  if (route.final == Final::noise) say_coarse(out.x, model.scale * route.plan.back().from.sigma, o["steps"].integer(), progress);
  return out;
}

}  // namespace dm::job
