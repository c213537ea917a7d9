#include "job/sample.h"

#include <cmath>

namespace dm::job {

const std::vector<Option>& sample_options() {
  static const std::vector<Option> options = {
      {"n", integer(0, 1e9), 1000, "rows to draw", false, 'n'},
      {"sampler", method(samplers), "heun", "the rule that takes a state from one level to the next"},
      {"grid", method(grids), Value(),
       "the levels that it visits; unset: uniform for a process with a discrete table, karras for the others"},
      {"steps", integer(1, 1e6), 32, "moves between levels"},
      {"final", choice(final_names()), Value(),
       "step: the last move goes to the clean level; denoise: it goes to the lowest level of the grid without noise; none: with noise. "
       "Unset: denoise for euler-maruyama, step for the others"},
      {"process", method(processes), Value(), "for an oracle: how noise is added (unset: ve); a trained model brings its own"},
      {"params", choice({"ema", "live"}), "ema", "of a trained model: the moving average or the last parameters"},
      {"path", flag(), false, "also store every state on the way, as /path/x [steps + 1, n, d]"}};
  return options;
}

// A method option where the section leaves it unset.
static Value or_default(const Value& v, const Family& family, const char* name) {
  if (!v.is_null()) return v;
  std::vector<std::string> problems;
  return resolve(family, name, "", problems);
}

static Samples run(const Denoiser& denoiser, const Process& process, const Codec& codec, const Value& o, uint64_t seed,
                   Progress& progress) {
  const Schedule* schedule = process.linear();
  const auto rule = make<std::unique_ptr<StepRule>>(samplers(), o["sampler"]);
  const auto grid = make<std::unique_ptr<Grid>>(grids(), or_default(o["grid"], grids(), schedule->table() ? "uniform" : "karras"));
  const bool em = o["sampler"]["type"].text() == "euler-maruyama";
  const Final end = o["final"].is_null() ? (em ? Final::denoise : Final::step) : final_named(o["final"].text());
  const Plan plan = make_plan(*schedule, *grid, int(o["steps"].integer()), end);
  const Stream stream = Stream(seed) / "dm-sample";
  const PhiloxNoise noise(stream / "z");
  const int64_t n = o["n"].integer(), d = denoiser.dim();

  Samples out;
  out.x = Matrix<double>(n, d);
  for (const Move& m : plan) out.evaluations += rule->evaluations(m);
  Sampler sampler{*schedule, denoiser, *rule, plan, noise, [&](Rows rows, Mat<double> x) {
                    Matrix<double> z(x.rows, d);
                    normals(stream / "reference", rows, 0, z);
                    State s{rows, {x}};
                    process.reference(s, 0, plan.front().from, z);
                  }};
  if (o["path"].boolean()) {
    const int64_t states = int64_t(plan.size()) + 1;
    out.path = Matrix<double>(states * n, d);
    out.path_t = {plan.front().from.t};
    for (const Move& m : plan) out.path_t.push_back(m.to.t);
    sampler.observe = [&](Rows rows, int k, Mat<const double> x) {
      for (int64_t i = 0; i < x.rows; ++i) std::copy_n(x[i], d, out.path[k * n + rows[int(i)]]);
    };
  }
  progress.begin("sampling");
  sampler.run(0, out.x, progress);
  codec.decode(out.x);
  codec.decode(out.path);
  for (const double v : out.x.v)
    if (!std::isfinite(v)) throw Error("a sample is too large for a double in the units of the data; rescale the data and train again");
  return out;
}

Samples sample(const Model& model, const Value& o, uint64_t seed, Progress& progress) {
  if (!o["process"].is_null() && !(o["process"] == model.options()["process"]))
    throw Error("the model was trained with the process " + to_json(model.options()["process"]) + " and cannot be sampled with " +
                    to_json(o["process"]) + "; leave --process out",
                Exit::usage);
  const NetDenoiser denoiser(*model.head, o["params"].text() == "ema" ? *model.ema : *model.params);
  return run(denoiser, *model.process, model.codec, o, seed, progress);
}

Samples sample(const Density& density, const Value& o, uint64_t seed, Progress& progress) {
  const auto process = make<std::unique_ptr<Process>>(processes(), or_default(o["process"], processes(), "ve"));
  return run(density, *process, AffineCodec::identity(density.dim()), o, seed, progress);
}

}  // namespace dm::job
