#include "job/plot.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "process/process.h"

namespace dm::job {

const std::vector<Option>& plot_options() {
  static const std::vector<Option> options = {
      {"kind", method(plot::figures).undecided(), nullptr,
       "what is drawn; unset: the only kind that has the options given, else lines for results and the tables of dm-theory, loss for "
       "models, density for oracles, quiver for bridges and plans, images where the state has their shape, path where there is /path/x, "
       "else by columns: 1 density, 2 scatter, "
       "more corner"},
      {"time", numbers(0, 1), nullptr,
       "of an oracle, a model or a transport: the t at which its density, score or drift is drawn, one panel each; unset: 0 for densities, "
       "0.5 for arrows"},
      {"process", method(processes), nullptr, "for an oracle: how noise is added (unset: ve); a trained model brings its own"},
      {"direction", choice({"forward", "backward"}), nullptr,
       "of a transport: the way whose drift is drawn, forward from the first set to the second (unset), or back"},
      {"noise", number(0), nullptr,
       "of a transport that knows its velocity and its score: the sigma of the dynamics whose drift is drawn, 0 the velocity of the flow; "
       "unset: its own"},
      {"params", choice({"ema", "live"}), nullptr,
       "of a trained model or a learned transport: the moving average (unset) or the last parameters"},
      {"given", text(), nullptr, "file of one observation y, for a model or a transport with a condition"},
      {"title", text(), "", "above the picture"},
      {"names", list(), nullptr, "of the inputs, in their order; unset: the files' names without suffix"},
      {"labels", list(), nullptr, "of the axes; unset: the headers in the data, else x_1, x_2"},
      {"width", number(0, 100).above(), nullptr, "of the picture in inches; unset: from the number of panels"},
      {"height", number(0, 100).above(), nullptr, "of the picture in inches; unset: from the width and the data"},
      {"xlim", numbers(), nullptr,
       "the range of the x axis, two numbers; unset: all points, save where few that are far out would press the rest to a dot"},
      {"ylim", numbers(), nullptr, "the same of the y axis"},
      {"limit", integer(1, 10000000), nullptr,
       "most points or paths drawn of each set, chosen at random, said in the picture; unset: 100000 for scatter, 5000 for corner, 200 "
       "paths, the first 64 images"},
      {"dpi", integer(36, 1200), 200, "resolution of PNG in dots an inch"}};
  return options;
}

static std::optional<plot::Range> range(const Value& v, const char* name) {
  if (v.is_null()) return {};
  const auto r = v.numbers();
  if (r.size() != 2 || !(r[0] < r[1]))
    throw Error("/" + std::string(name) + ": found " + to_json(v) + ", expected two numbers, the lower first", Exit::spec);
  return plot::Range{r[0], r[1]};
}

static std::vector<std::string> texts(const Value& v) {
  std::vector<std::string> out;
  if (!v.is_null())
    for (const Value& s : v.items()) out.push_back(s.text());
  return out;
}

// Rows of several times, as dm-noise writes them, one set a time in rising order.
static void split_by_time(std::vector<plot::Set>& sets) {
  std::vector<plot::Set> out;
  for (plot::Set& s : sets) {
    std::vector<double> times(s.t);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    if (times.size() < 2 || int64_t(s.t.size()) != s.x.rows) {
      out.push_back(std::move(s));
      continue;
    }
    if (times.size() > 16)
      throw Error("'" + s.name + "' holds rows of " + std::to_string(times.size()) + " times in /t; a picture shows up to 16 of them",
                  Exit::data);
    for (const double t : times) {
      plot::Set one;
      one.name = s.name + ", t = " + shortest(t);
      one.columns = s.columns;
      one.x.cols = s.x.cols;
      for (int64_t i = 0; i < s.x.rows; ++i)
        if (s.t[size_t(i)] == t) {
          one.x.v.insert(one.x.v.end(), s.x[i], s.x[i] + s.x.cols), ++one.x.rows;
          if (!s.weights.empty()) one.weights.push_back(s.weights[size_t(i)]);
        }
      out.push_back(std::move(one));
    }
  }
  sets = std::move(out);
}

// The kind that is asked for, by its name or by its options, else the one that suits the data.
static Value kind_of(const Value& given, const std::vector<plot::Set>& sets) {
  if (given.find("type")) return given;
  std::string type = plot::implied(given);
  if (type.empty()) type = plot::suited(sets);
  Value v(Value::Object{{"type", type}});
  std::vector<std::string> problems;
  if (given.is_object())
    for (const auto& [key, inner] : given.members()) {
      const auto offering = plot::figures().offering(key);
      std::string with;
      for (const Method* m : offering) with += (with.empty() ? "" : ", ") + m->name;
      if (std::find(offering.begin(), offering.end(), &plot::figures().at(type)) == offering.end())
        throw Error("--" + key + " belongs to --kind " + with + ", and these data are drawn as " + type + "; say --kind, or leave it out",
                    Exit::spec);
      v.set(key, inner);
    }
  v = resolve(plot::figures(), v, "/kind", problems);
  throw_problems(problems);
  return v;
}

std::vector<std::string> input_names(const Value& section, const std::vector<std::string>& unset) {
  const auto names = texts(section["names"]);
  if (!names.empty() && names.size() != unset.size())
    throw Error("/names: found " + std::to_string(names.size()) + " names for " + std::to_string(unset.size()) +
                    (unset.size() == 1 ? " input" : " inputs") + ", expected one each",
                Exit::spec);
  return names.empty() ? unset : names;
}

std::string plot(std::vector<plot::Set> sets, const Value& section, plot::Format format, Progress& progress) {
  plot::Look look;
  look.xlim = range(section["xlim"], "xlim");
  look.ylim = range(section["ylim"], "ylim");
  look.labels = texts(section["labels"]);
  if (!section["limit"].is_null()) look.limit = section["limit"].integer();

  const Value kind = kind_of(section["kind"], sets);
  const std::string& type = kind["type"].text();
  if (type != "path" && type != "coupling" && type != "loss" && type != "lines") split_by_time(sets);
  plot::Figure figure = make<plot::Figure, const std::vector<plot::Set>&, const plot::Look&>(plot::figures(), kind, sets, look);
  if (!section["title"].text().empty()) figure.title = section["title"].text();
  if (!section["width"].is_null()) figure.width = section["width"].number();
  if (!section["height"].is_null()) figure.height = section["height"].number();
  const double dpi = section["dpi"].number();
  const plot::Point size = figure.size(format, dpi);
  Memory memory;
  for (const plot::Set& s : sets)  // paths and pairs are copied
    memory.add("sets", double(s.x.v.size() + s.y.v.size() + 2 * s.path.size() + s.loss.size()));
  const double pixels = format == plot::Format::png ? std::ceil(size.x * dpi / 72) * std::ceil(size.y * dpi / 72) : 0;
  memory.add("pixels", pixels, 4).add("the picture, as written, about", pixels, 0.5);
  progress.chose("kind", kind);
  progress.ready(memory);
  return figure.render(format, dpi);
}

}  // namespace dm::job
