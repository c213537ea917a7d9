// What is drawn of an oracle, a model or a transport: scores against closed forms and the slope of log p, drifts against the bridge's own.
#include "job/field.h"

#include <cmath>

#include "bridge/fixtures.h"
#include "density/gaussian_mixture.h"
#include "job/plot.h"
#include "job/train.h"
#include "test.h"

namespace field_test {

using namespace dm;
using bridges_test::matrix;

Value section(const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(job::plot_options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

const Matrix<double>& points() {
  static const Matrix<double> x = matrix(4, 2, {0, 0, 1, -1, -.3, 2, 3, .7});
  return x;
}

Matrix<double> arrows(const plot::Set& s, const Matrix<double>& x = points()) {
  Matrix<double> v(x.rows, x.cols);
  s.arrows(x, v);
  return v;
}

}  // namespace field_test
using namespace field_test;

TEST_CASE("field of an oracle: the score of a Gaussian with noise in closed form, one set a time") {
  const Matrix<double> c = matrix(2, 2, {2, .5, .5, 1});
  const GaussianMixture p({1}, matrix(1, 2, {1, -2}), {c});
  const auto sets = job::fields(p, section(R"({"process":"vp","time":[0.1,0.5]})"));
  REQUIRE(sets.size() == 2);
  CHECK(sets[1].name == "t = 0.5");
  CHECK(sets[0].arrows_name == "score");
  std::vector<std::string> problems;
  const auto process = make<std::unique_ptr<Process>>(processes(), resolve(processes(), "vp", "", problems));
  for (size_t k = 0; k < 2; ++k) {
    const Level l = process->linear()->at(k ? .5 : .1);
    const double a = l.alpha * l.alpha, s = l.sigma * l.sigma;
    const Matrix<double> inverse = bridges_test::inverse(matrix(2, 2, {a * 2 + s, a * .5, a * .5, a + s}));
    const Matrix<double> v = arrows(sets[k]);
    for (int64_t i = 0; i < 4; ++i)
      for (int64_t j = 0; j < 2; ++j) {
        const double score = -inverse[j][0] * (points()[i][0] - l.alpha) - inverse[j][1] * (points()[i][1] + 2 * l.alpha);
        CHECK(near(v[i][j], score, 1e-12));
      }
  }
}

TEST_CASE("field of an oracle: its score is the slope of its log p; the box holds its rows") {
  const GaussianMixture p({.3, .7}, matrix(2, 2, {-2, 0, 2, 1}), {matrix(2, 2, {.3, .1, .1, .2}), matrix(2, 2, {.1, 0, 0, .4})});
  const auto sets = job::fields(p, section(R"({"kind":"quiver","time":[0.4]})"));
  const Matrix<double> v = arrows(sets[0]);
  constexpr double h = 1e-5;
  for (int64_t j = 0; j < 2; ++j) {
    Matrix<double> up = points(), down = points();
    for (int64_t i = 0; i < 4; ++i) up[i][j] += h, down[i][j] -= h;
    double hi[4], lo[4];
    sets[0].log_p(up, hi), sets[0].log_p(down, lo);
    for (int64_t i = 0; i < 4; ++i) CHECK(near(v[i][j], (hi[i] - lo[i]) / (2 * h), 1e-6));  // rounding of log p over h
  }
  CHECK(sets[0].box[0].lo < -2.5);
  CHECK(sets[0].box[0].hi > 2.5);

  // The clean level has a density and no score; arrows want noise where no time is given.
  CHECK_FALSE(job::fields(p, section("{}"))[0].arrows);
  CHECK(job::fields(p, section("{}"))[0].name.empty());
  CHECK(job::fields(p, section(R"({"kind":"quiver"})"))[0].arrows);
  double clean[4], exact[4];
  job::fields(p, section("{}"))[0].log_p(points(), clean);
  p.logp(points(), Level{}, exact);
  for (int i = 0; i < 4; ++i) CHECK(clean[i] == exact[i]);
  for (const char* bad : {R"({"direction":"forward"})", R"({"noise":1})", R"({"params":"ema"})", R"({"time":[]})"}) {
    INFO(bad);
    CHECK_THROWS_AS(job::fields(p, section(bad)), Error);
  }
  const Matrix<double> y(1, 1);
  CHECK_THROWS_AS(job::fields(p, section("{}"), &y), Error);
}

TEST_CASE("field of a transport: its drifts, and the velocity as half their difference, in data units") {
  const GaussianBridge b({{0, 0}, matrix(2, 2, {1, 0, 0, 1})}, {{2, -1}, matrix(2, 2, {2, .5, .5, .5})},
                         bridges_test::reference(bridges_test::kinds[1], .8));
  AffineCodec codec = AffineCodec::identity(2);
  const auto field = [&](const std::string& json, double scale = 1) {
    codec.scale = scale;
    return job::fields(job::Bridged{&b, codec, scale}, section(json), nullptr).at(0);
  };
  const Matrix<double> forward = arrows(field(R"({"time":[0.3]})")), backward = arrows(field(R"({"time":[0.3],"direction":"backward"})")),
                       flow = arrows(field(R"({"time":[0.3],"noise":0})")),
                       back = arrows(field(R"({"time":[0.3],"noise":0,"direction":"backward"})")),
                       drift = bridges_test::drift_at(b, Direction::forward, .3, points());
  for (size_t i = 0; i < 8; ++i) {
    CHECK(near(forward.v[i], drift.v[i], 1e-12));
    CHECK(near(flow.v[i], (forward.v[i] - backward.v[i]) / 2, 1e-12));
    CHECK(near(back.v[i], -flow.v[i], 1e-12));
  }
  CHECK(field(R"({"time":[0.3]})").arrows_name == "drift forward");
  CHECK(field(R"({"time":[0.3],"noise":0,"direction":"backward"})").arrows_name == "velocity backward");

  // Twice as large data have a drift twice as large.
  Matrix<double> twice = points();
  for (double& v : twice.v) v *= 2;
  const Matrix<double> large = arrows(field(R"({"time":[0.3]})", 2), twice);
  for (size_t i = 0; i < 8; ++i) CHECK(large.v[i] == 2 * forward.v[i]);

  CHECK_THROWS_WITH(field(R"({"time":[1]})"), Catch::Contains("have arrived"));
  CHECK_THROWS_WITH(field(R"({"time":[0],"direction":"backward"})"), Catch::Contains("have arrived"));
  CHECK_THROWS_AS(field(R"({"process":"vp"})"), Error);
}

TEST_CASE("field of a trained model: data four times as large have a quarter of the score, bit for bit") {
  const auto trained = [](double unit) {
    Matrix<double> x(200, 2);
    normals(Stream(4) / "field", {0, 200}, 0, x);
    for (double& v : x.v) v *= unit;
    std::vector<std::string> problems;
    Value spec(Value::Object{{"seed", 1}, {"dimension", 2}, {"names", Value::array()}, {"support", Value()}});
    const Value o = resolve(job::train_options(), parse_json(R"({"steps":20,"network":{"type":"mlp","width":16}})", ""), "", problems);
    throw_problems(problems);
    spec.set("condition", job::condition_of(o, {}).shape());
    spec.set("dm-train", o);
    auto training = std::make_unique<job::Training>(spec, job::TrainingRows{x, {}, {}});
    Progress silent;
    training->run(silent, 0, [] {});
    training->model().ema->pack();
    return training;
  };
  const auto one = trained(1), four = trained(4);
  const auto a = job::fields(one->model(), section(R"({"time":[0.5]})"), nullptr),
             b = job::fields(four->model(), section(R"({"time":[0.5]})"), nullptr);
  Matrix<double> large = points();
  for (double& v : large.v) v *= 4;
  const Matrix<double> u = arrows(a[0]), v = arrows(b[0], large);
  for (size_t i = 0; i < 8; ++i) CHECK(v.v[i] == u.v[i] / 4);
  CHECK(b[0].box[1].hi == 4 * a[0].box[1].hi);
  CHECK_THROWS_AS(job::fields(one->model(), section(R"({"direction":"forward"})"), nullptr), Error);
}
