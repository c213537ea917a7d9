// Laws of pairs by a rule that draws the unknown and then what is observed of it, or the other way round.
#pragma once
#include "density/toys.h"

namespace dm::toy {

struct Simulator : Law {
  using Rule = void (*)(Draws&, double* x, double* y);
  int d, dy;
  double half;  // the prior is uniform on [-half, half]^d; 0: it is not
  Rule rule;
  Simulator(int d, int dy, double half, Rule rule) : d(d), dy(dy), half(half), rule(rule) {}
  int dim() const override { return d + dy; }
  int conditions() const override { return dy; }
  Value support() const override {
    if (half == 0) return {};
    Value box = Value::array();
    for (int j = 0; j < d; ++j) box.items().push_back(Value::numbers({-half, half}));
    return box;
  }
  void draw(Stream stream, Rows rows, Mat<double> x) const override {
    for (int i = 0; i < rows.n; ++i) {
      Draws draws(stream, rows[i]);
      rule(draws, x[i], x[i] + d);
    }
  }
};

}  // namespace dm::toy
