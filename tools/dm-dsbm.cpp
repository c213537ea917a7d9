// dm-dsbm: learn a transport between two sets.
#include "cli/command.h"
#include "cli/training.h"
#include "job/dsbm.h"

using namespace dm;

static void run(cli::Call& call) { cli::learn_bridge(call); }

static const cli::Command command{
    .name = "dm-dsbm",
    .summary = "learn a transport between two sets: bridge matching, flow matching",
    .description =
        "Learns dynamics on t in [0, 1] that take the first set to the second, and back. The default method, diffusion Schroedinger bridge "
        "matching (Shi et al. 2023), trains the two directions in turn and tends to the Schroedinger bridge: of all dynamics between the "
        "two sets the one closest to a Brownian motion of noise sigma. The end of each half-iteration is judged by a few rows: W2 to the "
        "other set, beside that of rows of the set among themselves, and the path energy. Either set may be an oracle, "
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
