// dm-noise: rows at later times of a noising process.
#include "cli/command.h"
#include "io/rows.h"
#include "job/noise.h"

using namespace dm;

static void run(cli::Call& call) {
  io::Dataset in = io::read_dataset(call.inputs[0]);
  job::Noised noised = job::noise(in.x, call.options, uint64_t(call.seed), *call.progress);
  if (in.t) call.note("warning: the times /t of '" + in.source + "' are replaced; its rows are taken as the clean ones.");
  in.path.reset();
  io::Dataset out = io::take(in, noised.row);  // with the condition and the weights of each row
  out.index.reset();                           // noise of a row is no part of the data; its place in its block of times is the row's
  out.x = std::move(noised.x);
  out.t = std::move(noised.t);
  if (!noised.path_t.empty())
    out.path = io::Path{int64_t(noised.path_t.size()), out.x.rows, out.x.cols, std::move(noised.path.v), std::move(noised.path_t)};
  io::write_dataset(call.output(), out, call.provenance, {.force = call.force});
}

static const cli::Command command{
    .name = "dm-noise",
    .summary = "run the forward noising process on a dataset",
    .description =
        "Draws each row at the given times of the process, exactly and in one shot: x_t = alpha_t x_0 + sigma_t eps. Several times become "
        "blocks of rows "
        "with their time in /t; with --path they are points of one path a row, kept in /path/x.",
    .examples = {{"dm-noise moons.h5 --time 0.25,0.5,1 -o noised.h5", "three marginals"},
                 {"dm-noise moons.h5 --process ve --sigma-max 10 --time 0.5 -o noised.h5", "of a variance-exploding process"},
                 {"dm-noise moons.h5 --time 0.1,0.2,0.4,0.8 --path -o paths.h5", "whole paths"}},
    .inputs = {{"DATA", "dataset, or - for standard input", "dataset|table"}},
    .output = {"the noised rows, a dataset"},
    .options = job::noise_options(),
    .run = run};

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
