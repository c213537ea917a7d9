#include "nn/tape.h"

#include <functional>

#include "nn/registry.h"
#include "test.h"

using namespace dm;

namespace {

Matrix<double> random_matrix(int64_t n, int64_t m, uint64_t path) {
  Matrix<double> z(n, m);
  normals(Stream(9) / path, {0, int(n)}, 0, z);
  return z;
}

// The largest relative difference between backward() and central differences, over all inputs and parameters.
double gradient_error(const Layout& layout, int cols, const std::function<Var(Tape<double>&, Var)>& record) {
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
      for (int i = 0; i < n; ++i) std::copy_n(tape.grad(input)[i], cols, (*gx)[i]);
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

}  // namespace

TEST_CASE("tape: every operation against finite differences in double") {
  Layout none;
  for (const auto& name : activation_names()) {
    INFO(name);
    CHECK(gradient_error(none, 3, [&](auto& t, Var x) { return activate(t, x, activation_named(name)); }) < 1e-8);
  }
  CHECK(gradient_error(none, 3, [](auto& t, Var x) { return add(t, x, multiply(t, x, activate(t, x, Activation::sin))); }) < 1e-8);
  Layout linear_only;
  const int w = linear_only.weight("w", 3, 7, 0.5), b = linear_only.bias("b", 7, 0.5), v = linear_only.weight("v", 1, 3, 0.5);
  CHECK(gradient_error(linear_only, 3, [&](auto& t, Var x) { return linear(t, x, w, b); }) < 1e-8);
  CHECK(gradient_error(linear_only, 1, [&](auto& t, Var x) { return linear(t, linear(t, x, v, -1), w, b); }) < 1e-8);
}

TEST_CASE("networks: gradients against finite differences in double") {
  for (const auto& [name, depth] : {std::pair{"mlp", "layers"}, std::pair{"residual-mlp", "blocks"}}) {
    INFO(name);
    std::vector<std::string> problems;
    Value o = Value::object();
    o.set("type", name), o.set(depth, 2), o.set("width", 6), o.set("activation", "tanh");
    const auto net = make<std::unique_ptr<Network>, int, int>(networks(), resolve(networks(), o, "", problems), 4, 3);
    REQUIRE(problems.empty());
    CHECK(gradient_error(net->layout, 4, [&](auto& t, Var x) { return net->record(t, x); }) < 1e-8);
  }
}

TEST_CASE("networks: a row's prediction depends neither on the number of rows nor on its place") {
  std::vector<std::string> problems;
  const auto net = make<std::unique_ptr<Network>, int, int>(networks(), resolve(networks(), "mlp", "", problems), 10, 2);
  ParamSet<float> params(net->layout);
  params.initialise(Stream(1));
  for (float& p : params.v) p += 0.01f;
  params.pack();
  const Matrix<double> x = random_matrix(64, 10, 3);
  const auto predict = [&](int first, int n) {
    Arena arena;
    Tape<float> tape(params, arena);
    Mat<float> in = arena.matrix<float>(n, 10);
    for (int i = 0; i < n; ++i) std::copy_n(x[first + i], 10, in[i]);
    const Mat<float> y = tape.value(net->record(tape, tape.constant(in)));
    std::vector<float> out;
    for (int i = 0; i < n; ++i) out.insert(out.end(), y[i], y[i] + 2);
    return out;
  };
  const auto all = predict(0, 64);
  for (int n = 1; n < 64; n += 7)
    for (int first = 0; first + n <= 64; first += 13)
      CHECK(predict(first, n) == std::vector<float>(all.begin() + 2 * first, all.begin() + 2 * (first + n)));
}
