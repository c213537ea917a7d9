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
  Layout norm;
  const int gain = norm.bias("gain", 3, .5), shift = norm.bias("bias", 3, .5);
  CHECK(gradient_error(norm, 3, [&](auto& t, Var x) { return layer_norm(t, x, gain, shift); }) < 1e-8);
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

TEST_CASE("layer norm: rows of mean zero and variance one, whatever they were shifted and scaled by; gain starts at one") {
  Layout l;
  const int gain = l.bias("gain", 6, 0), shift = l.bias("bias", 6, 0);
  ParamSet<double> params(l);
  params.initialise(Stream(1));
  Arena arena;
  Tape<double> tape(params, arena);
  const Matrix<double> z = random_matrix(4, 6, 5);
  const Mat<double> x = arena.matrix<double>(4, 6);
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 6; ++j) x[i][j] = 100 * i + (1 + 50 * i) * z[i][j];
  const Mat<double> y = tape.value(layer_norm(tape, tape.constant(x), gain, shift));
  for (int i = 0; i < 4; ++i) {
    double mean = 0, square = 0, z_mean = 0, z_square = 0;
    for (int j = 0; j < 6; ++j) mean += y[i][j] / 6, z_mean += z[i][j] / 6;
    for (int j = 0; j < 6; ++j) square += y[i][j] * y[i][j] / 6, z_square += (z[i][j] - z_mean) * (z[i][j] - z_mean) / 6;
    CHECK(std::abs(mean) < 1e-12);
    CHECK(near(square, z_square / (z_square + 1e-6 / std::pow(1 + 50. * i, 2)), 1e-10));
    for (int j = 0; j < 6; ++j) CHECK(near(y[i][j], (z[i][j] - z_mean) / std::sqrt(z_square), 1e-5));
  }
}

TEST_CASE("mlp: widths, layer norm and the activation of the output; what it cannot be is refused") {
  const auto net = [](const std::string& json) {
    std::vector<std::string> problems;
    const Value v = resolve(networks(), parse_json(json, "test"), "", problems);
    throw_problems(problems);
    return make<std::unique_ptr<Network>, int, int>(networks(), v, 3, 2);
  };
  // the tutorial's: 3 - 256 (norm) - 512 - 256 (norm) - 2
  const auto tutorial =
      net(R"({"type":"mlp","widths":[256,512,256],"layer_norm":[1,3],"activation":"leaky_relu","output_activation":true})");
  std::vector<std::string> names;
  for (const auto& i : tutorial->layout.items) names.push_back(i.name + " " + std::to_string(i.rows) + "x" + std::to_string(i.cols));
  CHECK(names == std::vector<std::string>{"layer0/weight 3x256", "layer0/bias 1x256", "layer0/norm/gain 1x256", "layer0/norm/bias 1x256",
                                          "layer1/weight 256x512", "layer1/bias 1x512", "layer2/weight 512x256", "layer2/bias 1x256",
                                          "layer2/norm/gain 1x256", "layer2/norm/bias 1x256", "layer3/weight 256x2", "layer3/bias 1x2"});
  for (const char* json : {R"({"type":"mlp","widths":[5,4],"layer_norm":[2],"activation":"tanh"})",
                           R"({"type":"mlp","widths":[5],"layer_norm":[1],"activation":"silu","output_activation":true})"}) {
    INFO(json);
    const auto n = net(json);
    CHECK(gradient_error(n->layout, 3, [&](auto& t, Var x) { return n->record(t, x); }) < 1e-8);
  }
  // leaky on the output: negative ones are a hundredth
  const auto leaky = net(R"({"type":"mlp","widths":[4],"activation":"leaky_relu","output_activation":true})"),
             plain = net(R"({"type":"mlp","widths":[4],"activation":"leaky_relu"})");
  ParamSet<double> params(leaky->layout);
  params.initialise(Stream(1));
  for (std::size_t i = 0; i < params.v.size(); ++i) params.v[i] += i % 2 ? .2 : -.3;
  params.pack();
  Arena arena;
  Tape<double> tape(params, arena);
  const Matrix<double> x = random_matrix(5, 3, 1);
  const auto value = [&](const Network& n) {
    const Mat<double> in = arena.matrix<double>(5, 3);
    for (int i = 0; i < 5; ++i) std::copy_n(x[i], 3, in[i]);
    return tape.value(n.record(tape, tape.constant(in)));
  };
  const Mat<double> a = value(*leaky), b = value(*plain);
  int below = 0;
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 2; ++j) {
      below += b[i][j] < 0;
      CHECK(near(a[i][j], b[i][j] * (b[i][j] > 0 ? 1 : .01), 1e-14));
    }
  CHECK(below > 0);
  CHECK_THROWS_WITH(net(R"({"type":"mlp","widths":[4.5]})"), Catch::Contains("widths holds 4.5"));
  CHECK_THROWS_WITH(net(R"({"type":"mlp","layer_norm":[4]})"), Catch::Contains("an integer in [1, 3]"));
}

TEST_CASE("embedding: the label itself") {
  std::vector<std::string> problems;
  const auto e = make<Embedding, Stream>(embeddings(), resolve(embeddings(), "label", "", problems), Stream(1));
  float out = 0;
  REQUIRE(e.width() == 1);
  e.features(-.75, &out);
  CHECK(out == -.75f);
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
