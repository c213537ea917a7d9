// Points in the plane: one panel a set on common axes, or all sets laid over each other.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "plot/figures.h"

namespace dm::plot {

namespace {
Panel plane(const std::vector<Set>& sets, const Look& look) {
  Panel p;
  p.x = {axis_label(sets, look, 0, 0), axis_range(sets, 0, .05, look.xlim)};
  p.y = {axis_label(sets, look, 1, 1), axis_range(sets, 1, .05, look.ylim)};
  p.x.fixed = look.xlim.has_value(), p.y.fixed = look.ylim.has_value();
  return p;
}

// Columns of very different spread (degrees against dollars) would be a thin line with one common unit.
bool commensurate(const Panel& p) {
  const double ratio = (p.y.range.hi - p.y.range.lo) / (p.x.range.hi - p.x.range.lo);
  return ratio > .25 && ratio < 4;
}

// What the picture does not show of a set.
std::string note(const Set& s, const std::vector<int64_t>& rows, const Panel& p) {
  return joined(limit_note(int64_t(rows.size()), s.x.rows, "points"), outside_note(s, &rows, p, 0, 1));
}

Figure draw(const Value& options, const std::vector<Set>& sets, const Look& look) {
  const int64_t d = common_dimension(sets, "scatter");
  if (d != 2)
    throw Error(
        "drawing a scatter: the sets have " + std::to_string(d) + " columns, expected 2; use --kind " + (d == 1 ? "density" : "corner"),
        Exit::data);
  const bool overlay = options["layout"].text() == "overlay" && sets.size() > 1;
  Panel common = plane(sets, look);
  common.equal = options["equal"].is_null() ? commensurate(common) : options["equal"].boolean();

  // Every set is drawn with dots of one size, so that sets of equal size can be compared by eye.
  std::vector<std::vector<int64_t>> rows;
  int64_t most = 0;
  for (const Set& s : sets)
    rows.push_back(chosen_rows(s.x.rows, look.limit.value_or(100000))), most = std::max<int64_t>(most, int64_t(rows.back().size()));

  Figure f;
  const auto dots = [&] {
    auto m = std::make_shared<Dots>();
    const int64_t n = overlay ? most * int64_t(sets.size()) : most;
    const double crowd = overlay || sets.size() < 3 ? 1 : .8;  // smaller panels
    m->radius = options["radius"].is_null() ? crowd * dot_radius(n) : options["radius"].number();
    const double opacity = options["opacity"].is_null() ? dot_opacity(n) : options["opacity"].number();
    m->colours.clear();
    for (size_t k = 0; k < sets.size(); ++k) m->colours.push_back(category(int(k)).with_alpha(opacity));
    if (overlay) m->series.resize(sets.size()), std::iota(m->series.begin(), m->series.end(), 0);
    return m;
  };
  std::vector<std::vector<double>> scales;
  for (const Set& s : sets) scales.push_back(weight_scale(s));
  const auto put = [&](Dots& m, size_t k, int64_t row) {
    m.x.push_back(sets[k].x[row][0]), m.y.push_back(sets[k].x[row][1]), m.group.push_back(uint8_t(k % 256));
    m.scale.push_back(scales[k].empty() ? 1 : scales[k][size_t(row)]);
  };
  if (overlay) {
    // In a shuffled order over all sets: none hides another.
    std::vector<std::pair<size_t, int64_t>> all;
    for (size_t k = 0; k < sets.size(); ++k)
      for (const int64_t r : rows[k]) all.push_back({k, r});
    const Permutation order(Stream(1) / "dm-plot" / "order", uint64_t(all.size()));
    auto m = dots();
    const bool formed = m->radius >= Dots::least_form;
    for (size_t i = 0; i < all.size(); ++i) put(*m, all[order[i]].first, all[order[i]].second);
    common.marks.push_back(m);
    f.panels.push_back(common);
    for (size_t k = 0; k < sets.size(); ++k) {
      const std::string left_out = note(sets[k], rows[k], common);
      f.legend.push_back(
          {Key::dot, category(int(k)), sets[k].name + (left_out.empty() ? "" : " (" + left_out + ")"), formed ? int(k) : -1});
    }
  } else {
    f.columns = beside(sets.size());
    for (size_t k = 0; k < sets.size(); ++k) {
      Panel p = common;
      p.title = sets[k].name;
      p.note = note(sets[k], rows[k], p);
      auto m = dots();
      for (const int64_t r : rows[k]) put(*m, k, r);
      if (options["colours"].text() == "one") std::fill(m->group.begin(), m->group.end(), uint8_t(0));
      p.marks.push_back(m);
      f.panels.push_back(p);
    }
    share_axes(f);
  }
  return f;
}
}  // namespace

extern const FigureEntry scatter;
const FigureEntry scatter{
    {"scatter",
     "Points in the plane, one panel a set on common axes (or overlaid)",
     "",
     {{"layout", choice({"panels", "overlay"}), "panels", "one panel a set, or all sets in one panel"},
      {"radius", number(0, 50).above(), nullptr, "radius of a dot in points; unset: from the number of dots"},
      {"opacity", number(0, 1).above(), nullptr, "opacity of a dot; unset: from the number of dots"},
      {"colours", choice({"one", "each"}), "each", "one colour for all panels, or one for each set"},
      {"equal", flag(), nullptr,
       "one unit is as long in y as in x, as far as --xlim and --ylim allow; unset: where the spreads are within a factor of 4"}}},
    draw};

}  // namespace dm::plot
