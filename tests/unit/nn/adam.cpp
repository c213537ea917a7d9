#include "nn/adam.h"

#include <cmath>

#include "test.h"

using namespace dm;

static Adam make_adam(const char* json, int64_t total, int64_t size) {
  std::vector<std::string> problems;
  const Value o = resolve(Adam::options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return Adam(o, total, size);
}

static Layout vector_of(int64_t size) {
  Layout layout;
  layout.bias("v", size, 0);
  return layout;
}

TEST_CASE("adam: two steps by hand, clipping, average") {
  Adam adam = make_adam(R"({"rate":0.1,"warmup":0,"decay":"constant","beta1":0.9,"beta2":0.99,"clip":0,"ema":0.5})", 10, 1);
  const Layout layout = vector_of(1);
  ParamSet<float> p(layout);
  std::vector<float> ema(p.v.size());
  p.v[0] = 1;
  const double g1 = 0.5, g2 = -1;
  double m = 0, v = 0, x = 1, e = 0;
  for (int k = 0; k < 2; ++k) {
    const double g = k ? g2 : g1;
    const float gf = float(g);
    CHECK(adam.step(k, &gf, p, ema) == Approx(std::abs(g)));
    m = 0.9 * m + 0.1 * g, v = 0.99 * v + 0.01 * g * g;
    x -= 0.1 * (m / (1 - std::pow(0.9, k + 1))) / (std::sqrt(v / (1 - std::pow(0.99, k + 1))) + 1e-8);
    const double keep = std::min(0.5, (1.0 + k) / (10.0 + k));
    e = keep * e + (1 - keep) * x;
    CHECK(p.v[0] == Approx(x).epsilon(1e-6));
    CHECK(ema[0] == Approx(e).epsilon(1e-6));
  }
}

TEST_CASE("adam: a gradient that is not finite changes nothing") {
  Adam adam = make_adam("{}", 10, 2);
  const Layout layout = vector_of(2);
  ParamSet<float> p(layout);
  std::vector<float> ema = p.v = {1, 2};
  const float g[2] = {1, NAN};
  CHECK(std::isnan(adam.step(0, g, p, ema)));
  CHECK(p.v[0] == 1);
  CHECK(ema[1] == 2);
}

TEST_CASE("adam: warm-up, then cosine to zero") {
  Adam adam = make_adam(R"({"rate":1,"warmup":10})", 100, 1);
  CHECK(adam.rate(0) == Approx(0.1));
  CHECK(adam.rate(50) == Approx(0.5));
  CHECK(adam.rate(100) == Approx(0).margin(1e-12));
}

// Sizes about whole slices: no element is missed, counted twice or rounded otherwise than the formula says.
TEST_CASE("adam: every element moves as the formula says, bit for bit, and counts once in the norm") {
  for (const int64_t size : {1, 7, 16, 4095, 4096, 4099, 9 * 4096 + 11}) {
    const Layout layout = vector_of(size);
    ParamSet<float> params(layout);
    Adam adam = make_adam(R"({"rate":0.1,"warmup":0,"decay":"constant","weight_decay":0.01,"clip":100,"ema":0.5})", 10, size);
    std::vector<float> g(static_cast<std::size_t>(size)), ema(g.size(), 2), m(g.size()), v(g.size()), q(g.size(), 1), average = ema;
    params.v = q;
    for (int64_t k = 0; k < 2; ++k) {
      double square = 0;  // of small integers: exact in any order
      for (std::size_t i = 0; i < g.size(); ++i) {
        g[i] = float(int64_t((i * 7 + std::size_t(k) * 5) % 23) - 11);
        square += double(g[i]) * double(g[i]);
      }
      const double norm = std::sqrt(square), root = std::sqrt(1 - std::pow(0.99, double(k + 1)));
      CHECK(adam.step(k, g.data(), params, ema) == norm / std::sqrt(double(size)));
      const float scale = norm > 100 ? float(100 / norm) : 1.0f, a = float(0.1 * root / (1 - std::pow(0.9, double(k + 1))));
      const float keep = float(std::min(0.5, double(1 + k) / double(10 + k)));
      for (std::size_t i = 0; i < g.size(); ++i) {
        const float x = g[i] * scale;
        m[i] = 0.9f * m[i] + float(1 - 0.9) * x;
        v[i] = 0.99f * v[i] + float(1 - 0.99) * x * x;
        q[i] = float(1 - 0.1 * 0.01) * q[i] - a * m[i] / (std::sqrt(v[i]) + float(1e-8 * root));
        average[i] = keep * average[i] + (1 - keep) * q[i];
      }
      CHECK(params.v == q);
      CHECK(ema == average);
    }
  }
}

TEST_CASE("adam: the packed copies are those of the weights after the step") {
  Layout layout;
  layout.weight("w", 37, 21, 1);
  layout.bias("b", 21, 1);
  Adam adam = make_adam("{}", 10, layout.size);
  ParamSet<float> p(layout);
  p.initialise(Stream(1));
  std::vector<float> g(p.v.size(), 1), ema = p.v;
  const std::vector<float> before = p.v;
  adam.step(0, g.data(), p, ema);
  CHECK(p.v != before);
  std::vector<float> store(std::size_t(packed_size<float>(37, 21) + packed_size<float>(21, 37)));
  const auto same = [](Panels<float> a, Panels<float> b, int64_t n) { return std::equal(a.p, a.p + n, b.p); };
  CHECK(same(p.forward(0), pack<float>(p.value(0), store.data()), packed_size<float>(37, 21)));
  CHECK(same(p.transposed(0), pack_transposed<float>(p.value(0), store.data()), packed_size<float>(21, 37)));
}
