// Log-densities of rows in data units: codecs, conditions, oracles, refusals; the engine's exactness is held in unit/sample.
#include "job/likelihood.h"

#include <cmath>

#include "core/parallel.h"
#include "job/train.h"
#include "test.h"

using namespace dm;
using namespace dm::job;

namespace {

Value set(const std::vector<Option>& options, const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(options, parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}
Value wish(const std::string& json) { return set(likelihood_options(), json); }

// A metric of a model, with its options.
const ModelMetric& judge(const std::string& json = "\"nll\"") {
  static std::vector<std::unique_ptr<Metric>> kept;
  kept.push_back(make_metric(set({{"m", method(metrics), Value(), "", true}}, "{\"m\":" + json + "}")["m"]));
  return *kept.back()->of_model();
}

std::vector<int64_t> all(int64_t n) {
  std::vector<int64_t> v;
  for (int64_t i = 0; i < n; ++i) v.push_back(i);
  return v;
}

// A small network on x (given y), trained for a moment.
struct Tiny {
  std::unique_ptr<Training> training;
  Tiny(const Matrix<double>& x, const std::string& support = "null", const Matrix<double>& y = {}, double dropout = 0) {
    Value o = set(train_options(), R"({"steps":2000,"batch":64,"network":{"type":"mlp","layers":2,"width":24},"condition_dropout":)" +
                                       to_json(dropout) + "}");
    Value spec(Value::Object{{"seed", 1}, {"dimension", x.cols}, {"names", Value::array()}});
    spec.set("condition", condition_of(o, y).shape());
    spec.set("support", parse_json(support, "test"));
    spec.set("dm-train", o);
    training = std::make_unique<Training>(spec, TrainingRows{x, y, {}});
    Progress silent;
    training->run(silent, 0, [] {});
    training->model().ema->pack();
  }
  Model& model() { return training->model(); }
  LogDensities log_p(const Matrix<double>& x, const std::string& options = "{}", const Matrix<double>* y = nullptr,
                     const std::vector<int64_t>& rows = {}, const ModelMetric& metric = judge()) {
    Progress silent;
    return log_densities(model(), metric, wish(options), 1, silent, rows.empty() ? all(x.rows) : rows, x, y);
  }
};

Matrix<double> two_bumps(int n, double unit = 1) {
  Matrix<double> x(n, 2);
  normals(Stream(4) / "bumps", {0, n}, 0, x);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < 2; ++j) x[i][j] = unit * ((i % 2 ? 1. : -1.) + .3 * x[i][j]);
  return x;
}

}  // namespace

TEST_CASE("log densities: a trained model, exact against its probes, in any unit, row by row") {
  const Matrix<double> x = two_bumps(300);
  Tiny tiny(x);
  const LogDensities exact = tiny.log_p(x);
  CHECK(exact.used["divergence"].text() == "exact");
  CHECK(exact.used["sampler"].text() == "rk45");
  CHECK(exact.used["sigma"].number() == Approx(.002));
  double mean = 0, far = 0, error = 0;
  const LogDensities probed = tiny.log_p(x, R"({"divergence":"rademacher","probes":8})");
  for (std::size_t i = 0; i < 300; ++i) {
    CHECK(std::isfinite(exact.log_p[i]));
    mean += exact.log_p[i] / 300;
    far += (probed.log_p[i] - exact.log_p[i]) / 300;
    error += probed.variance[i] / 8 / 300 / 300;
  }
  CHECK(error > 0);
  CHECK(std::abs(far) < 4 * std::sqrt(error));
  // The entropy of two bumps of deviation .3 is ln 2 + 1.83 - 2.41 + 1 nats; a moment of training comes within 0.5 of it.
  CHECK(std::abs(-mean - (std::log(2.) + std::log(2 * M_PI * .09) + 1)) < .5);

  // another rule on a grid
  const LogDensities heun = tiny.log_p(x, R"({"sampler":"heun","steps":300})");
  double apart = 0;
  for (std::size_t i = 0; i < 300; ++i) apart += std::abs(heun.log_p[i] - exact.log_p[i]) / 300;
  CHECK(apart < .02);

  // data times 2^k: log p moves by -d k ln 2, to rounding
  const int k = 5;
  Tiny large(two_bumps(300, std::ldexp(1., k)));
  const LogDensities shifted = large.log_p(two_bumps(300, std::ldexp(1., k)));
  for (std::size_t i = 0; i < 300; ++i) CHECK(near(shifted.log_p[i], exact.log_p[i] - 2 * k * M_LN2, 1e-12));

  // some rows, other threads: the same bits
  const std::vector<int64_t> rows{250, 3, 77};
  const int before = threads();
  set_threads(3);
  const LogDensities some = tiny.log_p(x, R"({"divergence":"rademacher","probes":8})", nullptr, rows);
  set_threads(before);
  for (std::size_t i = 0; i < 3; ++i) CHECK(some.log_p[i] == probed.log_p[std::size_t(rows[i])]);
}

TEST_CASE("log densities: in a box the density integrates to one over it, and rows outside are refused") {
  Matrix<double> x(400, 1);
  normals(Stream(4) / "box", {0, 400}, 0, x);
  for (double& v : x.v) v = 3 / (1 + std::exp(-1.2 * v)) - 1;
  Tiny tiny(x, "[[-1, 2]]");
  const int n = 4000;
  Matrix<double> grid(n, 1);
  for (int i = 0; i < n; ++i) grid[i][0] = -1 + 3 * (i + .5) / n;
  double total = 0;
  for (const double l : tiny.log_p(grid).log_p) total += std::exp(l) * 3 / n;
  CHECK(std::abs(total - 1) < 2e-3);
  Matrix<double> edge(3, 1);
  edge.v = {-1, -1 + 1e-9, 2};  // the boundary counts as just inside
  for (const double l : tiny.log_p(edge).log_p) CHECK(std::isfinite(l));
  CHECK(tiny.log_p(edge).log_p[0] == tiny.log_p(edge).log_p[1]);
  edge.v[2] = 2.5;
  CHECK_THROWS_WITH(tiny.log_p(edge), Catch::Contains("row 2") && Catch::Contains("2.5") && Catch::Contains("[-1.0, 2.0]"));
}

TEST_CASE("log densities: given y, one for each row or one for all") {
  Matrix<double> x = two_bumps(400), y(400, 1);
  for (int i = 0; i < 400; ++i) y[i][0] = i % 2;
  Tiny tiny(x, "null", y, .2);
  const auto mean = [](const LogDensities& l) {
    double sum = 0;
    for (const double v : l.log_p) sum += v / double(l.log_p.size());
    return sum;
  };
  Matrix<double> other = y, one(1, 1);
  for (double& v : other.v) v = 1 - v;
  one[0][0] = 1;
  const LogDensities own = tiny.log_p(x, "{}", &y), none = tiny.log_p(x), same = tiny.log_p(x, "{}", &one);
  CHECK(mean(own) > mean(none) + .2);
  CHECK(mean(none) > mean(tiny.log_p(x, "{}", &other)) + .2);
  for (std::size_t i = 0; i < 400; ++i) CHECK((same.log_p[i] == own.log_p[i]) == (i % 2 == 1));
  const LogDensities some = tiny.log_p(x, "{}", &y, {5, 200});
  CHECK(some.log_p == std::vector<double>{own.log_p[5], own.log_p[200]});
  Matrix<double> few(7, 1);
  CHECK_THROWS_WITH(tiny.log_p(x, "{}", &few), Catch::Contains("400 rows and 7 observations"));
  Tiny strict(x, "null", y);
  CHECK_THROWS_WITH(strict.log_p(x), Catch::Contains("--y FILE"));
  Tiny plain(x);
  CHECK_THROWS_WITH(plain.log_p(x, "{}", &y), Catch::Contains("without a condition"));
}

TEST_CASE("log densities: an oracle, and what is refused") {
  const auto density = make<std::unique_ptr<Density>>(
      densities(), set({{"density", method(densities), Value(), "", true}},
                       R"({"density":{"type":"gaussian","mean":[0,0],"covariance":[[1,0.5],[0.5,2]]}})")["density"]);
  Matrix<double> x(2, 2);
  x.v = {.3, -.4, 1.5, 2};
  Progress silent;
  const auto ask = [&](const std::string& o) { return log_densities(*density, judge(), wish(o), 1, silent, all(2), x); };
  double own[2];
  density->logp(x, {0, -1, 1, .002}, own);
  const auto l = ask(R"({"process":{"type":"ve","sigma_max":1000},"sampler":{"type":"rk45","rtol":1e-9,"atol":1e-9}})").log_p;
  for (int i = 0; i < 2; ++i) CHECK(near(l[std::size_t(i)], own[i], 1e-5));
  CHECK_THROWS_WITH(ask(R"({"divergence":"exact","probes":3})"), Catch::Contains("--probes"));
  CHECK(ask(R"({"probes":3})").used["divergence"].text() == "rademacher");
  CHECK_THROWS_WITH(ask(R"({"params":"live"})"), Catch::Contains("no parameters"));
  CHECK(ask(R"({"process":"ddpm","sampler":"heun"})").used["t"].number() == Approx(.001));
  CHECK_THROWS_WITH(ask(R"({"process":"ddpm"})"), Catch::Contains("take heun"));
  CHECK(ask(R"({"process":"vp","end":0.01})").used["t"].number() == Approx(.01));
  CHECK_THROWS_WITH(ask(R"({"sampler":{"type":"ddim","eta":1}})"), Catch::Contains("adds noise"));
  CHECK_THROWS_WITH(ask(R"({"sampler":"ancestral"})"), Catch::Contains("adds noise"));
  CHECK_THROWS_WITH(ask(R"({"process":"vp","grid":"score-sde","sampler":"heun"})"), Catch::Contains("karras"));
  Matrix<double> three(2, 3);
  CHECK_THROWS_WITH(log_densities(*density, judge(), wish("{}"), 1, silent, all(2), three), Catch::Contains("3 columns"));

  Matrix<double> mean(1, 33);
  std::string zeros = "0";
  for (int i = 1; i < 33; ++i) zeros += ",0";
  const auto wide = make<std::unique_ptr<Density>>(
      densities(),
      set({{"density", method(densities), Value(), "", true}}, R"({"density":{"type":"gaussian","mean":[)" + zeros + "]}}")["density"]);
  const LogDensities many = log_densities(*wide, judge(), wish("{}"), 1, silent, {0}, mean);
  CHECK(many.used["divergence"].text() == "rademacher");
  CHECK(near(many.log_p[0], -33 * .5 * std::log(2 * M_PI), .01));  // the first level's and the tolerances' share
}

TEST_CASE("ddim-kl of rows in data units: the codec's share, a box, a condition, some rows, the nll below it") {
  const Matrix<double> x = two_bumps(300);
  const ModelMetric& bound = judge(R"({"type":"ddim-kl","draws":2})");
  const std::string few = R"({"steps":60})";
  Tiny tiny(x);
  const LogDensities l = tiny.log_p(x, few, nullptr, {}, bound), exact = tiny.log_p(x);
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double a : v) sum += a / double(v.size());
    return sum;
  };
  REQUIRE(l.terms.size() == 4);
  CHECK(l.terms[3].first == "codec");
  for (std::size_t i = 0; i < 300; ++i) {
    CHECK(near(l.terms[3].second[i], 2 * std::log(tiny.model().codec.affine.scale), 1e-12));
    CHECK(near(l.log_p[i], -l.terms[0].second[i] - l.terms[1].second[i] - l.terms[2].second[i] - l.terms[3].second[i], 1e-12));
  }
  CHECK(mean(l.log_p) < mean(exact.log_p));
  CHECK(l.used["steps"].integer() == 60);
  CHECK(l.used["eta_0"].number() == Approx(.002));  // the lowest level
  CHECK(tiny.log_p(x, few, nullptr, {}, judge(R"({"type":"ddim-kl","eta_0":0.01})")).used["eta_0"].number() == .01);

  // data times 2^k: log p moves by -d k ln 2, to rounding
  Tiny large(two_bumps(300, 32));
  const LogDensities shifted = large.log_p(two_bumps(300, 32), few, nullptr, {}, bound);
  for (std::size_t i = 0; i < 300; ++i) CHECK(near(shifted.log_p[i], l.log_p[i] - 2 * 5 * M_LN2, 1e-12));
  const LogDensities some = tiny.log_p(x, few, nullptr, {250, 3}, bound);
  CHECK(some.log_p == std::vector<double>{l.log_p[250], l.log_p[3]});

  // in a box, under the logit; and given y
  Matrix<double> boxed(400, 1);
  normals(Stream(4) / "box", {0, 400}, 0, boxed);
  for (double& v : boxed.v) v = 3 / (1 + std::exp(-1.2 * v)) - 1;
  Tiny box(boxed, "[[-1, 2]]");
  CHECK(mean(box.log_p(boxed, few, nullptr, {}, bound).log_p) < mean(box.log_p(boxed).log_p));
  Matrix<double> y(300, 1), other(300, 1);
  for (int i = 0; i < 300; ++i) y[i][0] = i % 2, other[i][0] = 1 - i % 2;
  Tiny given(x, "null", y);
  CHECK(mean(given.log_p(x, few, &y, {}, bound).log_p) > mean(given.log_p(x, few, &other, {}, bound).log_p) + 1);
}
