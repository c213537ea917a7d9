// dm-ipf: the Schroedinger bridge between two sets by iterative proportional fitting.
#include <cmath>

#include "cli/command.h"
#include "cli/training.h"
#include "io/dataset.h"
#include "io/input.h"
#include "io/oracle.h"
#include "io/plan.h"
#include "io/rows.h"
#include "io/told.h"

using namespace dm;

namespace {

struct Set : job::IpfSet {
  std::vector<std::string> names;
  io::Told told;
  std::string sha256;
  std::unique_ptr<Density> law;  // in place of rows, which draw() makes
  Set(const io::Input& input, const cli::Call& call) {
    if (input.content() == io::Content::json) {
      law = io::read_oracle(input);
      sha256 = input.sha256();
      return;
    }
    io::Dataset data = io::read_dataset(input);
    if (io::several_times(data)) call.note("warning: '" + data.source + "' holds rows of several times /t; they are pooled.");
    weights = io::row_weights(data);
    told = io::told(data);
    x = std::move(data.x), names = std::move(data.names), sha256 = std::move(data.sha256);
    if (data.y) y = std::move(*data.y);
  }
  // As many rows as the other set has; each takes over the condition of its row there.
  void draw(const Set& other, Stream stream) {
    if (!law) return;
    x = Matrix<double>(other.law ? 10000 : other.x.rows, law->dim());
    law->draw(stream, {0, int(x.rows)}, x);
    y = other.y;
  }
};

job::Plan solve(const io::Input& a, const io::Input& b, cli::Call& call) {
  Set first(a, call), second(b, call);
  io::same_order(second.names, b.given(), first.names, a.given());
  io::same_told(second.told, first.told);
  const Stream stream = Stream(uint64_t(call.seed)) / "dm-ipf" / "law";
  first.draw(second, stream / uint64_t(0));
  second.draw(first, stream / uint64_t(1));
  std::optional<job::Plan> start;
  if (!call.options["start"].is_null()) start = io::read_plan(std::make_shared<const io::Input>(call.options["start"].text()));
  job::Plan plan = job::ipf(first, second, start ? start->bridge.get() : nullptr, call.options, call.seed, *call.progress);
  if (call.options["sigma"].is_null())
    call.note("sigma " + to_json(plan.spec["sigma"]) + ", half the pooled standard deviation of both sets");
  if (plan.bridge->conditions())
    call.note("the bridge of x given the " + std::to_string(plan.bridge->conditions()) + " columns of /y");
  else if (first.y.cols || second.y.cols)
    call.note("the condition /y is not used: this method fits the bridge of x alone");
  if (plan.bridge->conditions()) io::set_told(plan.spec, first.told.source.empty() ? second.told : first.told);
  plan.spec.set("names", Value(Value::Array{Value::texts(first.names), Value::texts(second.names)}));
  plan.spec.set("data_sha256", Value(Value::Array{first.sha256, second.sha256}));
  return plan;
}

std::vector<std::string> names_of(const job::Plan& plan, std::size_t side) {
  std::vector<std::string> out;
  for (const Value& v : plan.spec["names"].items().at(side).items()) out.push_back(v.text());
  return out;
}

void learn(cli::Call& call) {
  const std::string& name = call.options["method"]["type"].text();
  if (call.options["emit"].text() != "plan")
    throw Error("--emit reads the masses of a plan, which the method " + name + " does not have; move rows with dm-sample", Exit::spec);
  if (!call.options["start"].is_null()) throw Error("the method " + name + " starts from the reference; leave --start out", Exit::spec);
  if (call.options["strict"].boolean())
    throw Error("--strict judges before anything is written, and the method " + name +
                    " learns in steps that are kept; leave it out, and judge the rows that dm-sample moves with dm-eval --assert",
                Exit::spec);
  const double loss = cli::learn_bridge(call);
  if (call.json) call.print_json(Value::Object{{"status", "learned"}, {"loss", std::isfinite(loss) ? Value(loss) : Value()}});
}

void run(cli::Call& call) {
  const Value& o = call.options;
  if (job::is_learned(o["method"])) return learn(call);
  if (o["resume"].boolean() || !o["log"].is_null())
    throw Error((o["resume"].boolean() ? "--resume continues" : "--log is kept of") + std::string(" a training, and the method ") +
                    o["method"]["type"].text() + " has none; leave it out",
                Exit::spec);
  const std::string& what = o["emit"].text();
  const auto input = std::make_shared<const io::Input>(call.inputs[0]);
  const bool solved = io::holds_plan(*input) || (call.inputs.size() == 1 && what != "plan");
  if (solved && (call.inputs.size() > 1 || what == "plan"))
    throw Error("'" + call.inputs[0] + "' is a plan already; say with --emit what is read off it, or give two sets of rows", Exit::usage);
  if (!solved && call.inputs.size() < 2)
    throw Error("one set of rows is given; a bridge needs two, SET SET, and --emit alone a plan file", Exit::usage);
  job::Plan plan = solved ? io::read_plan(input) : solve(*input, io::Input(call.inputs[1]), call);

  const Value& report = plan.spec["report"];
  if (!solved) call.note(report["summary"].text());
  if (const std::string warning = job::warned(report); !warning.empty()) {
    if (o["strict"].boolean()) throw Error(warning, Exit::failure);
    call.note("warning: " + warning);
  }
  if (what == "plan") {
    io::write_plan(call.output(), plan, call.provenance, call.force);
  } else {
    job::Emitted e = job::emit(plan, o, uint64_t(call.seed), *call.progress);
    io::Dataset d;
    if (e.t >= 0) d.t = std::vector<double>(std::size_t(e.x.rows), e.t);
    if (what != "matrix") d.names = names_of(plan, what == "marginal" ? 0 : 1), d.y_names = names_of(plan, 0);
    if (!e.names.empty()) d.names = e.names;
    d.x = std::move(e.x);
    if (e.y.cols) d.y = std::move(e.y);
    if (!e.weights.empty()) d.weights = std::move(e.weights);
    if (!e.index.empty()) d.index = std::move(e.index);
    io::write_dataset(call.output(), d, call.provenance, {.force = call.force});
  }
  if (call.json) call.print_json(report);
}

const cli::Command command{
    .name = "dm-ipf",
    .summary = "the Schroedinger bridge between two sets by iterative proportional fitting",
    .description =
        "Fits the law of paths that is closest to a reference process among those that start in the first set and end in the second, and "
        "writes it as a plan that dm-sample moves rows with: those of the sets or others, either way, to any time between.\n\n"
        "The method sinkhorn solves the static problem, min <C, P> + eps KL(P | p x q) with C = |x - y|^2 / 2 and eps = sigma^2, which "
        "determines the bridge. (In POT: reg = 2 sigma^2 with the cost |x - y|^2.) It is stopped by the L1 error of the marginal that is "
        "not exact. Costs are those of the plan rounded to exact marginals; OT_eps lies between the dual and the primal value.\n\n"
        "The method ridge alternates between the two directions as IPF does, with a regression in closed form for every step of a chain, "
        "and "
        "gaussian is exact between the Gaussians that have the moments of the sets.\n\n"
        "The methods dsb, cdsb and cdsb-c train networks, and write a model: each direction is learned from the paths that the other one "
        "simulates. cdsb learns x given /y of the first set, to a second set without /y; cdsb-c takes one set and runs to the Gaussian "
        "N(m(y), s^2 I) that it fits to it. dm-sample with as many --steps as --simulation-steps follows the chain that was trained. A "
        "signal writes OUTPUT.checkpoint; the same line with --resume continues and ends in the same bytes.\n\n"
        "Where a method does not converge, it says so on standard error and the status is 0 all the same; with --strict it is 1 and "
        "nothing "
        "is written. sinkhorn knows by its marginals. ridge, dsb, cdsb and cdsb-c make the half-iterations that they are told to, and are "
        "then judged by a few hundred rows: sets that lie several sigma apart want many more than the default. dm-eval judges the rows "
        "that were moved, all of them.",
    .examples = {{"dm-ipf a.h5 b.h5 --sigma 1 -o plan.h5", "the plan"},
                 {"dm-sample plan.h5 --from a.h5 -o moved.h5", "rows moved along the bridge"},
                 {"dm-ipf plan.h5 --emit pairs --seed 2 -o pairs.h5", "a partner for every row of the first set"},
                 {"dm-ipf plan.h5 --emit marginal --time 0.5 -o mid.h5", "rows at half time, exactly"},
                 {"dm-ipf d0.h5 d4.h5 --unbalanced 1 -o plan.h5", "masses may differ"},
                 {"dm-ipf a.h5 b.h5 --sigma 0.1 --start plan.h5 -o finer.h5", "begin with what another sigma gave"},
                 {"dm-ipf sims.h5 normal.json --method ridge --features rbf -o posterior.h5",
                  "closed-form regressions of x given the /y of sims.h5; then dm-sample posterior.h5 --direction backward --from z.h5 --y "
                  "obs.csv"},
                 {"dm-ipf sims.h5 normal.json --method cdsb --resume -o bridge.h5", "networks of x given /y of sims.h5"},
                 {"dm-sample bridge.h5 --direction backward --y obs.csv -n 1000 -o draws.h5", "x given the rows of obs.csv"},
                 {"dm-sample bridge.h5 --from sims.h5 -o ends.h5",
                  "the rows forward with their own /y; then back with another: dm-sample bridge.h5 --direction backward --from ends.h5 --y "
                  "one.csv (CDSB-FB)"},
                 {"dm-ipf sims.h5 --method cdsb-c -o bridge.h5", "to the second law that is fitted to sims.h5"}},
    .inputs = {{.name = "SET",
                .doc = "the two sets of rows, or one plan file to read something off; an oracle spec in place of a set is drawn from, a "
                       "row for each "
                       "row of the other, or as often as it is needed by a method that learns",
                .kind = "dataset|table|spec|model",
                .min = 1,
                .max = 2}},
    .output = {.doc = "the plan or the model, or what --emit asks for"},
    .options = job::ipf_options(),
    .json = true,
    .run = run};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
