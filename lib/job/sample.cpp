#include "job/sample.h"

#include <atomic>
#include <cmath>

#include "process/classifier_free.h"
#include "sample/clip.h"

namespace dm::job {

const std::vector<Option>& sample_options() {
  static const std::vector<Option> options = {
      {"n", integer(1, 1e9), Value(), "rows to draw; unset: 1000, or every row of --from", false, 'n'},
      {"sampler", method(samplers), "heun", "the rule that takes a state from one level to the next"},
      {"corrector", method(correctors), Value(), "Langevin moves at each level before the sampler's step; unset: none"},
      {"grid", method(grids), Value(),
       "the levels that it visits; unset: uniform for a process with a discrete table, karras for the others"},
      {"steps", integer(1, 1e6), 32, "moves between levels (rk45 takes as many as its tolerances need)"},
      {"start", number(0, 1).above(), Value(), "t of the grid's first level; unset: 1, the reference, or the grid's own"},
      {"end", number(0, 1), Value(),
       "t of the grid's last level; unset: the end of the process's sampling range (vp 1e-3, ou sigma .014, ve sigma_min), the lowest "
       "level that the model knows, or the grid's own"},
      {"final", choice(final_names()), Value(),
       "step: the last move goes to the clean level; denoise: it goes to the lowest level of the grid without noise; none: with noise. "
       "Unset: denoise for euler-maruyama and reverse-diffusion, none for ula and annealed-langevin, step for the others"},
      {"from", text(), Value(), "file whose rows the chain starts from, in place of draws of the reference law: states at the first level"},
      {"encode", flag(), false,
       "the rows of --from are data, and the probability flow takes them the other way, to the first level; needs a deterministic sampler"},
      {"y", text(), Value(),
       "file of observations that the rows are drawn given, n rows for each (/obs numbers them): /y of a dataset, or the columns of a "
       "table"},
      {"guidance", number(), 0.0,
       "classifier-free guidance w: the prediction (1 + w) D(x, y) - w D(x); needs a model trained with condition_dropout"},
      {"clip_x0", numbers(), Value(), "two numbers in data units that every predicted x0 is clipped to; unset: off"},
      {"process", method(processes), Value(), "for an oracle: how noise is added (unset: ve); a trained model brings its own"},
      {"params", choice({"ema", "live"}), Value(), "of a trained model: the moving average (unset) or the last parameters"},
      {"path", flag(), false, "also store the state after every move, as /path/x [moves + 1, n, d]"}};
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

static ClippedDenoiser clipped(const Denoiser& denoiser, const Codec& codec, const Value& bounds) {
  const std::vector<double> b = bounds.numbers();
  if (b.size() != 2 || !(b[0] < b[1])) throw Error("clip_x0: found " + to_json(bounds) + ", expected two ascending numbers", Exit::spec);
  Matrix<double> m(2, denoiser.dim());
  for (int64_t i = 0; i < 2; ++i) std::fill_n(m[i], m.cols, b[std::size_t(i)]);
  codec.encode(m);
  return {denoiser, {m[0], m[0] + m.cols}, {m[1], m[1] + m.cols}};
}

// The moves that the options ask for, and the level at which they start.
struct Route {
  std::unique_ptr<StepRule> rule, corrector;
  Plan plan;
  Level start;

  // `lowest`: Span's.
  Route(const Schedule& schedule, const Value& o, double lowest) : rule(make<std::unique_ptr<StepRule>>(samplers(), o["sampler"])) {
    const std::string sampler = "the sampler " + o["sampler"]["type"].text();
    const auto grid = make<std::unique_ptr<Grid>>(grids(), or_default(o["grid"], grids(), schedule.table() ? "uniform" : "karras"));
    const bool encode = o["encode"].boolean();
    if (!o["corrector"].is_null()) corrector = make<std::unique_ptr<StepRule>>(correctors(), o["corrector"]);
    if (corrector && rule->corrects())
      throw Error(sampler + " is a Langevin chain itself; leave the corrector out, or take another sampler", Exit::usage);
    if (encode && (!rule->flow() || corrector))
      throw Error("--encode follows the probability flow, and " + (corrector ? "a corrector" : sampler + " as set") +
                      " adds noise; take heun, rk45, dpmpp-2m or ddim with eta 0, and no corrector",
                  Exit::usage);
    if (encode && grid->open_ended())
      throw Error("--encode needs a grid whose end is one of its levels; take karras or uniform", Exit::usage);
    if (encode && o["from"].is_null()) throw Error("--encode needs the rows to encode; give them with --from FILE", Exit::usage);
    Span span{{}, {}, lowest};
    if (!o["start"].is_null()) span.start = o["start"].number();
    if (!o["end"].is_null()) span.end = o["end"].number();
    const Final end = encode ? Final::none : (o["final"].is_null() ? rule->final() : final_named(o["final"].text()));
    plan = make_plan(schedule, *grid, int(o["steps"].integer()), end, span);
    if (encode) plan = backwards(plan);
    start = plan.front().from;
    if (corrector) corrector->refine(schedule, plan);
    rule->refine(schedule, plan);
  }
};

static Samples run(const Denoiser& model, const Process& process, const Codec& codec, const Value& o, uint64_t seed, Progress& progress,
                   const Matrix<double>* from, const Matrix<double>& given = {}) {
  const Schedule* schedule = process.linear();
  const Route route(*schedule, o, model.lowest());
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
          Exit::usage);
    starts = *from;
    codec.encode(starts);
  }

  // Observation k's row i has the id k 2^32 + i, whatever n is.
  const int64_t blocks = told && !from ? given.rows : 1, n = blocks * each;
  if (n > int64_t(1e9)) throw Error(std::to_string(n) + " rows are asked for; at most 1e9 are drawn at once", Exit::usage);
  const auto place = [each](int64_t id) { return (id >> 32) * each + (id & 0xffffffff); };
  Samples out;
  out.x = Matrix<double>(n, d);
  std::vector<int64_t> ids;
  Matrix<double> conditions(told ? n : 0, given.cols);
  for (int64_t k = 0; k < blocks; ++k)
    for (int64_t i = 0; i < each; ++i) {
      ids.push_back(k << 32 | i);
      if (!told) continue;
      out.row.push_back(from && given.rows > 1 ? i : k);
      std::copy_n(given[out.row.back()], given.cols, conditions[k * each + i]);
    }
  Sampler sampler{*schedule,
                  clip ? *clip : counted,
                  *route.rule,
                  route.corrector ? *route.corrector : *route.rule,
                  plan,
                  noise,
                  [&](Rows rows, Mat<double> x) {
                    if (from) {
                      for (int i = 0; i < rows.n; ++i) std::copy_n(starts[rows[i]], d, x[i]);
                      return;
                    }
                    Matrix<double> z(x.rows, d);
                    normals(stream / "reference", rows, 0, z);
                    State s{rows, {x}};
                    process.reference(s, 0, route.start, z);
                  }};
  if (o["path"].boolean()) {
    const int64_t states = int64_t(plan.size()) + 1;
    out.path = Matrix<double>(states * n, d);
    out.path_t = {route.start.t};
    for (const Move& m : plan) out.path_t.push_back(m.to.t);
    sampler.observe = [&](Rows rows, int k, Mat<const double> x) {
      for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], d, out.path[k * n + place(rows[int(i)])]);
    };
  }
  progress.begin("sampling");
  sampler.given = conditions;
  sampler.run({0, int(n), ids.data()}, out.x, progress);
  out.evaluations = n ? double(counted.rows) / double(n) : 0;
  codec.decode(out.x);
  codec.decode(out.path);
  for (const double v : out.x.v)
    if (!std::isfinite(v)) throw Error("a sample is too large for a double in the units of the data; rescale the data and train again");
  return out;
}

static Matrix<double> given_of(const Model& model, const Matrix<double>* y, const Value& o) {
  if (o["guidance"].number() == 0) return model.given(y);
  if (!model.condition.width()) {
    if (y) return model.given(y);  // refuses
    throw Error("--guidance needs a model with a condition, which this one has not", Exit::usage);
  }
  if (!model.options()["condition_dropout"].number() || !y)
    throw Error(
        y ? "--guidance needs a model trained with --condition-dropout above 0" : "--guidance needs observations; give them with --y FILE",
        Exit::usage);
  return model.given(y);
}

Samples sample(const Model& model, const Value& o, uint64_t seed, Progress& progress, const SampleInputs& in) {
  const NetDenoiser network = model.denoiser(o);
  const ClassifierFree guided(network, o["guidance"].number());
  const Denoiser& denoiser = guided.w != 0 ? static_cast<const Denoiser&>(guided) : network;
  return run(denoiser, *model.process, model.codec, o, seed, progress, in.from, given_of(model, in.y, o));
}

Samples sample(const Density& density, const Value& o, uint64_t seed, Progress& progress, const SampleInputs& in) {
  if (in.y || o["guidance"].number() != 0) throw Error("an oracle has no condition; leave --y and --guidance out", Exit::usage);
  if (!o["params"].is_null()) throw Error("an oracle has no parameters; leave --params out", Exit::usage);
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  return run(density, *process, AffineCodec::identity(density.dim()), o, seed, progress, in.from);
}

}  // namespace dm::job
