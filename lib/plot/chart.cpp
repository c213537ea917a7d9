#include "plot/chart.h"

#include <algorithm>

#include "core/error.h"

namespace dm::plot {

static const std::vector<std::string> styles{"line", "dots", "dashes"};  // in the order of Curve::Style

Value to_value(const std::vector<Chart>& charts) {
  Value all = Value::array();
  for (const Chart& c : charts) {
    Value curves = Value::array();
    for (const Curve& k : c.curves)
      curves.items().push_back(Value::Object{{"name", k.name},
                                             {"y", k.y},
                                             {"rows", Value(Value::Array{k.first, k.rows})},
                                             {"style", styles[size_t(k.style)]},
                                             {"colour", k.colour}});
    Value v(Value::Object{{"title", c.title}, {"x", c.x}, {"labels", Value(Value::Array{c.x_label, c.y_label})}});
    v.set("log", Value(Value::Array{c.x_log, c.y_log}));
    if (c.y_range) v.set("ylim", Value::numbers({c.y_range->lo, c.y_range->hi}));
    v.set("curves", std::move(curves));
    all.items().push_back(std::move(v));
  }
  return all;
}

std::vector<Chart> charts_of(const Value& state, const std::vector<std::string>& columns, int64_t rows, const std::string& name) {
  const Value* all = state.find("charts");
  if (!all) return {};
  const auto column = [&](const Value& v) {
    if (std::find(columns.begin(), columns.end(), v.text()) == columns.end())
      throw Error("it names the column '" + v.text() + "', which /x does not have." + did_you_mean(v.text(), columns));
    return v.text();
  };
  std::vector<Chart> out;
  try {
    for (const Value& v : all->items()) {
      Chart c;
      c.title = v["title"].text(), c.x = column(v["x"]);
      const Value::Array labels = v["labels"].items(), log = v["log"].items();
      if (labels.size() != 2 || log.size() != 2) throw Error("it holds other than two labels or two scales");
      c.x_label = labels[0].text(), c.y_label = labels[1].text();
      c.x_log = log[0].boolean(), c.y_log = log[1].boolean();
      if (const Value* r = v.find("ylim")) {
        const std::vector<double> ylim = r->numbers();
        if (ylim.size() != 2 || !(ylim[0] < ylim[1])) throw Error("its ylim is " + to_json(*r) + ", expected two numbers, the lower first");
        c.y_range = Range{ylim[0], ylim[1]};
      }
      for (const Value& k : v["curves"].items()) {
        Curve curve;
        const Value::Array range = k["rows"].items();
        const auto style = std::find(styles.begin(), styles.end(), k["style"].text());
        if (style == styles.end()) throw Error("a curve has the style '" + k["style"].text() + "', expected line, dots or dashes");
        curve.style = Curve::Style(style - styles.begin());
        curve.name = k["name"].text(), curve.y = column(k["y"]), curve.colour = int(k["colour"].integer());
        curve.first = range.size() == 2 ? range[0].integer() : -1, curve.rows = range.size() == 2 ? range[1].integer() : -1;
        if (curve.first < 0 || curve.rows < 1 || curve.rows > rows || curve.first > rows - curve.rows)
          throw Error("a curve takes the rows " + to_json(k["rows"]) + " (first, number), /x has " + std::to_string(rows));
        c.curves.push_back(std::move(curve));
      }
      if (c.curves.empty()) throw Error("it holds no curve");
      out.push_back(std::move(c));
    }
  } catch (const Error& e) {
    throw Error(name + ": attribute state: /charts/" + std::to_string(out.size()) + ": " + e.what(), Exit::data);
  }
  return out;
}

}  // namespace dm::plot
