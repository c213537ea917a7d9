// Trajectories, or pairs: in the plane with their starts and ends, or one coordinate against time with the mean and two standard
// deviations.
#include <algorithm>
#include <cmath>

#include "plot/figures.h"

namespace dm::plot {

namespace {
double at(const Set& s, int64_t step, int64_t row, int64_t j) { return s.path[size_t((step * s.trajectories + row) * s.dims + j)]; }
double time_of(const Set& s, int64_t step) { return s.path_t.empty() ? double(step) : s.path_t[size_t(step)]; }

// A path from /y to /x for every row.
void pair_up(Set& s) {
  s.times = 2, s.trajectories = s.x.rows, s.dims = s.x.cols;
  s.path = s.y.v, s.path.insert(s.path.end(), s.x.v.begin(), s.x.v.end());
}
}  // namespace

std::vector<Set> with_paths(const std::vector<Set>& given, const std::string& doing) {
  if (given.empty()) throw Error(doing + ": no data set was given, expected at least one", Exit::usage);
  std::vector<Set> sets = given;
  for (Set& s : sets) {
    if (s.path.empty() && s.x.rows > 0 && s.y.rows == s.x.rows && s.y.cols == s.x.cols) pair_up(s);
    if (s.path.empty())
      throw Error(
          doing + ": '" + s.name +
              "' holds no /path/x, nor pairs of /y and /x; make one with dm-noise or dm-sample and --path, or dm-ipf --emit pairs, or "
              "use another --kind",
          Exit::data);
    if (s.times < 2 || s.dims < 1 || s.trajectories < 1 || int64_t(s.path.size()) != s.times * s.trajectories * s.dims ||
        (!s.path_t.empty() && int64_t(s.path_t.size()) != s.times))
      throw Error(doing + ": '" + s.name + "': /path/x has " + std::to_string(s.times) + " times, " + std::to_string(s.trajectories) +
                      " trajectories and " + std::to_string(s.dims) +
                      " dimensions, expected at least 2, 1 and 1 and as many /path/t as times",
                  Exit::data);
    if (s.dims != sets[0].dims)
      throw Error(doing + ": '" + s.name + "' has " + std::to_string(s.dims) + " dimensions, '" + sets[0].name + "' has " +
                      std::to_string(sets[0].dims) + "; expected the same number",
                  Exit::data);
    for (size_t i = 0; i < s.path.size(); ++i)
      if (!std::isfinite(s.path[i]))
        throw Error(doing + ": '" + s.name + "': element " + std::to_string(i) + " of its paths is not finite, expected finite numbers",
                    Exit::data);
  }
  return sets;
}

std::string path_label(const Set& s, const Look& look, size_t k, int64_t j) {
  if (k < look.labels.size()) return look.labels[k];
  if (size_t(j) < s.columns.size() && !s.columns[size_t(j)].empty()) return s.columns[size_t(j)];
  return s.dims == 1 ? "x" : "x\2" + std::to_string(j + 1) + "\3";
}

namespace {
enum Part { all, starts_only, ends_only };

Range path_extent(const std::vector<Set>& sets, int64_t j, Part part) {
  Range r{HUGE_VAL, -HUGE_VAL};
  for (const Set& s : sets)
    for (int64_t k = part == ends_only ? s.times - 1 : 0; k < (part == starts_only ? 1 : s.times); ++k)
      for (int64_t i = 0; i < s.trajectories; ++i) r.lo = std::min(r.lo, at(s, k, i, j)), r.hi = std::max(r.hi, at(s, k, i, j));
  return r;
}

// Of all trajectories at a time: the mean, and two standard deviations below and above it.
struct Spread {
  double mean;
  Range band;
};
Spread spread(const Set& s, int64_t k, int64_t j) {
  double mean = 0, square = 0;
  for (int64_t i = 0; i < s.trajectories; ++i) mean += at(s, k, i, j);
  mean /= double(s.trajectories);
  for (int64_t i = 0; i < s.trajectories; ++i) square += (at(s, k, i, j) - mean) * (at(s, k, i, j) - mean);
  const double sd = s.trajectories > 1 ? std::sqrt(square / double(s.trajectories - 1)) : 0;
  return {mean, {mean - 2 * sd, mean + 2 * sd}};
}

// All points; but paths that come from noise far wider than the data would shrink the data to a dot, so then the narrow end and its
// own width around it. `banded`: and the band about the mean.
Range path_range(const std::vector<Set>& sets, int64_t j, bool banded = false) {
  Range whole = path_extent(sets, j, all);
  for (const Set& s : sets)
    for (int64_t k = 0; banded && k < s.times; ++k) {
      const Range band = spread(s, k, j).band;
      whole = {std::min(whole.lo, band.lo), std::max(whole.hi, band.hi)};
    }
  const Range a = path_extent(sets, j, starts_only), b = path_extent(sets, j, ends_only);
  const Range narrow = a.hi - a.lo < b.hi - b.lo ? a : b;
  const double width = narrow.hi - narrow.lo;
  if (!(width > 0) || whole.hi - whole.lo < 12 * width) return shown_range(whole.lo, whole.hi, .05);
  return {narrow.lo - width, narrow.hi + width};
}

// Paths that start or end beyond the shown ranges of coordinates a and b (b < 0: only a, on the y axis).
std::string path_note(const Set& s, const std::vector<int64_t>& rows, const Panel& p, int64_t a, int64_t b) {
  const auto beyond = [&](int64_t k, int64_t i, int64_t j, const Range& r) { return at(s, k, i, j) < r.lo || at(s, k, i, j) > r.hi; };
  int64_t count[2] = {0, 0};
  for (int e = 0; e < 2; ++e)
    for (const int64_t i : rows) {
      const int64_t k = e ? s.times - 1 : 0;
      count[e] += b < 0 ? beyond(k, i, a, p.y.range) : beyond(k, i, a, p.x.range) || beyond(k, i, b, p.y.range);
    }
  std::string out = limit_note(int64_t(rows.size()), s.trajectories, "paths");
  for (int e = 0; e < 2; ++e)
    if (count[e])
      out += (out.empty() ? "" : ", ") + grouped(count[e]) + (e ? " end" : " start") + (count[e] > 1 ? "s outside" : " outside");
  return out;
}

void in_the_plane(Panel& p, const Set& s, const std::vector<int64_t>& rows, int64_t a, int64_t b, Colour c) {
  auto lines = std::make_shared<Lines>();
  auto starts = std::make_shared<Dots>(), ends = std::make_shared<Dots>();
  for (const int64_t i : rows) {
    auto& line = lines->lines.emplace_back();
    for (int64_t k = 0; k < s.times; ++k) line.push_back({at(s, k, i, a), at(s, k, i, b)});
    starts->x.push_back(line.front().x), starts->y.push_back(line.front().y);
    ends->x.push_back(line.back().x), ends->y.push_back(line.back().y);
  }
  const double crowd = double(rows.size());
  lines->colour = grey.with_alpha(std::clamp(4.5 / std::sqrt(crowd), .12, .6)), lines->width = crowd > 100 ? .5 : .7;
  starts->ringed = true, starts->radius = std::clamp(14 / std::sqrt(crowd), 1.0, 2.2), starts->colours = {category(1)};
  ends->radius = starts->radius, ends->colours = {c.with_alpha(.85)};
  p.marks = {lines, starts, ends};
}

void against_time(Panel& p, const Set& s, const std::vector<int64_t>& rows, int64_t j, Colour c) {
  auto band = std::make_shared<Band>();
  auto mean_line = std::make_shared<Lines>(), edges = std::make_shared<Lines>(), lines = std::make_shared<Lines>();
  mean_line->lines.emplace_back(), edges->lines.resize(2);
  for (int64_t k = 0; k < s.times; ++k) {
    const auto [mean, two] = spread(s, k, j);
    band->x.push_back(time_of(s, k)), band->lo.push_back(two.lo), band->hi.push_back(two.hi);
    mean_line->lines[0].push_back({time_of(s, k), mean});
    for (int e = 0; e < 2; ++e) edges->lines[size_t(e)].push_back({time_of(s, k), e ? two.hi : two.lo});
  }
  for (const int64_t i : rows) {
    auto& line = lines->lines.emplace_back();
    for (int64_t k = 0; k < s.times; ++k) line.push_back({time_of(s, k), at(s, k, i, j)});
  }
  band->colour = c.with_alpha(.16), edges->colour = c, edges->width = .8, mean_line->colour = c, mean_line->width = 1.5;
  lines->colour = grey.with_alpha(std::clamp(4 / std::sqrt(double(rows.size())), .1, .7)), lines->width = .5;
  p.marks = {band, lines, edges, mean_line};
}

Figure draw_paths(const Value& options, const std::vector<Set>& given, const Look& look) {
  const std::vector<Set> sets = with_paths(given, "drawing paths");
  const std::vector<int64_t> shown = coordinates(options["coordinates"], sets[0].dims, 1, 2, "drawing paths");
  const bool plane = shown.size() == 2;
  Panel common;
  if (plane) {
    common.x = {path_label(sets[0], look, 0, shown[0]), look.xlim ? *look.xlim : path_range(sets, shown[0])};
    common.y = {path_label(sets[0], look, 1, shown[1]), look.ylim ? *look.ylim : path_range(sets, shown[1])};
    const double ratio = (common.y.range.hi - common.y.range.lo) / (common.x.range.hi - common.x.range.lo);
    common.equal = ratio > .25 && ratio < 4;
    common.x.fixed = look.xlim.has_value(), common.y.fixed = look.ylim.has_value();
  } else {
    Range t{HUGE_VAL, -HUGE_VAL};
    for (const Set& s : sets)
      for (int64_t k = 0; k < s.times; ++k) t.lo = std::min(t.lo, time_of(s, k)), t.hi = std::max(t.hi, time_of(s, k));
    common.x = {!look.labels.empty()     ? look.labels[0]
                : sets[0].path_t.empty() ? "step"
                                         : "t",
                look.xlim.value_or(shown_range(t.lo, t.hi, 0))};
    common.y = {path_label(sets[0], look, 1, shown[0]), look.ylim ? *look.ylim : path_range(sets, shown[0], true)};
  }

  Figure f;
  f.columns = beside(sets.size());
  f.aspect = plane ? .8 : .62;
  for (size_t k = 0; k < sets.size(); ++k) {
    const Set& s = sets[k];
    const auto rows = chosen_rows(s.trajectories, look.limit.value_or(200));
    Panel p = common;
    if (plane)
      in_the_plane(p, s, rows, shown[0], shown[1], category(0));
    else
      against_time(p, s, rows, shown[0], category(0));
    p.title = s.name;
    p.note = path_note(s, rows, p, shown[0], plane ? shown[1] : -1);
    f.panels.push_back(p);
  }
  share_axes(f);
  if (plane)
    f.legend = {{Key::ring, category(1), "start"}, {Key::dot, category(0), "end"}};
  else
    f.legend = {{Key::line, category(0), "mean"}, {Key::area, category(0), "\u00b12 standard deviations"}};
  return f;
}
}  // namespace

extern const FigureEntry path;
const FigureEntry path{{"path",
                        "Trajectories, or pairs (of dm-ipf --emit pairs or map), in the plane with starts and ends, or one coordinate "
                        "against time with mean and two standard deviations",
                        "",
                        {{"coordinates", numbers(1), nullptr,
                          "one coordinate (against time) or two (in the plane), counted from 1; unset: the first two, or the only one"}}},
                       draw_paths};

}  // namespace dm::plot
