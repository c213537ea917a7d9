// dm-dsbm: learn a transport between two sets.
#include "cli/command.h"
#include "cli/training.h"
#include "io/dataset.h"
#include "io/oracle.h"
#include "job/dsbm.h"

using namespace dm;

static job::BridgeSide read_side(cli::Call& call, const std::string& path, std::string& sha256, Value& names) {
  const auto input = std::make_shared<const io::Input>(path);
  if (input->content() == io::Content::json) {
    sha256 = input->sha256();
    return {{}, {}, {}, io::read_oracle_spec(*input)};
  }
  io::Dataset data = io::read_dataset(*input);
  sha256 = data.sha256;
  if (names.items().empty())
    for (const auto& n : data.names) names.items().push_back(n);
  if (io::several_times(data)) call.note("warning: '" + data.source + "' holds rows of several times /t; they are pooled.");
  const bool told = data.y && call.options["condition"].text() != "none";
  return {std::move(data.x), told ? std::move(*data.y) : Matrix<double>(), io::row_weights(data), {}};
}

static void run(cli::Call& call) {
  std::string sha256[2];
  Value names = Value::array(), hashes = Value::array();
  const job::BridgeSide sides[2] = {read_side(call, call.inputs[0], sha256[0], names), read_side(call, call.inputs[1], sha256[1], names)};
  Value spec = job::bridge_spec(call.options, call.seed, sides);
  for (const auto& h : sha256) hashes.items().push_back(h);
  spec.set("names", names);
  spec.set("data_sha256", hashes);
  if (call.options["sigma"].is_null())
    call.note("sigma is " + to_json(spec["sigma"]) + ", half the pooled standard deviation of the two sets");
  job::BridgeTraining training(spec, sides);
  if (training.model().condition.width()) call.note("learning the transport of x given y");
  cli::train(call, spec, training);
}

static const cli::Command command{
    .name = "dm-dsbm",
    .summary = "learn a transport between two sets: bridge matching, flow matching",
    .description =
        "Learns dynamics on t in [0, 1] that take the first set to the second, and back. The default method, diffusion Schroedinger bridge "
        "matching (Shi et al. 2023), trains the two directions in turn and tends to the Schroedinger bridge: of all dynamics between the "
        "two sets the one closest to a Brownian motion of noise sigma. Either set may be an oracle, "
        "{\"density\": {\"type\": \"gaussian\", ...}}. dm-sample takes the result both ways. A signal writes OUTPUT.checkpoint; the same "
        "line with "
        "--resume continues and ends in the same bytes.",
    .examples = {{"dm-dsbm a.h5 b.h5 --sigma 1 -o bridge.h5", "a Schroedinger bridge by iterative Markovian fitting"},
                 {"dm-sample bridge.h5 --from a_test.h5 --steps 20 -o moved.h5", "and rows of the first set taken to the second"},
                 {"dm-dsbm normal.json b.h5 --method cfm -o flow.h5", "flow matching from noise"},
                 {"dm-dsbm a.h5 b.h5 --method ot-cfm -o flow.h5", "with pairs matched in each batch"},
                 {"dm-dsbm a.h5 b.h5 --method interpolant --sigma 0.5 -o both.h5",
                  "velocity and score: noise chosen when sampling (dm-sample --noise)"}},
    .inputs = {{"FIRST", "the set at t = 0: dataset or oracle spec, or - for standard input", "dataset|table|spec"},
               {"SECOND", "the set at t = 1, likewise", "dataset|table|spec"}},
    .output = {"the model"},
    .options = job::dsbm_options(),
    .run = run};

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
