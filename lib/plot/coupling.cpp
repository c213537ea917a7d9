// Where mass goes: the joint density of one coordinate at the start and at the end of pairs or paths, a heat map on axes of one unit.
#include "plot/figures.h"

namespace dm::plot {

namespace {
Figure draw_coupling(const Value& options, const std::vector<Set>& given, const Look& look) {
  const std::vector<Set> sets = with_paths(given, "drawing a coupling");
  const int64_t j = options["coordinates"].is_null() ? 0 : coordinates(options["coordinates"], sets[0].dims, 1, 1, "drawing a coupling")[0];
  std::vector<Set> joint;
  for (const Set& s : sets) {
    Set& both = joint.emplace_back();
    both.name = s.name, both.weights = int64_t(s.weights.size()) == s.trajectories ? s.weights : std::vector<double>{};
    both.x = Matrix<double>(s.trajectories, 2);
    for (int64_t i = 0; i < s.trajectories; ++i)
      for (int64_t end = 0; end < 2; ++end) both.x[i][end] = s.path[size_t((end * (s.times - 1) * s.trajectories + i) * s.dims + j)];
  }
  const std::string name = path_label(sets[0], {}, 0, j);
  joint[0].columns = {name + ", start", name + ", end"};
  Figure f = heat_maps(joint, look, {});
  for (Panel& p : f.panels) {  // what does not move lies on this line
    const double lo = std::max(p.x.range.lo, p.y.range.lo), hi = std::min(p.x.range.hi, p.y.range.hi);
    if (!(lo < hi)) continue;
    auto still = std::make_shared<Lines>();
    still->lines = {{{lo, lo}, {hi, hi}}};
    still->colour = grey, still->width = .6, still->dashed = true;
    p.marks.push_back(still);
  }
  f.legend.push_back({Key::dashes, grey, "no move"});
  return f;
}
}  // namespace

extern const FigureEntry coupling;
const FigureEntry coupling{
    {"coupling",
     "Where mass goes: the joint density of one coordinate at the start and at the end of pairs (of dm-ipf --emit pairs or map) or paths",
     "",
     {{"coordinates", numbers(1), nullptr, "one coordinate, counted from 1; unset: the first"}}},
    draw_coupling};

}  // namespace dm::plot
