// dm-train: learn a denoiser from a dataset.
#include "cli/command.h"
#include "cli/training.h"
#include "io/dataset.h"
#include "io/table.h"
#include "io/told.h"
#include "job/eval.h"
#include "job/train.h"

using namespace dm;

// {"components": [{"support": ..}]} of a dataset's state, or null.
static Value declared_support(const Value& state) {
  const Value* components = state.find("components");
  if (!components || !components->is_array() || components->items().size() != 1) return {};
  const Value* support = components->items()[0].find("support");
  return support ? *support : Value();
}

// What a model is a function of; stored in it, and compared when a run is resumed.
static Value model_spec(const cli::Call& call, const io::Dataset& data, const Matrix<double>& y) {
  Value spec = Value::object(), options = call.options;
  spec.set("seed", call.seed);
  spec.set("dimension", data.x.cols);
  spec.set("names", Value::texts(data.names));
  if (y.cols) io::set_told(spec, io::told(data));
  spec.set("data_sha256", data.sha256);
  spec.set("condition", job::condition_of(options, y).shape());
  spec.set("support", options["support"].is_null() ? declared_support(data.state) : options["support"]);
  if (options["steps"].is_null()) options.set("steps", job::default_steps(data.x.rows, data.x.cols, y.cols, options["batch"].integer()));
  for (const auto& [key, v] : job::model_numerics(options["batch"].integer()).members()) spec.set(key, v);
  if (!options["validation"].is_null()) options.set("validation", Value());  // its rows count, not where they lie
  spec.set("dm-train", job::without_resume_options(options));
  return spec;
}

// The rows of --validation, which must be such as the training's.
static io::Dataset read_validation(const cli::Call& call, const io::Dataset& data, bool conditional) {
  if (!call.options["held_out"].is_null())
    throw Error("--validation gives the rows that are held out and --held-out takes a share of DATA; leave one of them out", Exit::spec);
  io::Dataset v = io::read_dataset(call.options["validation"].text());
  const auto refuse = [&](const std::string& there, const std::string& here) {
    throw Error(
        "'" + v.source + "' has " + there + "; '" + data.source + "' has " + here + ". Held-out rows are of the same kind as those learned",
        Exit::data);
  };
  if (v.x.cols != data.x.cols) refuse(io::counted(v.x.cols, "column"), io::counted(data.x.cols, "column"));
  for (std::size_t j = 0; j < v.names.size() && j < data.names.size(); ++j)
    if (v.names[j] != data.names[j]) refuse("'" + v.names[j] + "' as column " + std::to_string(j + 1), "'" + data.names[j] + "'");
  if (conditional && (!v.y || v.y->cols != data.y->cols))
    refuse(v.y ? io::counted(v.y->cols, "column") + " of the condition /y" : "no condition /y", std::to_string(data.y->cols));
  if (conditional) io::same_told(io::told(v), io::told(data));
  return v;
}

static void run(cli::Call& call) {
  const io::Dataset data = io::read_dataset(call.inputs[0]);
  const bool conditional = data.y && call.options["condition"].text() != "none";
  if (call.options["condition"].text() == "label" && !data.y)
    throw Error("'" + data.source + "' has no /y, and --condition label asks for it; import the labels with dm-data import --y",
                Exit::data);
  job::TrainingRows rows{data.x, conditional ? *data.y : Matrix<double>(), io::row_weights(data)};
  Value spec = model_spec(call, data, rows.y);
  std::optional<io::Dataset> validation;
  std::optional<job::TrainingRows> held_out;
  if (!call.options["validation"].is_null()) {
    validation = read_validation(call, data, conditional);
    spec.set("validation_sha256", validation->sha256);
    held_out.emplace(job::TrainingRows{validation->x, conditional ? *validation->y : Matrix<double>(), io::row_weights(*validation)});
    rows.validation = &*held_out;
    if (const int64_t n = job::equal_rows(validation->x, data.x))
      call.note("warning: " + io::counted(n, "row") + " of '" + validation->source + "' (of " + std::to_string(validation->x.rows) + ") " +
                (n == 1 ? "is" : "are") + " bit-equal to rows of '" + data.source +
                "'; held-out rows should be ones that are not learned.");
  }

  if (io::several_times(data)) call.note("warning: '" + data.source + "' holds rows of several times /t; they are pooled.");
  if (conditional)
    call.note("learning x given the " + std::to_string(rows.y.cols) + (rows.y.cols == 1 ? " column" : " columns") + " of /y in " +
              to_json(spec["dm-train"]["steps"]) + " steps");
  else if (data.y)
    call.note("the condition /y is not used: the model learns x alone");
  const auto made = [&] {
    try {
      return std::make_unique<job::Training>(spec, rows);
    } catch (const Error& e) {
      throw e.code() == Exit::data ? e.in("'" + data.source + "'") : e;  // options that do not go together are no fault of the file's
    }
  }();
  cli::train(call, spec, *made);
}

static const cli::Command command{
    .name = "dm-train",
    .summary = "learn a denoiser from a dataset",
    .description =
        "Trains a network to predict the clean rows from noised ones and writes a model that dm-sample draws "
        "from. The defaults are those of EDM "
        "(Karras et al. 2022) on standardised data. A signal writes OUTPUT.checkpoint; the same line with "
        "--resume continues and ends in the same bytes.",
    .examples = {{"dm-train moons.h5 -o model.h5", "train with the defaults"},
                 {"dm-train moons.h5 --process vp --objective dsm --predict eps -o model.h5",
                  "the continuous DDPM: noise prediction on the VP process"},
                 {"dm-train moons.h5 --objective ism --set objective.sigma=0.1 -o score.h5",
                  "the score of slightly blurred rows by implicit score matching, from its divergence"},
                 {"dm-train train.h5 --validation test.h5 --patience 10 --log steps.jsonl -o model.h5",
                  "keep the parameters that fit other rows best, end when they no longer improve, write down the "
                  "losses"},
                 {"dm-train train.h5 --validation test.h5 --metrics w2,nn-share --criterion w2 -o model.h5",
                  "draw rows on the way, and keep the parameters whose rows are nearest to other ones"},
                 {"dm-train moons.h5 --set network.width=128 --steps 4000 --resume -o model.h5",
                  "a smaller network, in a batch job that may be interrupted"}},
    .inputs = {{"DATA", "dataset, or - for standard input", "dataset|table"}},
    .output = {"the model"},
    .options = job::train_options(),
    .run = run};

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
