// Loss against steps: the records faint, their running mean on top, broken where a phase ends; the loss on held-out rows dashed.
#include <algorithm>
#include <cmath>

#include "plot/figures.h"

namespace dm::plot {

namespace {
double step_of(const Set& s, size_t i) { return s.step.empty() ? double(i + 1) : s.step[i]; }

// The first record of each phase, and the number of all.
std::vector<int64_t> phases(const Set& s) {
  std::vector<int64_t> first{0};
  const int64_t n = int64_t(s.loss.size());
  for (int64_t i = 1; i < n; ++i)
    if (std::any_of(s.phase_ends.begin(), s.phase_ends.end(),
                    [&](double end) { return step_of(s, size_t(i - 1)) <= end && end < step_of(s, size_t(i)); }))
      first.push_back(i);
  first.push_back(n);
  return first;
}

// The centred running mean over 2 h + 1 records, so that the curve does not lag; at the ends of a phase over those that there are.
std::vector<double> running_mean(const std::vector<double>& y, int64_t h, const std::vector<int64_t>& phases) {
  const int64_t n = int64_t(y.size());
  std::vector<double> sum(size_t(n) + 1, 0.0), out(y.size());
  for (int64_t i = 0; i < n; ++i) sum[size_t(i) + 1] = sum[size_t(i)] + y[size_t(i)];
  for (size_t p = 0; p + 1 < phases.size(); ++p)
    for (int64_t i = phases[p]; i < phases[p + 1]; ++i) {
      const int64_t a = std::max(phases[p], i - h), b = std::min(phases[p + 1], i + h + 1);
      out[size_t(i)] = (sum[size_t(b)] - sum[size_t(a)]) / double(b - a);
    }
  return out;
}

Figure draw_loss(const Value& options, const std::vector<Set>& sets, const Look& look) {
  if (sets.empty()) throw Error("drawing a loss: no model was given, expected at least one", Exit::usage);
  Figure f;
  Panel p;
  Range x{HUGE_VAL, -HUGE_VAL}, y{HUGE_VAL, -HUGE_VAL}, mean_y{HUGE_VAL, -HUGE_VAL};
  double lowest = HUGE_VAL;
  std::vector<double> ends;  // of phases
  for (size_t k = 0; k < sets.size(); ++k) {
    const Set& s = sets[k];
    if (s.loss.empty() || (!s.step.empty() && s.step.size() != s.loss.size()))
      throw Error("drawing a loss: '" + s.name + "' has " + std::to_string(s.loss.size()) + " losses and " + std::to_string(s.step.size()) +
                      " steps, expected a model with a /loss record",
                  Exit::data);
    for (size_t i = 0; i < s.loss.size(); ++i)
      if (!std::isfinite(s.loss[i]) || !std::isfinite(step_of(s, i)))
        throw Error("drawing a loss: '" + s.name + "': record " + std::to_string(i) + " is " + std::to_string(s.loss[i]) +
                        ", expected finite numbers",
                    Exit::data);
    const int64_t n = int64_t(s.loss.size());
    const int64_t h = options["window"].is_null() ? n / 60 : options["window"].integer() / 2;
    const std::vector<int64_t> phase = phases(s);
    const auto mean = running_mean(s.loss, h, phase);
    const Colour c = category(int(k));
    const int series = sets.size() > 1 ? int(k) : -1;

    auto line = std::make_shared<Lines>();
    const int64_t every = std::max<int64_t>(1, n / 2000);
    for (size_t q = 0; q + 1 < phase.size(); ++q) {
      auto& piece = line->lines.emplace_back();
      const int64_t last = phase[q + 1] - 1;
      for (int64_t i = phase[q]; i <= last; i += every) piece.push_back({step_of(s, size_t(i)), mean[size_t(i)]});
      if ((last - phase[q]) % every) piece.push_back({step_of(s, size_t(last)), mean[size_t(last)]});
    }
    line->colour = c, line->width = 1.4, line->series = series;
    if (h > 0 && n > 1500) {  // the records' range in each of 500 slices
      auto band = std::make_shared<Band>();
      const int64_t slice = (n + 499) / 500;
      for (int64_t i = 0; i < n; i += slice) {
        const auto [lo, hi] = std::minmax_element(s.loss.begin() + i, s.loss.begin() + std::min(n, i + slice));
        band->x.push_back(step_of(s, size_t(i + (std::min(n, i + slice) - 1 - i) / 2))), band->lo.push_back(*lo), band->hi.push_back(*hi);
      }
      band->colour = c.with_alpha(.2);
      p.marks.push_back(band);
    } else if (h > 0) {
      auto raw = std::make_shared<Lines>();
      for (size_t q = 0; q + 1 < phase.size(); ++q) {
        auto& piece = raw->lines.emplace_back();
        for (int64_t i = phase[q]; i < phase[q + 1]; ++i) piece.push_back({step_of(s, size_t(i)), s.loss[size_t(i)]});
      }
      raw->colour = c.with_alpha(.35), raw->width = .5;
      p.marks.push_back(raw);
    }
    p.marks.push_back(line);
    if (!s.held_out.empty() && s.held_out.size() == s.held_out_step.size()) {
      auto held = std::make_shared<Lines>();
      held->lines.emplace_back();
      for (size_t i = 0; i < s.held_out.size(); ++i) {
        held->lines[0].push_back({s.held_out_step[i], s.held_out[i]});
        y.lo = std::min(y.lo, s.held_out[i]), y.hi = std::max(y.hi, s.held_out[i]), lowest = std::min(lowest, s.held_out[i]);
      }
      held->colour = c, held->width = 1.1, held->dashed = true;
      p.marks.push_back(held);
      f.legend.push_back({Key::dashes, c, sets.size() > 1 ? s.name + ", held out" : "held out"});
    }
    for (const double end : s.phase_ends) ends.push_back(end);

    // One wild record must not press the curves flat: the raw range is taken between its 1 % and 99 % quantiles.
    std::vector<double> sorted(s.loss);
    std::sort(sorted.begin(), sorted.end());
    const auto [mean_lo, mean_hi] = std::minmax_element(mean.begin(), mean.end());
    y.lo = std::min({y.lo, sorted[size_t(.01 * double(n - 1))], *mean_lo}),
    y.hi = std::max({y.hi, sorted[size_t(.99 * double(n - 1))], *mean_hi});
    mean_y.lo = std::min(mean_y.lo, *mean_lo), mean_y.hi = std::max(mean_y.hi, *mean_hi);
    lowest = std::min(lowest, sorted.front());
    x.lo = std::min(x.lo, step_of(s, 0)), x.hi = std::max(x.hi, step_of(s, size_t(n - 1)));
    if (sets.size() > 1) f.legend.push_back({Key::line, c, s.name, series});
  }
  const std::string& scale = options["yscale"].text();
  const bool log = scale == "log" || (scale == "auto" && lowest > 0 && mean_y.hi > 10 * mean_y.lo);
  if (log && !(y.lo > 0))
    throw Error("drawing a loss on a logarithmic axis: the loss falls to " + std::to_string(y.lo) +
                    ", expected positive losses; use --yscale linear",
                Exit::data);
  p.x = {look.labels.empty() ? "step" : look.labels[0], look.xlim.value_or(shown_range(x.lo, x.hi, .01))};
  p.y = {look.labels.size() > 1 ? look.labels[1] : "loss", look.ylim.value_or(shown_range(y.lo, y.hi, .06, log)), log};
  p.grid = true;
  // The last end is that of the axis.
  auto marks = std::make_shared<Lines>();
  for (const double end : ends)
    if (end < x.hi) marks->lines.push_back({{end, p.y.range.lo}, {end, p.y.range.hi}});
  marks->colour = grey.with_alpha(.5), marks->width = .5;
  if (!marks->lines.empty()) p.marks.insert(p.marks.begin(), marks), p.note = grouped(int64_t(marks->lines.size()) + 1) + " phases";
  if (sets.size() == 1) p.title = sets[0].name;
  f.panels.push_back(p);
  f.aspect = .62;
  return f;
}
}  // namespace

extern const FigureEntry loss;
const FigureEntry loss{
    {"loss",
     "Loss against training steps: the records faint, their running mean on top",
     "",
     {{"window", integer(1), nullptr, "records in the centred running mean, 1 none; unset: a thirtieth of them"},
      {"yscale", choice({"auto", "linear", "log"}), "auto", "auto is log where the running mean spans more than a factor of 10"}}},
    draw_loss};

}  // namespace dm::plot
