// dm-plot: pictures of datasets and models.
#include "cli/command.h"
#include "io/atomic_file.h"
#include "io/dataset.h"
#include "io/input.h"
#include "io/model.h"
#include "io/results.h"
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
  if (model.has("loss_step")) s.step = model.numbers("loss_step");
  return s;
}

plot::Set from_dataset(const io::Input& in) {
  io::Dataset d = io::read_dataset(in);
  plot::Set s;
  s.x = std::move(d.x), s.columns = std::move(d.names);
  s.charts = plot::charts_of(d.state, s.columns, s.x.rows, in.name());
  if (d.t) s.t = std::move(*d.t);
  s.weights = io::row_weights(d);
  if (d.path)
    s.path = std::move(d.path->v), s.path_t = std::move(d.path->t), s.times = d.path->points, s.trajectories = d.path->n,
    s.dims = d.path->d;
  return s;
}

plot::Set from_results(const io::Input& in) {
  io::Results r = io::read_results(in);
  plot::Set s;
  s.x = std::move(r.cells), s.columns = std::move(r.columns), s.words = std::move(r.words);
  return s;
}

void run(cli::Call& call) {
  const plot::Format format = plot::format_of(call.output());
  const bool lines = plot::implied(call.options["kind"]) == "lines";
  std::vector<plot::Set> sets;
  for (const std::string& path : call.inputs) {
    const auto in = std::make_shared<const io::Input>(path);
    if (io::holds_results(*in) || (lines && in->content() == io::Content::text))
      sets.push_back(from_results(*in));
    else
      sets.push_back(io::holds_model(*in) ? from_model(in) : from_dataset(*in));
    sets.back().name = stem(path);
  }
  io::write_bytes(call.output(), job::plot(std::move(sets), call.options, format, *call.progress), call.force, true);
}

const cli::Command command{
    .name = "dm-plot",
    .summary = "draw datasets, paths and losses",
    .description =
        "The format follows from the output's suffix: .png, .svg or .pdf. Without --kind the data decide: models give loss curves, "
        "datasets\n"
        "with /path/x trajectories, one column densities, two columns points side by side, more columns a corner plot. Rows of several\n"
        "times /t give one panel a time. A picture says how many points it leaves out. The same input and options give the same bytes.",
    .examples = {{"dm-plot samples.h5 test.h5 -o moons.png", "two sets side by side on common axes"},
                 {"dm-plot samples.h5 test.h5 --kind scatter --layout overlay -o moons.pdf", "in one panel"},
                 {"dm-plot samples.h5 --kind density --title 'Two moons' --width 4 -o density.svg", "a heat map, 4 inches wide"},
                 {"dm-plot model.h5 -o loss.png", "the loss of a training"},
                 {"dm-data make moons -n 2000 -o - | dm-plot - -o moons.png", "from a pipe"}},
    .inputs =
        {{.name = "INPUT", .doc = "datasets, tables or models; - is standard input", .kind = "dataset|table|model", .max = cli::many}},
    .output = {.doc = "the picture, FILE.png, FILE.svg or FILE.pdf", .name = "PICTURE"},
    .options = job::plot_options(),
    .run = run};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
