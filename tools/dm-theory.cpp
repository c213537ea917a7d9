// dm-theory: theorems as curves, truth and bound on one axis.
#include <algorithm>
#include <cstdio>

#include "cli/command.h"
#include "cli/literal.h"
#include "io/atomic_file.h"
#include "io/dataset.h"
#include "job/assertion.h"
#include "job/theory.h"

using namespace dm;

namespace {

std::vector<job::Assertion> read_assertions(const Value& o, const std::string& curve) {
  std::vector<job::Assertion> out;
  if (!o["assert"].is_null())
    for (const Value& v : o["assert"].items()) out.push_back(job::parse_assertion(v.text()));
  const auto about = [](const job::Assertion& a, const std::vector<std::string>& curves) {
    for (const std::string& name : a.metrics)
      if (std::find(curves.begin(), curves.end(), name) == curves.end())
        throw Error("assertion '" + a.text + "' names '" + name + "'; expected the fits of " + (curves.size() == 1 ? "this" : "a") +
                        " curve, as in '" + curves[0] + ".NAME'." + did_you_mean(name, curves),
                    Exit::spec);
  };
  for (const job::Assertion& a : out) about(a, {curve});
  if (!o["assert_file"].is_null()) {
    const std::string& path = o["assert_file"].text();
    for (job::Assertion& a : job::parse_assertions(parse_json(cli::read_text(path), "'" + path + "'"), "'" + path + "'")) {
      about(a, theorems().names());
      if (std::find(a.metrics.begin(), a.metrics.end(), curve) != a.metrics.end()) out.push_back(std::move(a));
    }
  }
  return out;
}

std::string table(const Curves& c) {
  std::string out;
  for (const Fit& f : c.fits) {
    char line[64];
    std::snprintf(line, sizeof line, "%-20s %12.6g   ", f.name.c_str(), f.value);
    out += line + f.doc + "\n";
  }
  return out;
}

bool is_table(const std::string& path) { return path == "-" || path.ends_with(".h5"); }

void run(cli::Call& call) {
  const Value& o = call.options;
  const std::string curve = o["curve"]["type"].text();
  const std::vector<job::Assertion> assertions = read_assertions(o, curve);
  for (const std::string& path : call.outputs)
    if (!is_table(path)) plot::format_of(path);

  const Curves c = job::theory(o, uint64_t(call.seed), *call.progress);
  io::Together all;
  for (const std::string& path : call.outputs) {
    if (is_table(path)) {
      io::Dataset d;
      d.x = c.table, d.names = c.columns;
      const Value component(Value::Object{{"name", "x"}, {"space", "rd"}, {"dim", d.x.cols}});
      d.state = Value::Object{{"components", Value(Value::Array{component})}, {"charts", plot::to_value(c.charts)}};
      io::write_dataset(path, d, call.provenance, {.force = call.force});
    } else {
      io::write_bytes(path, job::picture(c, o, curve, plot::format_of(path)), call.force, true);
    }
  }
  all.commit();

  Value result = job::answer(c, curve), verdicts = Value::array();
  std::string failures;
  for (const job::Assertion& a : assertions) {
    const job::Verdict v = a.check(result);
    verdicts.items().push_back(Value::Object{{"assert", a.text}, {"pass", v.pass}, {"sentence", v.sentence}});
    if (!v.pass)
      failures += (failures.empty() ? "" : "\n  ") + v.sentence;
    else if (!call.json)
      call.note(v.sentence);
  }
  if (call.json) {
    if (!assertions.empty()) result.set("assert", std::move(verdicts));
    if (!call.provenance.is_null()) result.set("command", call.provenance["command"]);
    call.print_json(result);
  } else if (std::find(call.outputs.begin(), call.outputs.end(), "-") == call.outputs.end()) {
    call.print(table(c));
  }
  if (!failures.empty()) throw Error(failures, Exit::failure);
}

const cli::Command command{
    .name = "dm-theory",
    .summary = "Theorems as curves: the truth, by exact laws, beside the bound",
    .description =
        "Computes what a sampler truly does on data for which every law is known (Gaussians, atoms, mixtures on the line) and what the "
        "theorem allows, "
        "and prints the fitted rates. Where a theorem leaves its constants open, they are fitted from one side: the smallest that hold at "
        "every row.\n\n"
        "-o FILE.h5 is a dataset with a row a setting and named columns; it carries its charts, so 'dm-plot FILE.h5' draws it. -o with "
        ".png, .svg or "
        ".pdf draws it at once. Several outputs may be given.\n\n"
        "The reversed chains follow the numbers of the sampler euler-maruyama on the process ou, applied to laws in place of rows: no "
        "Monte Carlo error. "
        "Only the nine modes of the curve ula are drawn at random.",
    .examples = {{"dm-theory tv -o tv.h5 tv.png", "total variation against T, gamma and M: table and picture"},
                 {"dm-theory ula --variances 1,4 --json", "W2 of Langevin in two directions, answers on one line"},
                 {"dm-theory manifold --atoms=-1,0,2 --weights 1,1,1 -o atoms.svg", "early stopping on three atoms"},
                 {"dm-theory tv --assert 'tv.rate_final > 1.9'", "exit status 1 unless the rate in T is above 1.9"},
                 {"dm-theory few-steps -o - | dm-plot - -o few.pdf", "through a pipe"}},
    .inputs = {{.name = "CURVE", .doc = "which theorem", .kind = "", .option = "curve"}},
    .output = {.doc = "the table, FILE.h5, or the picture, FILE.png, .svg or .pdf; left out: only the rates are printed",
               .min = 0,
               .max = cli::many},
    .options = job::theory_options(),
    .json = true,
    .run = run};

}  // namespace

int main(int argc, char** argv) { return cli::main(command, argc, argv); }
