// dm-sample: draw rows from a trained model or from an oracle.
#include "cli/command.h"
#include "io/any_model.h"
#include "io/dataset.h"
#include "io/rows.h"

using namespace dm;

static void run(cli::Call& call) {
  io::Dataset data;
  const io::AnyModel model(std::make_shared<const io::Input>(call.inputs[0]), call.options["params"]);
  std::optional<io::Dataset> from;
  if (!call.options["from"].is_null()) from = io::read_dataset(call.options["from"].text());
  std::optional<io::Observations> seen;
  if (!call.options["y"].is_null()) seen = io::observations(io::read_dataset(call.options["y"].text()));
  if (model.carries() && model.conditions && !seen && from && from->y)
    seen = {io::told(*from), *from->y};  // the rows bring their condition along
  data.names = model.names;
  if (from) io::same_order(from->names, from->source, model.names, model.input().given());
  if (seen) io::same_told(*seen, model.told);
  if (call.provenance.is_object() && !model.provenance.is_null()) call.provenance.set("model", model.provenance);
  const job::SampleInputs inputs{from ? &from->x : nullptr, seen ? &seen->y : nullptr};
  job::Samples out = model.visit([&](const auto& m) { return job::sample(m, call.options, uint64_t(call.seed), *call.progress, inputs); });
  data.x = std::move(out.x);
  if (!out.row.empty()) {
    data.y = take_rows(seen->y.view(), out.row);
    data.y_names = seen->names, data.y_labels = seen->labels;
    data.obs = std::move(out.row);
  }
  if (!out.energy.empty()) data.energy = std::move(out.energy);
  if (call.provenance.is_object()) call.provenance.set("evaluations", out.evaluations);
  if (!out.path_t.empty())
    data.path = io::Path{int64_t(out.path_t.size()), data.x.rows, data.x.cols, std::move(out.path.v), std::move(out.path_t)};
  io::write_dataset(call.output(), data, call.provenance, {.force = call.force});
}

static const cli::Command command{
    .name = "dm-sample",
    .summary = "draw rows from a trained model or from an oracle",
    .description =
        "Takes draws of the reference law to the data through the reverse of the noising process. MODEL is a file of dm-train, or an "
        "oracle "
        "spec such as {\"density\": {\"type\": \"gaussian_mixture\", \"means\": [[-1, 0], [1, 0]], \"covariances\": 0.1}}, whose exact "
        "prediction "
        "then stands in for the network. A transport of dm-dsbm, or a bridge in closed form ({\"bridge\": {\"type\": \"gaussian\", ...}}), "
        "takes the rows of "
        "--from from one set to the other. Row i depends on the seed and on i, never on how many rows are asked for.",
    .examples = {{"dm-sample model.h5 -n 5000 --seed 2 -o samples.h5", "5,000 rows with the defaults (Heun, 64 steps on the Karras grid)"},
                 {"dm-sample model.h5 --sampler ddim --eta 0.5 --steps 100 -o samples.h5", "DDIM, half of the posterior's noise redrawn"},
                 {"dm-sample oracle.json -n 1000 --process ve --sampler ddim --eta 1 --steps 100 -o exact.h5",
                  "an exact score instead of a network"},
                 {"dm-sample model.h5 --sampler ancestral --corrector ald --snr 0.16 -o pc.h5", "predictor-corrector"},
                 {"dm-sample model.h5 --sampler rk45 --from data.h5 --encode -o latents.h5",
                  "data to the reference by the probability flow"},
                 {"dm-sample model.h5 --sampler rk45 --from latents.h5 --final none -o data-again.h5", "and back"},
                 {"dm-sample posterior.h5 --y obs.csv -n 10000 -o draws.h5", "x given each row of obs.csv"},
                 {"dm-sample model.h5 -n 200 --path -o paths.h5", "with every state on the way, for dm-plot"},
                 {"dm-sample model.h5 -n 1000000 --shard $SLURM_ARRAY_TASK_ID/8 -o part-$SLURM_ARRAY_TASK_ID.h5",
                  "one of 8 tasks of a job array; dm-data merge part-1.h5 ... part-8.h5 -o all.h5 has the bytes of one run"},
                 {"dm-sample bridge.h5 --from a.h5 --time 0.5 -o mid.h5",
                  "a model of dm-dsbm, half of the way from its first set to its second"}},
    .inputs = {{"MODEL", "model file, oracle spec or bridge spec, or - for standard input", "model|spec"}},
    .output = {"the samples, a dataset"},
    .options = job::sample_options(),
    .run = run};

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
