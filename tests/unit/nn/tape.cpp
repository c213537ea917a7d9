#include "gradients.h"
#include "nn/registry.h"
#include "test.h"

using namespace dm;

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
