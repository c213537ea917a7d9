// The learned IPF of dm-ipf end to end: its iterates between Gaussians against the exact recursion, conditional bridges against a posterior
// in closed form.
#include "job/ipf.h"
#include "job/learned.h"

using namespace dm;
using namespace learned_test;

namespace dsb_test {

std::unique_ptr<job::BridgeTraining> ipf_trained(const std::string& method, const job::BridgeSide (&sides)[2]) {
  std::vector<std::string> problems;
  const Value section = resolve(
      job::ipf_options(),
      parse_json(
          R"({"sigma": 1, "method": {"network": {"type": "mlp", "layers": 2, "width": 32}, "batch": 512, "warmup": 20, "rate": 0.005, )" +
              method + "}}",
          "test"),
      "", problems);
  throw_problems(problems);
  auto t = std::make_unique<job::BridgeTraining>(job::bridge_spec(section, 1, sides, "dm-ipf"), sides);
  Progress silent;
  t->run(silent, 0, [] {});
  return t;
}

}  // namespace dsb_test
using namespace dsb_test;

// Exact: .5, .66667, .6, .625. In the way each half-iteration ends with.
TEST_CASE("half-iterations of dsb follow the recursion of IPF between Gaussians", "[dsb]") {
  const job::BridgeSide sides[] = {standard_rows(4000, "a"), standard_rows(4000, "b")};
  const double exact[] = {.5, .66667, .6, .625};
  const Matrix<double> from = standard_rows(20000, "c").x;  // standard error of the cross moment .006
  const auto follow = [&](const char* target, int h) {
    const auto t = ipf_trained(std::string(R"("type": "dsb", "steps": 600, "refresh": 150, "target": ")") + target +
                                   R"(", "half_iterations": )" + std::to_string(h + 1),
                               sides);
    const bool forward = h % 2;
    const Moments m = moved(t->model(), from, std::string(R"({"steps": 30, "direction": ")") + (forward ? "forward" : "backward") + "\"}");
    CAPTURE(target, h, m.cross, m.variance, m.mean);
    CHECK(std::abs(m.cross - exact[h]) < .03);
    CHECK(std::abs(t->model().loss.back() - 1) < .15);  // in units of the noise, whose share no regression explains
  };
  for (int h = 0; h < 4; ++h) follow("mean-match", h);
  follow("increment", 1);
}

// x ~ N(0, 1), y = x + N(0, 1/4): x given y is N(.8 y, .2).
TEST_CASE("cdsb and cdsb-c draw a posterior", "[dsb]") {
  const int n = 8000;
  job::BridgeSide joint = standard_rows(n, "a"),
                  normal{{}, {}, {}, parse_json(R"({"type": "gaussian", "mean": [0], "covariance": 1})", "test")};
  joint.y = standard_rows(n, "noise").x;
  for (int i = 0; i < n; ++i) joint.y[i][0] = joint.x[i][0] + .5 * joint.y[i][0];
  std::vector<std::string> problems;
  for (const bool c : {false, true}) {
    job::BridgeSide sides[] = {joint, c ? job::BridgeSide{} : normal};
    const auto t =
        ipf_trained(std::string(R"("steps": 800, "refresh": 200, "half_iterations": 3, "type": ")") + (c ? "cdsb-c\"" : "cdsb\""), sides);
    const Value o =
        resolve(job::sample_options(), parse_json(R"({"n": 4000, "steps": 30, "direction": "backward"})", "test"), "", problems);
    Progress silent;
    Matrix<double> y(2, 1);
    y[0][0] = 1.2, y[1][0] = -.7;
    const auto transport = t->model().transport();
    const job::Samples s = job::sample(t->model().bridged(*transport), o, 3, silent, {nullptr, &y});
    REQUIRE(s.x.rows == 8000);
    for (const int k : {0, 1}) {
      double mean = 0, variance = 0;
      for (int i = 0; i < 4000; ++i) mean += s.x[k * 4000 + i][0] / 4000;
      for (int i = 0; i < 4000; ++i) variance += std::pow(s.x[k * 4000 + i][0] - mean, 2) / 4000;
      CAPTURE(c, k, mean, variance);
      CHECK(std::abs(mean - .8 * y[k][0]) < .05);
      CHECK(std::abs(variance - .2) < .04);
    }
  }
  const job::BridgeSide untold[] = {standard_rows(100, "a"), normal}, both[] = {joint, normal}, one[] = {joint, {}};
  CHECK_THROWS_AS(ipf_trained(R"("type": "cdsb")", untold), Error);
  CHECK_THROWS_AS(ipf_trained(R"("type": "cdsb-c")", both), Error);
  CHECK_THROWS_AS(ipf_trained(R"("type": "cdsb")", one), Error);
}
