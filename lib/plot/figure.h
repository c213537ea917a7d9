// A figure: panels in a grid, with a title, a legend above the panels and a colour bar beside them. The layout follows from the labels.
#pragma once
#include <string>
#include <vector>

#include "plot/canvas.h"
#include "plot/marks.h"
#include "plot/ticks.h"

namespace dm::plot {

struct Axis {
  std::string label;
  Range range;  // shown as it is, except under `equal` where it is not fixed
  bool log = false;
  bool numbers = true;  // tick labels
  bool ticks = true;
  std::vector<std::string> names = {};  // of categories at 0, 1, 2, ...: they stand in place of numbers
  bool whole = false;                   // no tick between two whole numbers (of steps, seeds) where the range holds two of them
  bool twos = false;                    // the data are powers of two: under `log` the ticks stand at these
  bool fixed = false;                   // the range was asked for: `equal` gives way to it
};

struct Panel {
  std::string title;
  std::string note;  // small and grey, right of the title or above it: what was left out
  Axis x, y;
  bool equal = false;  // one unit is as long in y as in x: the shorter axis is opened as needed, unless it is fixed
  bool grid = false;   // faint lines at the ticks
  bool frame = true;   // a line around it
  bool empty = false;  // an unused place of the grid
  Marks marks;
  std::shared_ptr<const Legend> legend;  // inside it
};

struct Figure {
  std::string title;
  double width = 0, height = 0;  // inches; 0: from the panels, width a column's 3.5 or a page's 7
  int columns = 1;               // panels stand row by row
  double gap = 14;               // points between panels
  double aspect = .7;            // height of a panel over its width where height is free and the axes are not equal
  std::vector<Panel> panels;
  std::vector<Key> legend;
  double bar_top = 0;  // > 0: a colour bar from 0 to this value
  std::string bar_label;

  // Width and height in points. Throws Exit::spec where the panels do not fit in, or the format cannot hold so large a picture.
  Point size(Format, double dpi = 200) const;
  // The file's bytes: the same on every run. dpi is the resolution of PNG.
  std::string render(Format, double dpi = 200) const;
};

}  // namespace dm::plot
