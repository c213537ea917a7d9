// dm-eval: metrics between samples and a reference, each with its floor; likelihoods under a model.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "cli/command.h"
#include "cli/literal.h"
#include "core/columns.h"
#include "io/any_model.h"
#include "io/dataset.h"
#include "io/lineage.h"
#include "io/rows.h"
#include "io/table.h"
#include "job/assertion.h"
#include "job/eval.h"
#include "job/likelihood.h"
#include "metric/model_metric.h"

using namespace dm;

namespace {

// A dataset and its rows as weighted points.
struct Rows {
  io::Dataset data;
  std::vector<double> w;
  explicit Rows(const std::string& path) : data(io::read_dataset(path)), w(io::row_weights(data)) {}
  Points points() const { return {data.x, w.empty() ? nullptr : w.data()}; }

  // What the file's provenance says of "seed", "command" or "spec"; null where it says nothing.
  Value told(const char* key) const {
    const Value* v = data.provenance.find(key);
    return v ? *v : Value();
  }
  Value described() const { return Value::Object{{"file", data.source}, {"sha256", data.sha256}}; }
};

std::string cell(const Value* v) {
  if (!v || !v->is_number()) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", v->number());
  return text;
}

// What --model names, and the condition of the rows.
struct Judge {
  io::AnyModel model;
  std::optional<io::Observations> y;

  Judge(const std::string& path, const Value& o, const io::Dataset& samples) : model(std::make_shared<const io::Input>(path), o["params"]) {
    if (!o["y"].is_null())
      y = io::observations(io::read_dataset(o["y"].text()));
    else if (model.conditions && samples.y)
      y = {io::told(samples), *samples.y};
    if (y) io::same_told(*y, model.told);
  }
  LogDensities log_p(const ModelMetric& metric, const Value& o, uint64_t seed, Progress& progress, const std::vector<int64_t>& rows,
                     const Matrix<double>& x) const {
    return model.visit([&](const auto& m) { return job::log_densities(m, metric, o, seed, progress, rows, x, y ? &y->y : nullptr); });
  }
  Value described() const { return Value::Object{{"file", model.input().given()}, {"sha256", model.input().sha256()}}; }
};

// One line a metric; what it was computed with stands behind.
std::string table(const Value& results, const std::vector<std::string>& names, int64_t seed) {
  const auto line = [](const std::string& name, const std::string& value, const std::string& floor, const std::string& ratio,
                       const std::string& rest) {
    char text[160];
    std::snprintf(text, sizeof text, "%-13s %11s %11s %12s", name.c_str(), value.c_str(), floor.c_str(), ratio.c_str());
    return text + (rest.empty() ? "" : "   " + rest) + "\n";
  };
  std::string out = line("metric", "value", "floor", "value/floor", "");
  for (const std::string& name : names) {
    const Value& e = results[name];
    std::string rest;
    for (const auto& [key, v] : e.members())
      if (key != "value" && key != "floor" && key != "floor_reason" && key != "ratio" && key != "seed" && !v.is_object() &&
          to_json(v).size() < 24)
        rest += (rest.empty() ? "" : ", ") + key + " " +
                (v.is_number() && !v.is_integer() ? cell(&v)
                 : v.is_text()                    ? v.text()
                                                  : to_json(v));
    out += line(name, cell(e.find("value")), cell(e.find("floor")), cell(e.find("ratio")), rest);
  }
  const Value& rows = results["rows"];
  out += "rows: " + to_json(rows["samples"]) + " samples";
  if (!rows["reference"].is_null()) out += " against " + to_json(rows["reference"]) + " reference rows";
  if (!rows["floor"].is_null()) out += "; floor: " + to_json(rows["floor"]) + " other rows of the reference's law against the same";
  if (!rows["splits"].is_null()) out += "; means over " + to_json(rows["splits"]) + " splits";
  out += "; seed " + std::to_string(seed) + "\n";
  std::vector<std::pair<std::string, std::string>> why;  // a floor is missing, and of which metrics
  for (const std::string& name : names)
    if (const Value* reason = results[name].find("floor_reason")) {
      const auto same = std::find_if(why.begin(), why.end(), [&](const auto& w) { return w.first == reason->text(); });
      same == why.end() ? void(why.emplace_back(reason->text(), name)) : void(same->second += ", " + name);
    }
  for (const auto& [reason, of] : why) out += "no floor of " + of + ": " + reason + "\n";
  return out;
}

// What the metrics of a model took of each row of the samples.
struct Densities {
  io::Dataset table;  // [log_p, row], the standard error that probes or draws leave where there is one, then other metrics' columns

  void add(const ModelMetric& metric, const LogDensities& l, const std::vector<int64_t>& numbers) {
    const auto put = [&](const std::string& name, auto of) {
      Matrix<double> wider(int64_t(numbers.size()), table.x.cols + 1);
      for (int64_t i = 0; i < wider.rows; ++i) {
        if (table.x.cols) std::copy_n(table.x[i], table.x.cols, wider[i]);
        wider[i][table.x.cols] = of(size_t(i));
      }
      table.x = std::move(wider);
      table.names.push_back(name);
    };
    const bool first = table.names.empty();
    put(metric.column(), [&](size_t i) { return l.log_p[i]; });
    if (first) put("row", [&](size_t i) { return double(numbers[i]); });
    if (!l.variance.empty()) put(std::string(metric.repeat()) + "_error", [&](size_t i) { return std::sqrt(l.variance[i] / l.repeats); });
  }
};

std::vector<job::Assertion> read_assertions(const Value& o) {
  std::vector<job::Assertion> out;
  if (!o["assert"].is_null())
    for (const Value& v : o["assert"].items()) out.push_back(job::parse_assertion(v.text()));
  if (!o["assert_file"].is_null()) {
    const std::string& path = o["assert_file"].text();
    for (auto& a : job::parse_assertions(parse_json(cli::read_text(path), "'" + path + "'"), "'" + path + "'")) out.push_back(std::move(a));
  }
  return out;
}

job::EvalSettings settings_of(const cli::Call& call) {
  const Value& o = call.options;
  job::EvalSettings settings;
  std::vector<std::string> problems;
  settings.metrics = job::resolve_metrics(o["metrics"], "/metrics", problems);
  throw_problems(problems);
  settings.rows = o["rows"].is_null() ? 0 : o["rows"].integer();
  settings.splits = o["splits"].integer();
  settings.seed = uint64_t(call.seed);
  using Floor = job::EvalSettings::Floor;
  const Value& floor = o["floor"];
  if (!floor.is_text() && !(floor.is_number() && floor.number() > 0))
    throw Error("--floor: found " + to_json(floor) + ", expected a number > 0, a file, 'auto' or 'none'.", Exit::spec);
  if (floor.is_number())
    settings.floor = Floor::number, settings.floor_number = floor.number();
  else if (floor.text() != "auto")
    settings.floor = floor.text() == "none" ? Floor::none : Floor::rows;
  return settings;
}

// Refuses what only metrics of a model read where none of those asked for does.
void require_readers(const cli::Call& call, const std::vector<std::string>& names) {
  const auto require = [&](const SharedOption& shared, std::string flag) {
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return shared.read_by(name); })) return;
    std::replace(flag.begin(), flag.end(), '_', '-');
    const bool several = shared.readers.size() > 1;
    throw Error(flag + (several ? " is for the metrics " : " is for the metric ") + shared.names() + "; add " +
                    (several ? "one of them" : "it") + " to --metrics, or leave " + flag + " out",
                Exit::spec);
  };
  if (call.has_output()) require(job::judge_options().front(), "-o");
  for (const SharedOption& shared : job::judge_options()) {
    std::vector<std::string> none;
    const Value unset = resolve({shared.option}, Value::object(), "", none);
    if (!(call.options[shared.option.name] == unset[shared.option.name])) require(shared, "--" + shared.option.name);
  }
}

void run(cli::Call& call) {
  const Value& o = call.options;

  // Everything that can be refused without reading data is refused first.
  const job::EvalSettings settings = settings_of(call);
  std::vector<std::string> names;
  for (const Value& m : settings.metrics) names.push_back(m["type"].text());
  const std::vector<job::Assertion> assertions = read_assertions(o);
  job::require_metrics(assertions, names);
  const std::string format = !o["format"].is_null() ? o["format"].text() : call.json ? "json" : "text";
  if (call.json && format != "json")
    throw Error("--json is --format json, but --format " + format + " is given too; leave one out", Exit::spec);
  require_readers(call, names);

  const Rows samples(call.inputs[0]);
  std::optional<Rows> reference, train, floor_rows;
  if (call.inputs.size() > 1) reference.emplace(call.inputs[1]);
  std::optional<Judge> judge;
  if (!o["model"].is_null()) judge.emplace(o["model"].text(), o, samples.data);
  if (reference) io::same_order(reference->data.names, reference->data.source, samples.data.names, samples.data.source);
  if (judge) io::same_order(samples.data.names, samples.data.source, judge->model.names, judge->model.input().given());
  std::optional<std::string> train_file;
  if (!o["train"].is_null())
    train_file = o["train"].text();
  else if (judge && judge->model.trained())
    train_file = io::training_file(*judge->model.trained(), judge->model.input().given());
  else
    train_file = io::training_file(samples.data);
  if (train_file) train.emplace(*train_file);
  if (train && o["train"].is_null() && train->data.x.cols != samples.data.x.cols) train.reset();  // the model maps between spaces
  if (settings.floor == job::EvalSettings::Floor::rows) {
    floor_rows.emplace(o["floor"].text());
    io::same_order(floor_rows->data.names, floor_rows->data.source, samples.data.names, samples.data.source);
  }

  const Points train_points = train ? train->points() : Points{}, floor_points = floor_rows ? floor_rows->points() : Points{};
  Densities densities;
  const io::Dataset& data = samples.data;
  Ways ways{0, data.x.rows, data.x.cols};
  if (data.energy) ways.energy = data.energy->data();
  if (data.path && data.path->n == data.x.rows && !data.path->t.empty())
    ways = {data.path->points, data.x.rows, data.x.cols, data.path->v.data(), data.path->t.data(), ways.energy};
  job::EvalSets sets{samples.points(), reference ? reference->points() : Points{}, train ? &train_points : nullptr,
                     floor_rows ? &floor_points : nullptr};
  sets.ways = &ways;
  if (judge)
    sets.log_p = [&](const ModelMetric& metric, const std::vector<int64_t>& rows) {
      LogDensities l = judge->log_p(metric, o, uint64_t(call.seed), *call.progress, rows, samples.data.x);
      if (call.has_output()) densities.add(metric, l, rows);
      return l;
    };
  Value results = job::evaluate(sets, settings, *call.progress);
  for (const Rows* r : {&samples, static_cast<const Rows*>(reference ? &*reference : nullptr)})
    if (r && io::several_times(r->data)) call.note("warning: '" + r->data.source + "' holds rows of several times /t; they are pooled.");

  std::string failures;
  Value verdicts = Value::array();
  for (const job::Assertion& a : assertions) {
    const job::Verdict verdict = a.check(results);
    Value v = Value::object();
    v.set("assert", a.text);
    v.set("pass", verdict.pass);
    v.set("sentence", verdict.sentence);
    verdicts.items().push_back(std::move(v));
    if (!verdict.pass)
      failures += (failures.empty() ? "" : "\n  ") + verdict.sentence;
    else if (format == "text")
      call.note(verdict.sentence);
  }
  for (const Value& w : results["warnings"].items()) call.note("warning: " + w.text());

  if (call.has_output()) io::write_dataset(call.output(), densities.table, call.provenance, {.force = call.force});
  if (format != "text") {
    if (!assertions.empty()) results.set("assert", std::move(verdicts));
    if (!call.provenance.is_null()) {
      for (const char* key : {"seed", "command"}) results.set(key, samples.told(key));
      for (const auto& [name, section] : io::sections(samples.data).members()) results.set(name, section);
      results.set("dm-eval", call.provenance["spec"]["dm-eval"]);
      results.set("samples", samples.described());
      if (reference) {
        Value v = reference->described();
        for (const char* key : {"command", "spec"}) v.set(key, reference->told(key));
        results.set("reference", std::move(v));
      }
      if (judge) results.set("model", judge->described());
      if (train) results.set("train", train->described());
    }
    call.print(format == "csv" ? io::to_csv(columns(results)) : to_json(results) + "\n");
  } else if (!call.has_output() || call.output() != "-") {
    call.print(table(results, names, call.seed));
  }
  if (!failures.empty()) throw Error(failures, Exit::failure);
}

std::string known() {
  std::string all;
  for (const std::string& n : metrics().names()) all += (all.empty() ? "" : " | ") + n;
  return all;
}

std::vector<Option> options() {
  std::vector<Option> out = {
      {.name = "metrics",
       .type = any(metrics),
       .dflt = "w2,sw2,mmd",
       .doc = "which metrics: names joined by commas, or JSON where one has options: '[\"w1\", {\"type\": \"sw2\", \"projections\": "
              "1000}]'; " +
              known()},
      {.name = "floor",
       .type = any(),
       .dflt = "auto",
       .doc = "auto (split the reference), a file of independent rows of the reference's law, a number, or none"},
      {.name = "rows",
       .type = integer(1, 1e9),
       .doc = "use at most this many samples, drawn at random, and twice as many reference rows; unset: all"},
      {.name = "splits",
       .type = integer(1, 1000),
       .dflt = 4,
       .doc = "over how many random splits of the reference value and floor are averaged (the time grows with it)"},
      {.name = "train",
       .type = text(),
       .doc = "file of the rows that the model was trained on; unset: the one that the provenance of --model or of the samples names, "
              "where it is found"},
      {.name = "format",
       .type = choice({"text", "json", "csv"}),
       .dflt = nullptr,
       .doc = "the answer: a table to read, one line of JSON (as --json), or the same as a header and a row of CSV; unset: text"},
      {.name = "assert", .type = list(1), .doc = "comparisons that must hold, joined by commas"},
      {.name = "assert_file", .type = text(), .doc = "JSON file {\"assert\": [...]} with comparisons that must hold"}};
  for (const Option& option : job::likelihood_options()) out.push_back(option);
  return out;
}

const cli::Command command{
    .name = "dm-eval",
    .summary = "Measure samples against a reference, every distance with its floor, or their likelihood under a model",
    .description =
        "Prints a table, or one line of JSON with a key per metric holding at least value and floor, then seed, command and run spec of "
        "SAMPLES (layout: schemas/formats.md); as CSV its columns are the keys joined by dots. The floor is the same distance "
        "between two "
        "independent sets of reference rows: no sampler can be expected to go below it. With n samples and at least 2 n reference rows, "
        "the "
        "reference is split: value = distance(samples, part 1), floor = distance(part 2, part 1), averaged over a few random splits.\n\n"
        "Assertions compare sums and products of numbers and results: 'w2/floor < 1.6', 'nn-share.z < 3', 'moments.mean_error <= .02'. A "
        "failed one, "
        "and any that meets null, ends with status 1.\n\n"
        "Likelihoods: nll is the mean of -log p of SAMPLES (held-out data, say) under --model, a model file or an oracle spec, in nats and "
        "data units; REFERENCE may then be left out. Under a transport of dm-dsbm or dm-ipf, or a bridge spec, they are rows of the second "
        "set (with --direction backward of the first), and the law at the other end must be known as a density. log p is exact up to the "
        "tolerances of the sampler: the probability flow takes each "
        "row "
        "from the level --end to the reference, with the log-determinant beside it. ddim-kl bounds it from above under the chain that "
        "dm-sample --sampler ddim runs with noise on the same --grid and --steps (eta, eta_0 and draws are options of the metric): value = "
        "prior + transitions + decoder + codec, the Kullback-Leibler divergence between the two chains plus the data's entropy.\n\n"
        "Rows that are bit-equal between the inputs are counted and warned of, also against the training file that the samples' provenance "
        "names.",
    .examples = {{"dm-eval samples.h5 test.h5 --metrics w1,w2,sw1,tv,mmd --json", "five metrics on one line of JSON"},
                 {"dm-eval samples.h5 test.h5 --metrics w2 --assert 'w2/floor<1.6'",
                  "exit status 1 unless W2 is below 1.6 times its floor"},
                 {"dm-eval samples.h5 test.h5 --metrics w2 --format csv", "a header and a row: w2.value, ..., seed, dm-sample.steps, ..."},
                 {"dm-eval samples.h5 test.h5 --metrics nn-share --train moons.h5", "does the model repeat its training rows?"},
                 {"dm-eval test.h5 --model model.h5 --metrics nll --assert 'nll.bits_per_dim<1.2'",
                  "held-out likelihood by the probability flow"},
                 {"dm-eval test.h5 --model model.h5 --metrics nll --divergence rademacher --probes 10 -o logp.h5",
                  "by ten probes a row, each row's log p to a file"},
                 {"dm-eval test.h5 --model model.h5 --metrics '[\"nll\", {\"type\": \"ddim-kl\", \"draws\": 4}]' --steps 100",
                  "and the variational bound of the noisy DDIM chain in 100 steps"},
                 {"dm-eval test.h5 --model flow.h5 --metrics nll", "under a transport (dm-dsbm normal.json data.h5 -o flow.h5)"},
                 {"dm-noise moons.h5 --time 0.5 -o - | dm-eval - test.h5 --metrics sw2", "samples from a pipe"}},
    .inputs = {{.name = "SAMPLES", .doc = "the rows to judge; - is standard input", .kind = "dataset|table"},
               {.name = "REFERENCE",
                .doc = "rows of the law they should follow, not used in training; nll and ddim-kl alone need none",
                .kind = "dataset|table",
                .min = 0}},
    .output = {.doc =
                   "the log-density that nll takes of each row: a dataset with the columns log_p (nats), row (its number in SAMPLES), and "
                   "with two probes or more probe_error; of ddim-kl the columns log_p_bound, and with two draws or more draw_error",
               .name = "LOGP",
               .min = 0},
    .options = options(),
    .json = true,
    .run = run};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
