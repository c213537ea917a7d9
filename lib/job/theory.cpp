#include "job/theory.h"

#include "plot/figures.h"

namespace dm::job {

const std::vector<Option>& theory_options() {
  static const std::vector<Option> options = {
      {"curve", method(theorems), nullptr, "which theorem", true},
      {"assert", list(), nullptr, "comparisons that must hold, joined by commas ('tv.order_gamma > .9')"},
      {"assert_file", text(), nullptr,
       "JSON file {\"assert\": [...]} with comparisons that must hold; those about other curves are left to them"},
      {"width", number(0, 100).above(), nullptr, "of a picture in inches; unset: from the number of panels"},
      {"dpi", integer(36, 1200), 200, "resolution of PNG in dots an inch"}};
  return options;
}

Curves theory(const Value& section, uint64_t seed, Progress& progress) {
  return make<Curves, uint64_t, Progress&>(theorems(), section["curve"], seed, progress);
}

Value answer(const Curves& c, const std::string& curve) {
  Value fits = Value::object();
  for (const Fit& f : c.fits) fits.set(f.name, f.value);
  return Value::Object{{"curve", curve}, {"rows", c.rows()}, {curve, fits}};
}

std::string picture(const Curves& c, const Value& section, const std::string& name, plot::Format format) {
  plot::Set s;
  s.name = name, s.x = c.table, s.columns = c.columns, s.charts = c.charts;
  std::vector<std::string> problems;
  const Value kind = resolve(plot::figures(), "lines", "/kind", problems);
  throw_problems(problems);
  plot::Figure f = make<plot::Figure, const std::vector<plot::Set>&, const plot::Look&>(plot::figures(), kind, {s}, {});
  if (!section["width"].is_null()) f.width = section["width"].number();
  return f.render(format, section["dpi"].number());
}

}  // namespace dm::job
