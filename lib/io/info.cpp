#include "io/info.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.h"
#include "io/dataset.h"
#include "io/encoding.h"
#include "io/plan.h"
#include "io/table.h"
#include "job/bridge_model.h"
#include "job/data.h"
#include "job/eval.h"
#include "job/model.h"

namespace dm::io {

namespace {

using Handle = std::shared_ptr<const Input>;

Value begun(const Input& in, const char* type) { return Value::Object{{"file", in.given()}, {"type", type}, {"sha256", in.sha256()}}; }

std::string line(const std::string& name, const std::string& text) {
  return "  " + name + std::string(name.size() < 11 ? 11 - name.size() : 1, ' ') + text + "\n";
}

// `first` says what the file is, `lines` what is in it.
Info ended(Value v, const Value& provenance, const std::string& first, const std::string& lines = "") {
  const Value* command = provenance.find("command");
  v.set("command", command ? *command : Value());
  std::string text = v["file"].text() + ": " + first + "\n" + lines;
  if (v["command"].is_text()) text += line("made by", v["command"].text());
  text += line("sha256", v["sha256"].text());
  return {std::move(v), std::move(text)};
}

void copy(Value& to, const Value& spec, std::initializer_list<const char*> keys) {
  for (const char* key : keys) to.set(key, spec[key]);
}

Value number(double x) { return std::isfinite(x) ? Value(x) : Value(); }
Value numbers(const std::vector<double>& v) {
  Value::Array out;
  for (const double x : v) out.push_back(number(x));
  return out;
}

std::string few_digits(double x) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g", x);
  return buffer;
}

std::string listed(const Value& texts) {
  std::string all;
  for (const Value& v : texts.items()) all += (all.empty() ? "" : ", ") + v.text();
  return all;
}

// "ve (sigma_min 0.002, sigma_max 80.0)", without options that are unset.
std::string listed_method(const Value& method) {
  std::string all;
  for (const auto& [key, v] : method.members())
    if (key != "type" && !v.is_null()) all += (all.empty() ? " (" : ", ") + key + " " + (v.is_text() ? v.text() : to_json(v));
  return method["type"].text() + all + (all.empty() ? "" : ")");
}

// How many UTF-8 characters.
size_t letters(const std::string& s) {
  return size_t(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// The moments of the first columns, a line each.
std::string moments(const Dataset& d, const Value& summary) {
  const int64_t most = 20, shown = std::min(d.x.cols, most);
  std::vector<std::string> names{"column"};
  for (int64_t j = 0; j < shown; ++j) names.push_back(d.names.empty() ? "x" + std::to_string(j + 1) : d.names[size_t(j)]);
  size_t width = 8;
  for (const std::string& name : names) width = std::max(width, letters(name));
  const auto cell = [&](const std::string& name) { return "  " + name + std::string(width - letters(name), ' '); };
  std::string out = cell(names[0]) + "        mean         std         min         max\n";
  for (int64_t j = 0; j < shown; ++j) {
    out += cell(names[size_t(j) + 1]);
    for (const char* key : {"mean", "std", "min", "max"}) {
      char buffer[32];
      std::snprintf(buffer, sizeof buffer, " %11.6g", summary[key].items()[size_t(j)].number());
      out += buffer;
    }
    out += "\n";
  }
  return d.x.cols > most ? out + "  ... " + std::to_string(d.x.cols - most) + " more\n" : out;
}

Info of_rows(const Handle& in) {
  const Dataset d = read_dataset(*in, {.allow_nonfinite = true});
  const std::vector<double> weights = row_weights(d);
  const Value summary = job::summary(d.x, weights);
  Value v = begun(*in, in->content() == Content::hdf5 && in->inside().empty() ? "dm-dataset" : "table"), fields = Value::array();
  v.set("rows", d.x.rows);
  v.set("columns", d.x.cols);
  v.set("names", Value::texts(d.names));
  if (d.y) fields.items().push_back("y");
  for_columns(
      [&](const char* field, const auto& column) {
        if (column) fields.items().push_back(field);
      },
      d);
  if (d.path) fields.items().push_back("path");
  v.set("fields", fields);
  if (d.y_labels.is_object()) v.set("labels", d.y_labels);
  v.set("weighted", !weights.empty());  // mean and std
  if (d.path) v.set("path", Value(Value::Array{d.path->points, d.path->n, d.path->d}));
  for (const auto& [key, x] : summary.members()) v.set(key, x);
  return ended(std::move(v), d.provenance,
               counted(d.x.rows, "row") + ", " + counted(d.x.cols, "column") + (fields.items().empty() ? "" : ", " + listed(fields)) +
                   (weights.empty() ? "" : "; mean and std are weighted"),
               moments(d, summary));
}

Info of_plan(const Handle& in) {
  const Model file(in, plan_type);
  return file.rebuild([&] {
    const job::Plan plan = read_plan(in);
    const Value& spec = plan.spec;
    Value v = begun(*in, plan_type);
    copy(v, spec, {"rows", "dimension", "names", "sigma", "reference", "report", "data_sha256"});
    const std::vector<Value>& rows = spec["rows"].items();
    return ended(std::move(v), file.provenance(),
                 "a bridge between " + counted(rows[0].integer(), "row") + " and " + counted(rows[1].integer(), "row") + " in " +
                     counted(spec["dimension"].integer(), "dimension") + ", sigma " + to_json(spec["sigma"]) + ", reference " +
                     spec["reference"]["type"].text() + "; " + spec["report"]["summary"].text());
  });
}

Info of_transport(const Input& in, Model& file) {
  const job::BridgeModel model(file.spec(), nullptr, &file.archive());
  Value v = begun(in, model_type), phases = Value::array();
  v.set("trained_by", trained_by(model.spec));
  copy(v, model.spec, {"dimension", "names", "sigma", "sources", "data_sha256"});
  v.set("method", model.options["method"]["type"]);
  const job::PhaseEnds& p = model.phase_ends;
  std::string lines;
  for (std::size_t k = 0; k < p.w2.size(); ++k) {
    phases.items().push_back(p.line(k));
    phases.items().back().set("summary", p.sentence(k));
    lines += "  " + p.sentence(k) + "\n";
  }
  v.set("phases", phases);
  return ended(std::move(v), file.provenance(),
               "a transport in " + counted(model.dim(), "dimension") + " by " + v["method"].text() + ", sigma " + to_json(v["sigma"]),
               lines);
}

// What was measured on the way; of what says which parameters are kept, these are they.
void add_measured(Value& v, std::string& lines, const Value& options, const Model& file) {
  Value measured;
  // The lowest of the numbers at `path`, {"value", "step"}, and as a line called `name`.
  const auto lowest = [&](const std::string& path, const std::string& steps_path, const char* criterion, const std::string& name) {
    const std::vector<double> x = file.numbers(path), step = file.numbers(steps_path);
    std::size_t at = x.size();
    for (std::size_t k = 0; k < std::min(x.size(), step.size()); ++k)
      if (std::isfinite(x[k]) && (at == x.size() || x[k] < x[at])) at = k;
    if (at == x.size()) return Value();
    lines += line(name, "lowest " + few_digits(x[at]) + " at step " + shortest(step[at]) +
                            (options["criterion"] == Value(criterion) ? ", whose parameters are kept" : ""));
    return Value(Value::Object{{"value", x[at]}, {"step", step[at]}});
  };
  v.set("held_out", file.has("held_out") ? lowest("held_out", "held_out_step", "loss", "held out") : Value());
  std::vector<std::string> problems;
  if (file.has("metrics"))
    for (const Value& metric : job::resolve_metrics(options["metrics"], "/metrics", problems)) {
      const std::string& name = metric["type"].text();
      measured.set("step", numbers(file.numbers("metrics/step")));
      for (const std::string& key : {name, name + "_floor"})
        if (file.has("metrics/" + key)) measured.set(key, numbers(file.numbers("metrics/" + key)));
      lowest("metrics/" + name, "metrics/step", name.c_str(), name);
    }
  v.set("metrics", measured);
}

Info of_network(const Input& in, Model& file) {
  const job::Model model(file.spec(), file.archive());
  const Value& o = model.options();
  Value v = begun(in, model_type), given;
  v.set("trained_by", trained_by(model.spec));
  copy(v, model.spec, {"dimension", "names", "support", "data_sha256"});
  std::string lines, first = "a model of x in " + counted(model.dim(), "dimension");
  if (!v["names"].items().empty()) lines += line("columns", listed(v["names"]));
  if (const Told told = file.told(); model.condition.width()) {
    given = model.spec["condition"];
    given.set("names", Value::texts(told.names));
    given.set("labels", told.labels);
    first += " given y in " + counted(model.condition.columns(), "column");
    lines += line("condition", given["type"].text() + (told.names.empty() ? "" : ", " + listed(given["names"])) +
                                   (o["condition_dropout"].number() > 0 ? "; it may be left out" : ""));
  }
  v.set("condition", given);
  if (!v["support"].is_null()) lines += line("support", to_json(v["support"]));
  for (const char* part : {"process", "objective", "network"}) v.set(part, o[part]), lines += line(part, listed_method(o[part]));
  int64_t parameters = 0;
  for (const auto& item : model.head->net->layout.items) parameters += item.rows * item.cols;
  v.set("predict", kind_names()[std::size_t(model.head->kind)]);
  v.set("parameters", parameters);
  copy(v, o, {"steps", "batch"});
  v.set("loss", model.loss.empty() ? Value() : number(model.loss.back()));
  lines += line("parameters", std::to_string(parameters) + ", the output is " + v["predict"].text());
  lines += line("steps", to_json(o["steps"]) + " of " + counted(o["batch"].integer(), "row") +
                             (v["loss"].is_null() ? "" : ", last loss " + few_digits(model.loss.back())));
  add_measured(v, lines, o, file);
  return ended(std::move(v), file.provenance(), first + " by " + trained_by(model.spec), lines);
}

Info of_model(const Handle& in) {
  Model file(in);
  return file.rebuild([&] { return job::is_bridge(file.spec()) ? of_transport(*in, file) : of_network(*in, file); });
}

Info of_checkpoint(const Handle& in) {
  Model file(in, checkpoint_type);
  return file.rebuild([&] {
    Value v = begun(*in, checkpoint_type);
    const std::string command = trained_by(file.spec());
    int64_t step = 0;
    file.archive().field("steps_done", step);
    v.set("trained_by", command);
    v.set("step", step);
    copy(v, file.spec(), {"dimension", "names", "data_sha256"});
    return ended(std::move(v), {},
                 "the checkpoint of an unfinished run of " + command + " in " + counted(v["dimension"].integer(), "dimension") +
                     ", at step " + std::to_string(step) + "; the same line with --resume continues it");
  });
}

constexpr std::pair<const char*, Info (*)(const Handle&)> kinds[] = {
    {model_type, of_model}, {plan_type, of_plan}, {checkpoint_type, of_checkpoint}};

}  // namespace

Info info(const std::string& path) {
  const auto in = std::make_shared<const Input>(path);
  for (const auto& [type, describe] : kinds)
    if (holds_model(*in, type)) return describe(in);
  return of_rows(in);
}

}  // namespace dm::io
