#include "plot/figure.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "plot/block.h"
#include "plot/font.h"

namespace dm::plot {

namespace {
// Type sizes, in points: a figure is printed as it is, next to text of 10 points.
constexpr double title_size = 11, panel_size = 9.5, label_size = 9, number_size = 8, note_size = 7;
constexpr double margin = 8, tick_length = 3, space = 3.5, cap = .7;  // cap: height of capitals and digits over the size

struct Laid {  // one panel with its place and ticks
  const Panel* panel;
  Frame frame;
  std::vector<Tick> x, y;
  Block title, x_label, y_label;
  bool beside = false;         // the note stands right of the title, else above it
  double left = 0, below = 0;  // room of the whole column and row, so that axis labels stand in line
  bool turned = false;         // the names of categories on x read upwards, since side by side they would touch
};

double label_width(const Tick& t) { return number_size * line_width(t.label); }

double widest(const std::vector<Tick>& ticks) {
  double w = 0;
  for (const Tick& t : ticks) w = std::max(w, label_width(t));
  return w;
}

std::vector<Tick> ticks(const Axis& a, Range r, int target) {
  if (!a.ticks) return {};
  if (!a.names.empty()) {
    std::vector<Tick> out;
    for (size_t k = 0; k < a.names.size(); ++k) out.push_back({double(k), a.names[k]});
    return out;
  }
  if (a.whole && !a.log)  // as many ticks as there are whole numbers are these
    if (const double n = std::floor(r.hi) - std::ceil(r.lo) + 1; n >= 2 && n < target) return linear_ticks(r, int(n));
  if (a.log && a.twos && r.hi >= 2 * r.lo && r.lo > .1 && r.hi < 1e5) return log2_ticks(r, target);  // where their numbers are short
  return a.log ? log_ticks(r, target) : linear_ticks(r, target);
}

// What the numbers of an axis mean: where they are distances from an offset, that is part of it.
std::string label(const Axis& a, Range r) {
  const double from = a.log || !a.ticks || !a.numbers ? 0 : offset(r);
  if (from == 0) return a.label;
  return a.label + (a.label.empty() ? "" : " ") + (from < 0 ? "+" : "\u2212") + " " + offset_label(std::abs(from));
}

double left_of(const Laid& l) {
  return (l.panel->y.ticks ? tick_length : 0) + (l.panel->y.numbers && l.panel->y.ticks ? space + widest(l.y) : 0) +
         (l.y_label.lines.empty() ? 0 : space + l.y_label.height());
}
double below(const Laid& l) {
  return (l.panel->x.ticks ? tick_length : 0) +
         (l.panel->x.numbers && l.panel->x.ticks ? space + (l.turned ? widest(l.x) : cap * number_size) : 0) +
         (l.x_label.lines.empty() ? 0 : 1.5 * space + l.x_label.height() - .15 * label_size);
}
// Labels must not touch: fewer ticks until they fit, in the end those labels that do not run into the one before.
std::vector<Tick> x_ticks(const Axis& a, Range r, double box_w) {
  for (int target = std::clamp(int(box_w / 44), 2, 8);; --target) {
    auto t = ticks(a, r, target);
    double length = 0;
    int labels = 0;
    for (const Tick& k : t)
      if (!k.label.empty()) length += label_width(k) + 8, ++labels;
    if (labels < 2 || length <= box_w || !a.names.empty()) return t;
    if (target > 1) continue;
    const Frame frame{{0, 0, box_w, 1}, r, {0, 1}, a.log};
    double end = -margin - 4;  // nor leave the picture
    for (Tick& k : t) {
      if (k.label.empty()) continue;
      const double mid = frame.px(k.at), half = label_width(k) / 2;
      if (mid - half < end + 5)
        k.label.clear();
      else
        end = mid + half;
    }
    return t;
  }
}

double above(const Laid& l) {
  const double note = l.panel->note.empty() ? 0 : note_size, title = l.title.height();
  return note + title == 0 ? 0 : space + (l.beside ? std::max(note, title) : note + title + (note > 0 && title > 0 ? 2 : 0));
}

// Title, note and labels for a panel of this size.
void set_texts(Laid& l, double box_w, double box_h, double gap) {
  l.title = block(l.panel->title, panel_size, box_w);
  const double note = note_size * line_width(l.panel->note);
  l.beside = l.title.lines.size() == 1 && note > 0 && l.title.width() + note + 12 <= box_w;
  l.x_label = block(label(l.panel->x, l.frame.x), label_size, box_w + gap - 6);
  l.y_label = block(label(l.panel->y, l.frame.y), label_size, box_h + gap - 6);
}

void open_up(Range& r, double length) {  // about its middle
  const double mid = (r.lo + r.hi) / 2;
  r = {mid - length / 2, mid + length / 2};
}

// Of an entry of the legend above the panels, and the air behind it.
double key_width(const Key& k) { return swatch_width(k) + space + label_size * line_width(k.label) + 3 * space; }

class Layout {
 public:
  explicit Layout(Figure f);
  void paint(Canvas&) const;
  double width, height;

 private:
  Figure figure;
  int columns, rows;
  std::vector<Laid> laid;
  Block title;
  double title_room = 0;
  std::vector<std::vector<Key>> legend;  // lines of it
  double head = margin, bar_x = 0;
  std::vector<Tick> bar_ticks;

  double right = margin;  // the last number of an axis may stand out

  void settle();
  void break_legend(double room);
  void overhang(double box_w);
  void place(double box_w, double box_h);
  void paint_panel(Canvas&, const Laid&) const;
  void paint_legend(Canvas&) const;
  void paint_bar(Canvas&) const;
};

// Widths of a column and of a page: a figure is printed as it is.
Layout::Layout(Figure given)
    : figure(std::move(given)),
      columns(std::max(1, figure.columns)),
      rows(int((figure.panels.size() + size_t(columns) - 1) / size_t(columns))) {
  width = 72 * (figure.width > 0 ? figure.width : columns == 1 ? 3.5 : 7);
  settle();
  // A legend that would hide something stands above the only panel; of several panels, all are made higher.
  if (std::all_of(laid.begin(), laid.end(), [](const Laid& l) { return !l.panel->legend || l.panel->legend->place(l.frame).hidden == 0; }))
    return;
  if (Panel& p = figure.panels[0]; figure.panels.size() == 1)
    figure.legend = p.legend->keys, p.legend = nullptr;
  else
    figure.aspect *= 1.4;
  settle();
}

void Layout::settle() {
  const Figure& f = figure;
  laid.clear(), legend.clear();
  for (const Panel& p : f.panels) laid.push_back({.panel = &p, .frame = {{}, p.x.range, p.y.range, p.x.log, p.y.log}});
  if (f.bar_top > 0) bar_ticks = linear_ticks({0, f.bar_top}, 5);
  const double bar_w = f.bar_top > 0 ? 26 + tick_length + space + widest(bar_ticks) + (f.bar_label.empty() ? 0 : space + label_size) : 0;
  title = block(f.title, title_size, width - 2 * margin);
  title_room = title.lines.empty() ? 0 : title.height() + 2 * space;
  break_legend(width - 2 * margin);
  head = margin + title_room + double(legend.size()) * (label_size + space) + (legend.empty() ? 0 : space);

  // Labels need room, room decides the ticks, ticks decide the labels: a few rounds settle it.
  double box_w = width / columns, box_h = box_w * f.aspect;
  for (int round = 0; round < 4; ++round) {
    for (Laid& l : laid) {
      const Panel& p = *l.panel;
      l.frame.x = p.x.range, l.frame.y = p.y.range;
      if (p.equal && round > 0) {
        const double x = l.frame.x.hi - l.frame.x.lo, y = l.frame.y.hi - l.frame.y.lo, unit = std::max(x / box_w, y / box_h);
        if (!p.x.fixed) open_up(l.frame.x, unit * box_w);
        if (!p.y.fixed) open_up(l.frame.y, unit * box_h);
      }
      l.x = x_ticks(p.x, l.frame.x, box_w);
      l.turned = !p.x.names.empty() && widest(l.x) + 6 > box_w / (l.frame.x.hi - l.frame.x.lo);
      l.y = ticks(p.y, l.frame.y, std::clamp(int(box_h / 30), 2, 7));
      set_texts(l, box_w, box_h, f.gap);
    }
    overhang(box_w);
    double beside = margin + right + (columns - 1) * f.gap + bar_w, over = head + margin + (rows - 1) * f.gap;
    for (int c = 0; c < columns; ++c) {
      double need = 0;
      for (int r = 0; r < rows; ++r)
        if (size_t(r * columns + c) < laid.size()) need = std::max(need, left_of(laid[size_t(r * columns + c)]));
      beside += need;
    }
    for (int r = 0; r < rows; ++r) {
      double need = 0;
      for (int c = 0; c < columns && size_t(r * columns + c) < laid.size(); ++c)
        need = std::max(need, below(laid[size_t(r * columns + c)]) + above(laid[size_t(r * columns + c)]));
      over += need;
    }
    box_w = (width - beside) / columns;
    if (f.height > 0) {
      height = 72 * f.height;
      box_h = (height - over) / rows;
    } else {
      double ratio = f.aspect;
      for (const Laid& l : laid)
        if (l.panel->equal) {
          const Range x = l.panel->x.range, y = l.panel->y.range;
          ratio = std::clamp((y.hi - y.lo) / (x.hi - x.lo), .33, 1.35);
        }
      box_h = box_w * ratio;
      height = over + rows * box_h;
    }
    if (box_w < 30 || box_h < 20)
      throw Error("laying out the picture: " + std::to_string(columns) + " x " + std::to_string(rows) +
                      " panels with their labels do not fit into the asked size; give --width and --height (inches) more room",
                  Exit::spec);
  }
  place(box_w, box_h);
}

void Layout::break_legend(double room) {
  double x = HUGE_VAL;
  for (Key k : figure.legend) {
    k.label = shortened(k.label, label_size, room - swatch_width(k) - space);
    const double w = key_width(k);
    if (x + w - 3 * space > room) legend.emplace_back(), x = 0;
    legend.back().push_back(k);
    x += w;
  }
}

// Numbers that would run into the next panel lose their label; the last column's widen the margin.
void Layout::overhang(double box_w) {
  right = margin;
  for (size_t i = 0; i < laid.size(); ++i) {
    Laid& l = laid[i];
    if (!l.panel->x.numbers || l.panel->empty || l.turned) continue;
    l.frame.box = {0, 0, box_w, 1};
    const bool first = i % size_t(columns) == 0, last = int(i % size_t(columns)) == columns - 1;
    for (Tick& t : l.x) {
      const double half = label_width(t) / 2, x = l.frame.px(t.at);
      if (last && figure.bar_top == 0 && !t.label.empty()) right = std::max(right, x + half - box_w + 2);
      if ((!first && x - half < -figure.gap / 2 + 1) || (!last && x + half > box_w + figure.gap / 2 - 1)) t.label.clear();
    }
  }
}

void Layout::place(double box_w, double box_h) {
  double y = head;
  std::vector<double> left(size_t(columns), 0.0);
  for (size_t i = 0; i < laid.size(); ++i) left[i % size_t(columns)] = std::max(left[i % size_t(columns)], left_of(laid[i]));
  for (int r = 0; r < rows; ++r) {
    double x = margin, top = 0, bottom = 0;
    for (int c = 0; c < columns && size_t(r * columns + c) < laid.size(); ++c) {
      const Laid& l = laid[size_t(r * columns + c)];
      top = std::max(top, above(l)), bottom = std::max(bottom, below(l));
    }
    for (int c = 0; c < columns; ++c) {
      x += left[size_t(c)];
      if (size_t(r * columns + c) < laid.size()) {
        Laid& l = laid[size_t(r * columns + c)];
        l.frame.box = {x, y + top, box_w, box_h}, l.left = left[size_t(c)], l.below = bottom;
      }
      x += box_w + figure.gap;
    }
    bar_x = x - figure.gap + 12;
    y += top + box_h + bottom + figure.gap;
  }
}

void Layout::paint_panel(Canvas& canvas, const Laid& l) const {
  const Panel& p = *l.panel;
  if (p.empty) return;
  const Frame& f = l.frame;
  const Rect b = f.box;
  if (p.grid) {
    for (const Tick& t : l.x)
      if (!t.label.empty()) canvas.line({{f.px(t.at), b.y}, {f.px(t.at), b.bottom()}}, pale, .4);
    for (const Tick& t : l.y)
      if (!t.label.empty()) canvas.line({{b.x, f.py(t.at)}, {b.right(), f.py(t.at)}}, pale, .4);
  }
  canvas.clip(b);
  for (const auto& mark : p.marks) mark->draw(canvas, f);
  if (p.legend) p.legend->draw(canvas, f);
  canvas.unclip();

  if (p.frame) canvas.line({{b.x, b.y}, {b.right(), b.y}, {b.right(), b.bottom()}, {b.x, b.bottom()}, {b.x, b.y}}, grey, .6);
  for (const Tick& t : l.x) {
    const double x = f.px(t.at), length = t.label.empty() ? .6 * tick_length : tick_length;
    canvas.line({{x, b.bottom()}, {x, b.bottom() + length}}, grey, .6);
    const double top = b.bottom() + tick_length + space;
    if (p.x.numbers && l.turned)
      canvas.text({x + .35 * number_size, top}, t.label, number_size, black, Align::right, true);
    else if (p.x.numbers)
      canvas.text({x, top + cap * number_size}, t.label, number_size, black, Align::centre);
  }
  for (const Tick& t : l.y) {
    const double y = f.py(t.at), length = t.label.empty() ? .6 * tick_length : tick_length;
    canvas.line({{b.x - length, y}, {b.x, y}}, grey, .6);
    if (p.y.numbers) canvas.text({b.x - tick_length - space, y + .35 * number_size}, t.label, number_size, black, Align::right);
  }
  const auto paint = [&](const Block& text, Point last, Align align, bool turned = false) {  // the last line's baseline is at `last`
    for (size_t k = 0; k < text.lines.size(); ++k) {
      const double up = text.lead() * double(text.lines.size() - 1 - k);
      canvas.text(turned ? Point{last.x - up, last.y} : Point{last.x, last.y - up}, text.lines[k], text.em, black, align, turned);
    }
  };
  paint(l.x_label, {b.x + b.w / 2, b.bottom() + l.below - .15 * label_size}, Align::centre);
  paint(l.y_label, {b.x - l.left + l.y_label.height() - .2 * label_size, b.y + b.h / 2}, Align::centre, true);
  const double top = b.y - space - 1;
  const bool left = !p.note.empty();  // also below its note, as its neighbours stand
  paint(l.title, {left ? b.x : b.x + b.w / 2, top}, left ? Align::left : Align::centre);
  canvas.text({b.right(), l.beside || l.title.lines.empty() ? top : top - l.title.height() - 2}, p.note, note_size, grey, Align::right);
}

void Layout::paint_legend(Canvas& canvas) const {
  double y = margin + title_room + .75 * label_size, left = laid[0].frame.box.x;  // of all lines
  for (const auto& line : legend) {
    double length = -3 * space;
    for (const Key& k : line) length += key_width(k);
    left = std::max(margin, std::min(left, width - margin - length));
  }
  for (const auto& line : legend) {
    double x = left;
    for (const Key& k : line) {
      const double w = swatch_width(k);
      draw_swatch(canvas, k, x, y - .33 * label_size);
      canvas.text({x + w + space, y}, k.label, label_size);
      x += key_width(k);
    }
    y += label_size + space;
  }
}

void Layout::paint_bar(Canvas& canvas) const {
  const Rect first = laid.front().frame.box, last = laid.back().frame.box;
  const Rect bar{bar_x, first.y, 9, last.bottom() - first.y};
  std::vector<Colour> shades(256);
  for (int i = 0; i < 256; ++i) shades[size_t(i)] = sequential((255 - i) / 255.0);
  canvas.image(bar, 1, 256, shades);
  canvas.line({{bar.x, bar.y}, {bar.right(), bar.y}, {bar.right(), bar.bottom()}, {bar.x, bar.bottom()}, {bar.x, bar.y}}, grey, .6);
  for (const Tick& t : bar_ticks) {
    const double y = bar.bottom() - bar.h * t.at / figure.bar_top;
    canvas.line({{bar.right(), y}, {bar.right() + tick_length, y}}, grey, .6);
    canvas.text({bar.right() + tick_length + space, y + .35 * number_size}, t.label, number_size);
  }
  if (!figure.bar_label.empty())
    canvas.text({bar.right() + tick_length + 2 * space + widest(bar_ticks) + .8 * label_size, bar.y + bar.h / 2}, figure.bar_label,
                label_size, black, Align::centre, true);
}

void Layout::paint(Canvas& canvas) const {
  if (!figure.title.empty() && !laid.empty()) {
    const double left = laid.front().frame.box.x, right = laid[size_t(std::min<int>(columns, int(laid.size())) - 1)].frame.box.right();
    const double half = title.width() / 2,
                 mid = std::clamp((left + right) / 2, margin + half, width - margin - half + 1e-6);  // over the panels
    for (size_t k = 0; k < title.lines.size(); ++k)
      canvas.text({mid, margin + .8 * title_size + title.lead() * double(k)}, title.lines[k], title.em, black, Align::centre, false, true);
  }
  paint_legend(canvas);
  for (const Laid& l : laid) paint_panel(canvas, l);
  if (figure.bar_top > 0) paint_bar(canvas);
}
}  // namespace

static Layout laid_out(const Figure& figure) {
  if (figure.panels.empty()) throw Error("a picture without panels was asked for; expected at least one data set", Exit::data);
  return Layout(figure);
}

Point Figure::size(Format format, double dpi) const {
  const Layout layout = laid_out(*this);
  Canvas::check(format, layout.width, layout.height, dpi);
  return {layout.width, layout.height};
}

std::string Figure::render(Format format, double dpi) const {
  const Layout layout = laid_out(*this);
  Canvas canvas(format, layout.width, layout.height, dpi);
  layout.paint(canvas);
  return canvas.finish();
}

}  // namespace dm::plot
