#include "cli/training.h"

#include "cli/step_log.h"

#include <cmath>
#include <filesystem>
#include <optional>

#include "io/dataset.h"
#include "io/model.h"
#include "io/oracle.h"
#include "io/rows.h"
#include "io/told.h"
#include "job/dsbm.h"

namespace dm::cli {

std::string checkpoint_of(const std::string& output) { return output + ".checkpoint"; }

static void expect_same(const Value& found, const Value& wanted, const std::string& path, const char* what) {
  if (found == wanted) return;
  std::string all;
  for (const std::string& k : differences(found, wanted)) all += "\n  " + k;
  throw Error("'" + path + "' is the " + what + " of another run; choose another output or remove it. What differs:" + all, Exit::spec);
}

void train(Call& call, const Value& spec, job::Resumable& training) {
  const std::string output = call.output(), checkpoint = checkpoint_of(output);
  const bool resume = call.options["resume"].boolean(), file = output != "-";
  if (resume && !file)
    throw Error("--resume continues from the checkpoint beside the output, and standard output has none; give a file with -o", Exit::usage);
  if (resume && std::filesystem::exists(output)) {
    expect_same(io::Model(output).spec(), spec, output, "result");
    return call.note("'" + output + "' is complete");
  }
  if (!resume && file && !call.force && std::filesystem::exists(checkpoint))
    throw Error("'" + checkpoint +
                    "' is kept: a run to this output was stopped there. Continue it with --resume, name another output, or "
                    "begin anew with --force",
                Exit::cannot_create);
  std::optional<io::Model> saved;
  if (resume && std::filesystem::exists(checkpoint)) {
    saved.emplace(std::make_shared<const io::Input>(checkpoint), io::checkpoint_type);
    expect_same(saved->spec(), spec, checkpoint, "checkpoint");
  }
  const Value& log_path = call.options["log"];
  if (!log_path.is_null()) StepLog::check(log_path.text(), call.force, resume);
  training.tell(*call.progress);
  call.progress->ready(training.memory());
  if (saved) {
    saved->rebuild([&] { training.state(saved->archive()); });
    call.note("resuming at step " + std::to_string(training.steps_done()));
  }
  std::optional<StepLog> log;
  if (!log_path.is_null()) {
    log.emplace(log_path.text(), call.force, resume, [&](const Value& line) { return training.behind(line); });
    training.log = [&](Value line) { log->write(std::move(line)); };
  }
  const auto save = [&] {
    if (!file) return;
    int64_t done = training.steps_done();
    io::write_model(
        checkpoint, spec, [&](Archive& a) { a.field("steps_done", done), training.state(a); }, {}, true, io::checkpoint_type);
  };
  try {
    training.run(*call.progress, resume ? call.options["checkpoint"].integer() : 0, save);
  } catch (const Error& e) {
    if (e.code() == Exit::failure && file && std::filesystem::exists(checkpoint))
      throw Error(std::string(e.what()) + ". '" + checkpoint + "' holds the last finite state; --force, without --resume, begins anew");
    if (e.code() != Exit::checkpointed) throw;
    if (!file) throw Error(std::string(e.what()) + "; nothing was written");  // nothing to requeue for: the command dies of its signal
    throw Error(std::string(e.what()) + "; '" + checkpoint + "' was written, the same line with --resume continues", e.code());
  }
  io::forget_input(checkpoint);
  io::write_model(
      output, spec, [&](Archive& a) { training.result(a); }, call.provenance, call.force);
  if (file) std::filesystem::remove(checkpoint);
}

static job::BridgeSide read_side(Call& call, const std::string& path, const Value& options, std::string& sha256, Value& names,
                                 io::Told& given) {
  const auto input = std::make_shared<const io::Input>(path);
  if (input->content() == io::Content::json) {
    sha256 = input->sha256();
    return {{}, {}, {}, io::read_oracle_spec(*input)};
  }
  io::Dataset data = io::read_dataset(*input);
  if (!data.x.rows) throw Error("'" + data.source + "' has no rows", Exit::data);
  sha256 = data.sha256;
  if (names.items().empty()) {
    for (const auto& n : data.names) names.items().push_back(n);
  } else {
    std::vector<std::string> first;
    for (const Value& n : names.items()) first.push_back(n.text());
    io::same_order(data.names, data.source, first, call.inputs[0]);
  }
  if (io::several_times(data)) call.note("warning: '" + data.source + "' holds rows of several times /t; they are pooled.");
  if (data.y) given = io::told(data);
  const bool told = data.y && options["condition"].text() != "none";
  if (data.y && !told) call.note("the condition /y of '" + data.source + "' is not used");
  return {std::move(data.x), told ? std::move(*data.y) : Matrix<double>(), io::row_weights(data), {}};
}

double learn_bridge(Call& call) {
  Value names = Value::array(), hashes = Value::array();
  const Value options = job::learning_of(call.options);
  job::BridgeSide sides[2];
  io::Told told;  // of the set that has a condition; two are refused
  for (std::size_t k = 0; k < call.inputs.size(); ++k) {
    std::string sha256;
    sides[k] = read_side(call, call.inputs[k], options, sha256, names, told);
    hashes.items().push_back(sha256);
  }
  Value spec = job::bridge_spec(call.options, call.seed, sides, call.command);
  spec.set("names", names);
  spec.set("data_sha256", hashes);
  if (sides[0].y.cols || sides[1].y.cols) io::set_told(spec, told);
  job::BridgeTraining training(spec, sides);
  if (call.options["sigma"].is_null() && training.noisy())
    call.note("sigma is " + to_json(spec["sigma"]) + ", half the pooled standard deviation of the two sets");
  if (training.model().condition.width()) call.note("learning the transport of x given y");
  train(call, spec, training);
  if (const std::string said = training.warning(); !said.empty()) call.note("warning: " + said);
  return training.model().loss.empty() ? NAN : training.model().loss.back();
}

}  // namespace dm::cli
