// Gradients against central differences.
#pragma once
#include <functional>

#include "nn/ops.h"

namespace dm {

inline Matrix<double> random_matrix(int64_t n, int64_t m, uint64_t path) {
  Matrix<double> z(n, m);
  normals(Stream(9) / path, {0, int(n)}, 0, z);
  return z;
}

// The largest relative difference between backward() and central differences, over all inputs and parameters.
inline double gradient_error(const Layout& layout, int cols, const std::function<Var(Tape<double>&, Var)>& record) {
  const int n = 5;
  ParamSet<double> params(layout);
  params.initialise(Stream(4) / "test");
  for (double& p : params.v) p += 0.05;  // layers that start at zero would hide faults
  params.pack();
  const Matrix<double> x0 = random_matrix(n, cols, 1);
  std::vector<double> w(n, 0.5);
  Matrix<double> target;

  const auto loss = [&](const Matrix<double>& x, double* lane, Matrix<double>* gx) {
    Arena arena;
    Tape<double> tape(params, arena, lane);
    Mat<double> in = arena.matrix<double>(n, cols);
    for (int i = 0; i < n; ++i) std::copy_n(x[i], cols, in[i]);
    const Var input = tape.input(in), y = record(tape, input);
    if (target.v.empty()) target = random_matrix(n, tape.value(y).cols, 2);
    const Var l = squared_error<double>(tape, y, target, w.data());
    if (lane) {
      tape.backward(l);
      for (int i = 0; i < n && tape.grad(input).p; ++i) std::copy_n(tape.grad(input)[i], cols, (*gx)[i]);  // null: zero
    }
    return tape.value(l)[0][0];
  };

  std::vector<double> lane(params.v.size() + 1);
  Matrix<double> gx(n, cols), x = x0;
  loss(x0, lane.data(), &gx);
  double worst = 0;
  const double h = 1e-5;
  const auto compare = [&](double& slot, double g, auto&& changed) {
    const double keep = slot;
    slot = keep + h, changed();
    const double up = loss(x, nullptr, nullptr);
    slot = keep - h, changed();
    const double down = loss(x, nullptr, nullptr);
    slot = keep, changed();
    worst = std::max(worst, std::abs((up - down) / (2 * h) - g) / std::max(1.0, std::abs(g)));
  };
  for (std::size_t i = 0; i < x.v.size(); ++i) compare(x.v[i], gx.v[i], [] {});
  for (const auto& item : layout.items)
    for (int64_t i = 0; i < item.rows * item.cols; ++i) {
      const std::size_t k = std::size_t(item.offset + i);
      compare(params.v[k], lane[k], [&] { params.pack(); });
    }
  return worst;
}

}  // namespace dm
