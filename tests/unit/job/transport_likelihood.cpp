// Log-densities through the flow of a transport: closed forms, what is learned, mass, refusals.
#include <cmath>
#include <cstring>

#include "bridge/fixtures.h"
#include "bridge/mixture.h"
#include "bridge/regressed.h"
#include "job/ipf.h"
#include "job/learned.h"
#include "job/likelihood.h"

using namespace bridges_test;

namespace transport_likelihood {

Value wish(const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(job::likelihood_options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

const ModelMetric& judge(const std::string& name) {
  static std::vector<std::unique_ptr<Metric>> kept;
  std::vector<std::string> problems;
  kept.push_back(make_metric(resolve(metrics(), parse_json(name, "test"), "", problems)));
  return *kept.back()->of_model();
}

LogDensities log_p(const job::Bridged& b, const Matrix<double>& x, const std::string& options, const Matrix<double>* y = nullptr,
                   const char* metric = "\"nll\"") {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < x.rows; ++i) rows.push_back(i);
  Progress silent;
  return job::log_densities(b, judge(metric), wish(options), 1, silent, rows, x, y);
}

// A bridge in closed form, in data units.
LogDensities log_p(const Transport& t, const Matrix<double>& x, const std::string& options, const char* metric = "\"nll\"") {
  const AffineCodec identity = AffineCodec::identity(t.dim());
  const std::shared_ptr<const Law> starts[2] = {t.start(Direction::forward), t.start(Direction::backward)};
  return log_p(job::Bridged{&t, identity, 1, {starts[0].get(), starts[1].get()}}, x, options, nullptr, metric);
}

std::string tight(Direction way, const char* more = "") {
  return std::string(R"({"sampler": {"type": "rk45", "rtol": 1e-9, "atol": 1e-9}, "direction": ")") + job::name_of(way) + "\"" + more + "}";
}

// Of the law that rows have which went this way.
std::vector<double> exact(const GaussianMixture& p, const Matrix<double>& x) {
  std::vector<double> out(std::size_t(x.rows));
  p.logp(x, Level{}, out.data());
  return out;
}
GaussianMixture mixture(const Gaussian& g) { return {{1}, matrix(1, int64_t(g.mean.size()), g.mean), {g.cov}}; }

Matrix<double> grid(double from, double to, int n) {
  Matrix<double> x(n, 1);
  for (int i = 0; i < n; ++i) x[i][0] = from + (to - from) * i / (n - 1);
  return x;
}
double mass(const LogDensities& l, const Matrix<double>& x) {
  double sum = 0;
  for (const double v : l.log_p) sum += std::exp(v) * (x[1][0] - x[0][0]);
  return sum;
}

job::BridgeSide law(const char* json) { return {{}, {}, {}, parse_json(json, "test")}; }

std::unique_ptr<job::BridgeTraining> learned(const std::string& json, const job::BridgeSide (&sides)[2], const char* command = "dm-dsbm") {
  std::vector<std::string> problems;
  const bool ipf = command == std::string("dm-ipf");
  const Value section = resolve(ipf ? job::ipf_options() : job::dsbm_options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  auto t = std::make_unique<job::BridgeTraining>(job::bridge_spec(section, 1, sides, command), sides);
  Progress silent;
  t->run(silent, 0, [] {});
  return t;
}

}  // namespace transport_likelihood
using namespace transport_likelihood;

TEST_CASE("transport likelihood: a Gaussian bridge ends in its Gaussians, either way, under any reference") {
  for (const char* kind : kinds)
    for (const int d : {1, 3}) {
      const GaussianBridge b = d == 1 ? scalar(.3, 1.4, -1, .5, .8, kind) : correlated(kind, .9);
      const Matrix<double> x = d == 1 ? matrix(4, 1, {-2, -.4, .3, 1.7}) : matrix(3, 3, {0, 0, 0, 1, -1, 2, -.7, 1.2, .4});
      for (const Direction way : {Direction::backward, Direction::forward}) {
        CAPTURE(kind, d, job::name_of(way));
        const std::vector<double> truth = exact(mixture(b.marginal(way == Direction::forward)), x);
        const LogDensities l = log_p(b, x, tight(way));
        for (std::size_t i = 0; i < truth.size(); ++i) CHECK(near(l.log_p[i], truth[i], 1e-6));
        CHECK(l.used["t"].number() == (way == Direction::forward ? 1 : 0));
        CHECK(l.used["direction"].text() == job::name_of(way));
        // on the default grid every rule; probes of a Jacobian, whose mean is the trace
        for (const auto& [rule, error] : {std::pair{"heun", 2e-4}, {"ddim", 4e-2}, {"dpmpp-2m", 1e-3}}) {
          const LogDensities by =
              log_p(b, x, std::string(R"({"sampler": ")") + rule + R"(", "steps": 200, "direction": ")" + job::name_of(way) + "\"}");
          CAPTURE(rule);
          for (std::size_t i = 0; i < truth.size(); ++i) CHECK(near(by.log_p[i], truth[i], error));
        }
        const LogDensities probed = log_p(b, x, tight(way, R"(, "probes": 1000)"));
        for (std::size_t i = 0; i < truth.size(); ++i)
          CHECK(std::abs(probed.log_p[i] - truth[i]) < 5 * std::sqrt(probed.variance[i] / 1000) + 1e-6);
      }
    }
}

TEST_CASE("transport likelihood: mixture bridges, and the closed form of two sets") {
  const auto phi = std::make_shared<const GaussianMixture>(std::vector<double>{.4, .6}, matrix(2, 2, {-1, .5, 1, 0}),
                                                           std::vector{matrix(2, 2, {.5, .2, .2, .4}), matrix(2, 2, {.3, -.1, -.1, .9})});
  const auto h = std::make_shared<const GaussianMixture>(std::vector<double>{.5, .5}, matrix(2, 2, {0, 2, 1.5, -1}),
                                                         std::vector{matrix(2, 2, {.2, 0, 0, .7}), matrix(2, 2, {.6, .3, .3, .4})});
  const Matrix<double> x = matrix(4, 2, {0, 0, 1, -1, -.3, 1.5, 1.1, .2});
  for (const char* kind : kinds) {
    const MixtureBridge b(phi, h, reference(kind, .9));
    for (const Direction way : {Direction::backward, Direction::forward}) {
      CAPTURE(kind, job::name_of(way));
      const std::vector<double> truth = exact(b.marginal(way == Direction::forward), x);
      const LogDensities l = log_p(b, x, tight(way));
      for (std::size_t i = 0; i < truth.size(); ++i) CHECK(near(l.log_p[i], truth[i], 1e-6));
    }
  }
}

// Between Gaussians the best velocity of cfm is linear, and makes N(3, .25) of N(0, 1) exactly. The mean of log p over rows of that law is
// the divergence from it to what was learned below its own, so never above. The rows have exact moments, so that own mean is exact.
TEST_CASE("transport likelihood: flows and bridges learned from a law, in any unit") {
  const auto options = [](const char* sigma, const char* method) {
    return std::string(R"({"network": {"type": "mlp", "layers": 2, "width": 32}, "batch": 256, "warmup": 20, "rate": 0.005, )") + sigma +
           R"("method": )" + method + "}";
  };
  const char* const loose = R"({"sampler": {"type": "rk45", "rtol": 1e-4, "atol": 1e-4}})";
  job::BridgeSide sides[] = {law(R"({"type": "gaussian", "mean": [0], "covariance": 1})"), learned_test::standard_rows(2000, "b")};
  for (double& x : sides[1].x.v) x = 3 + .5 * x;
  const double own = -.5 - .5 * std::log(2 * M_PI * .25);
  const Matrix<double> fine = grid(-2, 8, 401);
  const struct {
    const char* method;
    double apart;  // a small network, soon stopped
  } table[] = {{R"({"type": "cfm", "steps": 800})", .01},
               {R"({"type": "sf2m", "steps": 300})", .1},
               {R"({"type": "dsbm-imf", "steps": 300, "half_iterations": 2, "refresh": 300})", .1}};
  for (const auto& [method, apart] : table) {
    const auto t = learned(options(std::strstr(method, "cfm") ? "" : R"("sigma": 1, )", method), sides);
    const auto transport = t->model().transport();
    const job::Bridged b = t->model().bridged(*transport);
    CAPTURE(method);
    CHECK(std::abs(mass(log_p(b, fine, "{}"), fine) - 1) < 1e-3);  // whatever was learned
    double mean = 0;
    for (const double v : log_p(b, sides[1].x, loose).log_p) mean += v / 2000;
    CHECK(mean < own + 1e-3);
    CHECK(mean > own - apart);
    CHECK_THROWS_WITH(log_p(b, fine, R"({"direction": "backward"})"), Catch::Contains("density"));
  }
  // data times 2^k: log p moves by -d k ln 2, to rounding
  job::BridgeSide eight[] = {law(R"({"type": "gaussian", "mean": [0], "covariance": 64})"), sides[1]};
  for (double& x : eight[1].x.v) x *= 8;
  const char* const brief = R"({"type": "cfm", "steps": 50})";
  const auto one = learned(options("", brief), sides), large = learned(options("", brief), eight);
  const auto small = one->model().transport(), wide = large->model().transport();
  const LogDensities l = log_p(one->model().bridged(*small), sides[1].x, loose),
                     scaled = log_p(large->model().bridged(*wide), eight[1].x, loose);
  for (std::size_t i = 0; i < 2000; ++i) CHECK(near(scaled.log_p[i], l.log_p[i] - 3 * M_LN2, 1e-12));
}

TEST_CASE("transport likelihood: given y, from a law of x and from one of x given y") {
  const int n = 600;
  job::BridgeSide joint = learned_test::standard_rows(n, "a"), none;
  joint.y = learned_test::standard_rows(n, "noise").x;
  for (int i = 0; i < n; ++i) joint.y[i][0] = joint.x[i][0] + .5 * joint.y[i][0];
  const Matrix<double> fine = grid(-6, 6, 301);
  Matrix<double> y(1, 1);
  for (const bool c : {false, true}) {
    const job::BridgeSide sides[] = {joint, c ? job::BridgeSide{} : law(R"({"type": "gaussian", "mean": [0], "covariance": 1})")};
    const auto t =
        learned(std::string(R"({"sigma": 1, "method": {"network": {"type": "mlp", "layers": 1, "width": 24}, "batch": 128, "rate": 0.005,
        "steps": 150, "half_iterations": 2, "type": ")") +
                    (c ? "cdsb-c" : "cdsb") + "\"}}",
                sides, "dm-ipf");
    const auto transport = t->model().transport();
    const job::Bridged b = t->model().bridged(*transport);
    double at[2];
    for (const int k : {0, 1}) {
      y[0][0] = k ? 1.2 : -.7;
      const LogDensities l = log_p(b, fine, R"({"direction": "backward"})", &y);
      CHECK(std::abs(mass(l, fine) - 1) < 1e-3);
      at[k] = l.log_p[180];
    }
    CHECK(at[1] > at[0]);  // x = 1.2 fits y = 1.2
    CHECK_THROWS_WITH(log_p(b, fine, R"({"direction": "backward"})"), Catch::Contains("--y FILE"));
  }
}

TEST_CASE("a fitted conditional Gaussian states its density") {
  const int n = 50;
  Matrix<double> x(n, 2), given(n, 2);
  normals(Stream(1), {0, n}, 0, x);
  for (int i = 0; i < n; ++i) given[i][0] = .1 * i, given[i][1] = 1, x[i][1] += given[i][0];
  std::vector<std::string> problems;
  Regressed law(2, 2, resolve(features(), parse_json("\"linear\"", "test"), "", problems));
  law.fit(x, given, {}, 1e-6, Stream(2));
  std::vector<double> out(static_cast<std::size_t>(n)), m(2);
  law.logp(given, x, out.data());
  for (int i = 0; i < n; ++i) {
    law.mean(given[i], m.data());
    const Matrix<double> s2 = matrix(2, 2, {law.deviation() * law.deviation(), 0, 0, law.deviation() * law.deviation()});
    CHECK(near(out[std::size_t(i)], exact(mixture(Gaussian{m, s2}), matrix(1, 2, {x[i][0], x[i][1]}))[0], 1e-12));
  }
}

TEST_CASE("transport likelihood: what is refused") {
  const GaussianBridge b = scalar(0, 1, 1, 1, 1);
  const Matrix<double> x = matrix(1, 1, {.5});
  CHECK_THROWS_WITH(log_p(b, x, "{}", "\"ddim-kl\""), Catch::Contains("take the metric nll"));
  CHECK_THROWS_WITH(log_p(b, x, R"({"end": 0.1})"), Catch::Contains("--end"));
  CHECK_THROWS_WITH(log_p(b, x, R"({"process": "vp"})"), Catch::Contains("--process"));
  CHECK_THROWS_WITH(log_p(b, x, R"({"sampler": "ancestral"})"), Catch::Contains("adds noise"));
  CHECK_THROWS_WITH(log_p(b, matrix(1, 2, {0, 0}), "{}"), Catch::Contains("2 columns"));
  const AffineCodec identity = AffineCodec::identity(1);
  CHECK_THROWS_WITH(log_p(job::Bridged{&b, identity}, x, "{}"), Catch::Contains("first set") && Catch::Contains("oracle"));
  CHECK_THROWS_WITH(log_p(job::Bridged{&b, identity}, x, R"({"direction": "backward"})"), Catch::Contains("second set"));
}
