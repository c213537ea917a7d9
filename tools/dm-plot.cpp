// dm-plot: pictures of datasets, results, models, oracles and transports.
#include <deque>

#include "cli/command.h"
#include "io/any_model.h"
#include "io/atomic_file.h"
#include "io/dataset.h"
#include "io/input.h"
#include "io/plan.h"
#include "io/results.h"
#include "io/rows.h"
#include "job/field.h"
#include "job/plot.h"

using namespace dm;

namespace {

// "runs/moons.h5" -> "moons"
std::string stem(const std::string& path) {
  if (path == "-") return "standard input";
  const std::string name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == 0 || dot == std::string::npos ? name : name.substr(0, dot);
}

plot::Set from_model(std::shared_ptr<const io::Input> in) {
  const io::Model model(in);
  plot::Set s;
  if (!model.has("loss")) throw Error(in->name() + " is a model without a record of its loss; nothing in it can be drawn.", Exit::data);
  s.loss = model.numbers("loss");
  for (auto [into, name] :
       {std::pair{&s.step, "loss_step"}, {&s.held_out, "held_out"}, {&s.held_out_step, "held_out_step"}, {&s.phase_ends, "phases/step"}})
    if (model.has(name)) *into = model.numbers(name);
  return s;
}

plot::Set from_dataset(const io::Input& in) {
  io::Dataset d = io::read_dataset(in);
  plot::Set s;
  s.x = std::move(d.x), s.columns = std::move(d.names);
  if (const Value* components = d.state.find("components"); components && components->is_array() && !components->items().empty())
    if (const Value* shape = components->items()[0].find("shape"); shape && shape->is_array())
      for (const Value& n : shape->items())
        if (n.is_integer()) s.shape.push_back(n.integer());
  s.charts = plot::charts_of(d.state, s.columns, s.x.rows, in.name());
  if (d.t) s.t = std::move(*d.t);
  s.weights = io::row_weights(d);
  if (d.y) s.y = std::move(*d.y);
  if (d.path)
    s.path = std::move(d.path->v), s.path_t = std::move(d.path->t), s.times = d.path->points, s.trajectories = d.path->n,
    s.dims = d.path->d;
  return s;
}

// Sets of what a model says at points, which refer to it.
std::vector<plot::Set> from_speaker(const io::AnyModel& model, const Value& o) {
  std::optional<io::Observations> seen;
  if (!o["given"].is_null()) seen = io::observations(io::read_dataset(o["given"].text()));
  if (seen) io::same_told(*seen, model.told);
  std::vector<plot::Set> sets = model.visit([&](const auto& m) { return job::fields(m, o, seen ? &seen->y : nullptr); });
  for (plot::Set& s : sets) s.columns = model.names;
  return sets;
}

plot::Set from_results(const io::Input& in) {
  io::Results r = io::read_results(in);
  plot::Set s;
  s.x = std::move(r.cells), s.columns = std::move(r.columns), s.words = std::move(r.words), s.word_at = std::move(r.word_at);
  return s;
}

void run(cli::Call& call) {
  const plot::Format format = plot::format_of(call.output());
  const std::string kind = plot::implied(call.options["kind"]);
  std::deque<io::AnyModel> speakers;
  std::vector<plot::Set> sets;
  std::vector<std::string> stems;
  for (const std::string& path : call.inputs) stems.push_back(stem(path));
  const std::vector<std::string> names = job::input_names(call.options, stems);
  for (std::size_t k = 0; k < names.size(); ++k) {
    const std::string& path = call.inputs[k];
    const auto in = std::make_shared<const io::Input>(path);
    const bool model = io::holds_model(*in);
    if (io::holds_results(*in) || (kind == "lines" && in->content() == io::Content::text)) {
      sets.push_back(from_results(*in));
    } else if (in->content() == io::Content::json || io::holds_plan(*in) || (model && kind == "quiver")) {
      std::vector<plot::Set> drawn = from_speaker(speakers.emplace_back(in, call.options["params"]), call.options);
      const bool whole = drawn.size() == 1 && !call.options["names"].is_null();  // one that was named is called so and no more
      for (plot::Set& s : drawn) {
        s.name = names[k] + (whole || s.name.empty() ? "" : ", " + s.name);
        sets.push_back(std::move(s));
      }
      continue;
    } else {
      sets.push_back(model ? from_model(in) : from_dataset(*in));
    }
    sets.back().name = names[k];
  }
  if ((kind.empty() ? plot::suited(sets) : kind) != "lines")  // which goes by headers
    for (const plot::Set& s : sets) io::same_order(s.columns, s.name, sets[0].columns, sets[0].name);
  io::write_bytes(call.output(), job::plot(std::move(sets), call.options, format, *call.progress), call.force, true);
}

const cli::Command command{
    .name = "dm-plot",
    .summary = "draw datasets, results, paths, losses, densities, scores and drifts",
    .description =
        "The format follows from the output's suffix: .png, .svg or .pdf. Without --kind the options decide where only one kind has them, "
        "else the data: models give loss curves, datasets\n"
        "with /path/x trajectories, one column densities, two columns points side by side, more columns a corner plot, oracles densities, "
        "bridges and plans arrows of their drift. Rows of several\n"
        "times /t give one panel a time. A picture says how many points it leaves out. The same input and options give the same bytes.\n\n"
        "Results are lines of 'dm-eval --json', collected in a file, or the same as CSV. A column is named by the keys that lead to it, as "
        "w2.value or dm-sample.steps; lines that share --x and --group (seeds) are drawn as their mean with a band.",
    .examples = {{"dm-plot samples.h5 test.h5 -o moons.png", "two sets side by side on common axes"},
                 {"dm-plot samples.h5 test.h5 --kind scatter --layout overlay -o moons.pdf", "in one panel"},
                 {"dm-plot samples.h5 --kind density --title 'Two moons' --width 4 -o density.svg", "a heat map, 4 inches wide"},
                 {"dm-plot results.jsonl --x dm-sample.steps --y w2.value --group dm-sample.sampler -o sweep.pdf",
                  "a metric against a setting, a curve for each sampler, mean and standard error over the seeds"},
                 {"dm-plot model.h5 -o loss.png", "the loss of a training"},
                 {"dm-plot oracle.json samples.h5 --kind density -o law.png", "an exact density beside that of samples"},
                 {"dm-plot oracle.json --kind quiver --time 0.3,0.5 -o score.pdf", "the score at two levels of noise, over the density"},
                 {"dm-plot bridge.h5 a.h5 b.h5 --kind quiver --time 0.5 -o drift.pdf", "the drift of a transport, over rows of both sets"},
                 {"dm-ipf plan.h5 --emit pairs -o - | dm-plot - --kind coupling -o coupling.pdf",
                  "where a plan in one dimension takes mass"},
                 {"dm-ipf plan.h5 --emit pairs -o - | dm-plot - --kind path -o pairs.pdf", "in two: a line from row to row"},
                 {"dm-plot digits.h5 --kind images --shape 28x28 -o digits.png", "rows as images"},
                 {"dm-data make moons -n 2000 -o - | dm-plot - -o moons.png", "from a pipe"}},
    .inputs = {{.name = "INPUT",
                .doc = "datasets, tables, results, models, plans, or specs of oracles or bridges; - is standard input",
                .kind = "dataset|table|model|spec",
                .max = cli::many}},
    .output = {.doc = "the picture, FILE.png, FILE.svg or FILE.pdf", .name = "PICTURE"},
    .options = job::plot_options(),
    .run = run};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
