#include "gradients.h"
#include "nn/registry.h"
#include "test.h"

using namespace dm;

namespace {

using Record = std::function<Var(Tape<double>&, Var)>;

Mat<double> on_tape(Tape<double>& tape, const Matrix<double>& m) {
  const Mat<double> out = tape.arena.matrix<double>(m.rows, m.cols);
  for (int64_t i = 0; i < m.rows; ++i) std::copy_n(m[i], m.cols, out[i]);
  return out;
}

double inner(Mat<const double> a, Mat<const double> b) {
  double s = 0;
  for (int64_t i = 0; i < a.rows; ++i)
    for (int64_t j = 0; j < a.cols; ++j) s += a[i][j] * b[i][j];
  return s;
}

ParamSet<double> some_params(const Layout& layout) {
  ParamSet<double> p(layout);
  p.initialise(Stream(4) / "test");
  for (double& v : p.v) v += 0.05;
  p.pack();
  return p;
}

// |<w, J v> - <J^T w, v>| relative to |J v| |w|, three times from one recording.
double adjoint_error(const Layout& layout, int cols, const Record& record) {
  const ParamSet<double> params = some_params(layout);
  Arena arena;
  Tape<double> tape(params, arena);
  const Var x = tape.input(on_tape(tape, random_matrix(5, cols, 1))), y = record(tape, x);
  const auto mark = tape.mark();
  double worst = 0;
  for (uint64_t k = 0; k < 3; ++k) {
    const Matrix<double> v = random_matrix(5, cols, 10 + k), w = random_matrix(tape.value(y).rows, tape.value(y).cols, 20 + k);
    const Mat<double> t = tape.value(tangent(tape, y, x, tape.constant(on_tape(tape, v))));
    const double left = inner(w, t), size = std::sqrt(inner(t, t) * inner(w, w));
    tape.rewind(mark);
    tape.backward(y, w);
    worst = std::max(worst, std::abs(left - inner(tape.grad(x), v)) / std::max(size, 1e-300));
    tape.rewind(mark);
  }
  return worst;
}

// The tangent against central differences of the values.
double tangent_error(const Layout& layout, int cols, const Record& record) {
  const ParamSet<double> params = some_params(layout);
  const Matrix<double> x0 = random_matrix(5, cols, 1), v = random_matrix(5, cols, 2);
  const double h = 1e-5;
  Matrix<double> value[3];
  for (int s = -1; s <= 1; ++s) {
    Arena arena;
    Tape<double> tape(params, arena);
    Matrix<double> x = x0;
    for (std::size_t i = 0; i < x.v.size(); ++i) x.v[i] += s * h * v.v[i];
    const Var in = tape.input(on_tape(tape, x)), y = record(tape, in);
    const Mat<double> out = tape.value(s ? y : tangent(tape, y, in, tape.constant(on_tape(tape, v))));
    value[s + 1] = Matrix<double>(out.rows, out.cols);
    for (int64_t i = 0; i < out.rows; ++i) std::copy_n(out[i], out.cols, value[s + 1][i]);
  }
  double worst = 0;
  for (std::size_t i = 0; i < value[1].v.size(); ++i)
    worst = std::max(worst, std::abs((value[2].v[i] - value[0].v[i]) / (2 * h) - value[1].v[i]) / std::max(1.0, std::abs(value[1].v[i])));
  return worst;
}

std::unique_ptr<Network> network(const char* name, const char* depth, const std::string& activation) {
  std::vector<std::string> problems;
  Value o = Value::object();
  o.set("type", name), o.set(depth, 2), o.set("width", 6), o.set("activation", activation);
  auto net = make<std::unique_ptr<Network>, int, int>(networks(), resolve(networks(), o, "", problems), 4, 3);
  REQUIRE(problems.empty());
  return net;
}

struct Case {
  std::string name;
  const Layout* layout;
  int cols;
  Record record;
};

void every_case(const std::function<void(const Case&)>& check) {
  Layout none, l;
  const int w = l.weight("w", 3, 7, 0.5), b = l.bias("b", 7, 0.5);
  const int gain = l.bias("gain", 3, .5), shift = l.bias("shift", 3, .5);
  const Matrix<double> target = random_matrix(5, 3, 30);
  const std::vector<double> weight = {.5, 1, -2, .1, 3};
  std::vector<Case> cases = {
      {"linear", &l, 3, [&](auto& t, Var x) { return linear(t, x, w, b); }},
      {"layer_norm", &l, 3, [&](auto& t, Var x) { return layer_norm(t, x, gain, shift); }},
      {"layer_norm of a curve", &l, 3, [&](auto& t, Var x) { return layer_norm(t, multiply(t, x, x), gain, shift); }},
      {"add", &none, 3, [](auto& t, Var x) { return add(t, x, activate(t, x, Activation::tanh)); }},
      {"multiply", &none, 3, [](auto& t, Var x) { return multiply(t, x, activate(t, x, Activation::sin)); }},
      {"square", &none, 3, [](auto& t, Var x) { return multiply(t, x, x); }},
      {"row_sum", &none, 3, [](auto& t, Var x) { return row_sum(t, multiply(t, x, x)); }},
      {"weighted_sum", &none, 3, [&](auto& t, Var x) { return weighted_sum(t, multiply(t, x, x), weight.data()); }},
      {"squared_error", &none, 3, [&](auto& t, Var x) { return squared_error<double>(t, x, target, weight.data()); }},
  };
  for (const auto& f : activation_names())
    cases.push_back({f, &none, 3, [f](auto& t, Var x) { return activate(t, x, activation_named(f)); }});
  std::vector<std::unique_ptr<Network>> nets;
  for (const auto& [name, depth] : {std::pair{"mlp", "layers"}, std::pair{"residual-mlp", "blocks"}})
    for (const auto& f : activation_names()) {
      nets.push_back(network(name, depth, f));
      const Network* net = nets.back().get();
      cases.push_back({std::string(name) + " " + f, &net->layout, 4, [net](auto& t, Var x) { return net->record(t, x); }});
    }
  {
    std::vector<std::string> problems;
    const Value v =
        resolve(networks(), parse_json(R"({"type":"mlp","widths":[6,5],"layer_norm":[1,2],"activation":"tanh"})", "test"), "", problems);
    REQUIRE(problems.empty());
    nets.push_back(make<std::unique_ptr<Network>, int, int>(networks(), v, 4, 3));
    const Network* net = nets.back().get();
    cases.push_back({"mlp with layer norm", &net->layout, 4, [net](auto& t, Var x) { return net->record(t, x); }});
  }
  for (const Case& c : cases) {
    INFO(c.name);
    check(c);
  }
}

}  // namespace

TEST_CASE("tangent: <w, J v> = <J^T w, v> for every operation, activation and network, repeatedly") {
  every_case([](const Case& c) {
    CHECK(adjoint_error(*c.layout, c.cols, c.record) < 1e-12);
    CHECK(tangent_error(*c.layout, c.cols, c.record) < 1e-8);
  });
}

TEST_CASE("tangent: the gradient of a loss of the tangent, in inputs and parameters, against finite differences") {
  every_case([](const Case& c) {
    CHECK(gradient_error(*c.layout, c.cols, [&](Tape<double>& t, Var x) {
            const Var y = c.record(t, x);
            return tangent(t, y, x, t.constant(on_tape(t, random_matrix(5, c.cols, 7))));
          }) < 1e-7);
  });
}

TEST_CASE("tangent: of what does not depend on x it is zero; through a slope it is refused") {
  Layout none;
  const ParamSet<double> params = some_params(none);
  Arena arena;
  Tape<double> tape(params, arena);
  const Var x = tape.input(on_tape(tape, random_matrix(5, 3, 1))), c = tape.constant(on_tape(tape, random_matrix(5, 3, 2)));
  const Var y = multiply(tape, c, c), z = slope(tape, x, Activation::tanh);
  const Mat<double> t = tape.value(tangent(tape, y, x, c));
  CHECK(inner(t, t) == 0);
  CHECK_THROWS_WITH(tangent(tape, z, x, c), Catch::Contains("'slope' has no tangent"));
}

TEST_CASE("custom: an operation by callback, x -> A x for each row") {
  static constexpr double A[2][3] = {{1, 2, 3}, {-1, 0, .5}};
  struct Apply : Custom<double> {
    void vjp(Mat<const double> g, Mat<double> gx) override {
      for (int64_t i = 0; i < g.rows; ++i)
        for (int j = 0; j < 3; ++j) gx[i][j] = A[0][j] * g[i][0] + A[1][j] * g[i][1];
    }
    void jvp(Mat<const double> dx, Mat<double> dy) override {
      for (int64_t i = 0; i < dx.rows; ++i)
        for (int k = 0; k < 2; ++k) dy[i][k] = A[k][0] * dx[i][0] + A[k][1] * dx[i][1] + A[k][2] * dx[i][2];
    }
  };
  const Record apply = [](auto& t, Var x) {
    const Mat<double> y = t.arena.template matrix<double>(t.value(x).rows, 2);
    Apply().jvp(t.value(x), y);
    return custom<double>(t, x, y, std::make_unique<Apply>());
  };
  Layout none;
  CHECK(gradient_error(none, 3, apply) < 1e-8);
  // d/dx of J(x) v is refused, d/dv is J^T
  CHECK_THROWS_WITH(adjoint_error(none, 3, apply), Catch::Contains("first derivatives only"));
  const ParamSet<double> params = some_params(none);
  Arena arena;
  Tape<double> tape(params, arena);
  const Var x = tape.constant(on_tape(tape, random_matrix(5, 3, 1))), v = tape.input(on_tape(tape, random_matrix(5, 3, 2)));
  const Var t = tangent(tape, apply(tape, x), x, v);
  const Matrix<double> w = random_matrix(5, 2, 3);
  tape.backward(t, w);
  CHECK(near(inner(tape.grad(v), tape.value(v)), inner(w, tape.value(t)), 1e-12));
}
