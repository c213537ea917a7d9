// Transports learned end to end: iterates of IMF and IPF between Gaussians against their recursions, flows against closed forms, and a
// training that is stopped and resumed anywhere.
#include "job/learned.h"

using namespace dm;
using namespace learned_test;

namespace {

Value options(const std::string& json) {
  std::vector<std::string> problems;
  Value v = resolve(job::dsbm_options(), parse_json(json, "test"), "", problems);
  throw_problems(problems);
  return v;
}

std::unique_ptr<job::BridgeTraining> trained(const std::string& json, const job::BridgeSide (&sides)[2]) {
  auto t = std::make_unique<job::BridgeTraining>(job::bridge_spec(options(json), 1, sides), sides);
  Progress silent;
  t->run(silent, 0, [] {});
  return t;
}

// Of flows, which have no sigma, and of bridges.
const std::string plain = R"("network": {"type": "mlp", "layers": 2, "width": 32}, "batch": 512, "warmup": 20, "rate": 0.005)";
const std::string small = plain + R"(, "sigma": 1)";

}  // namespace

TEST_CASE("half-iterations of dsbm follow the recursions of IMF and IPF between Gaussians", "[dsbm]") {
  const job::BridgeSide sides[] = {standard_rows(4000, "a"), standard_rows(4000, "b")};
  // Cov(X0, X1) of the pairs that each half-iteration's network makes.
  const struct {
    const char* method;
    double c[3];
  } table[] = {{"dsbm-imf", {.54629, .61114, .61739}}, {"dsbm-ipf", {.5, .66667, .6}}};
  for (const auto& row : table)
    for (int h = 0; h < 3; h += 1) {
      const auto t = trained("{" + small + R"(, "method": {"type": ")" + row.method +
                                 R"(", "steps": 700, "refresh": 700, "half_iterations": )" + std::to_string(h + 1) + "}}",
                             sides);
      const bool forward = h % 2;
      const Moments m = moved(t->model(), sides[forward ? 0 : 1].x,
                              std::string(R"({"steps": 40, "direction": ")") + (forward ? "forward" : "backward") + "\"}");
      CAPTURE(row.method, h, m.cross, m.variance);
      CHECK(std::abs(m.cross - row.c[h]) < .03);
    }
}

TEST_CASE("flows and interpolants carry a Gaussian to another, with any noise", "[dsbm]") {
  job::BridgeSide sides[] = {standard_rows(2000, "a"), standard_rows(2000, "b")};
  for (double& x : sides[1].x.v) x = 3 + .5 * x;
  for (const char* method :
       {R"({"type": "cfm", "steps": 800})", R"({"type": "ot-cfm", "steps": 400})", R"({"type": "rectified-flow", "steps": 400})",
        R"({"type": "sb-cfm", "steps": 800})", R"({"type": "sf2m", "steps": 1200})", R"({"type": "interpolant", "steps": 2000})",
        R"({"type": "interpolant", "steps": 2000, "path": "trigonometric"})"}) {
    const bool score = std::string(method).find("cfm") == std::string::npos && std::string(method).find("rectified") == std::string::npos;
    const bool noisy = score || std::string(method).find("sb-cfm") != std::string::npos;
    const auto t = trained("{" + (noisy ? small : plain) + R"(, "method": )" + method + "}", sides);
    CAPTURE(method);
    for (const char* noise : {"0", "1"}) {
      if (!score && *noise != '0') continue;
      if (!score && noise[1]) continue;
      CAPTURE(noise);
      const Moments there = moved(t->model(), sides[0].x, std::string(R"({"steps": 100, "noise": )") + noise + "}");
      CHECK(std::abs(there.mean - 3) < .06);
      CHECK(std::abs(there.variance - .25) < .05);
      const Moments back = moved(t->model(), sides[1].x, std::string(R"({"steps": 100, "direction": "backward", "noise": )") + noise + "}");
      CHECK(std::abs(back.mean) < .15);
      CHECK(std::abs(back.variance - 1) < .2);
    }
  }
}

// From N(0, 1) to N(3, .25): independent pairs make a flow whose paths are bent, X_t of standard deviation sqrt((1 - t)^2 + t^2 / 4); on
// the flow's own pairs, x1 = 3 + x0 / 2, they are straight, 1 - t / 2.
TEST_CASE("reflow straightens", "[dsbm]") {
  job::BridgeSide sides[] = {standard_rows(2000, "a"), standard_rows(2000, "b")};
  for (double& x : sides[1].x.v) x = 3 + .5 * x;
  const double sd[] = {.559, .75};
  for (const int rounds : {1, 2}) {
    const auto t =
        trained("{" + plain + R"(, "method": {"type": "rectified-flow", "steps": 500, "rounds": )" + std::to_string(rounds) + "}}", sides);
    CHECK(std::abs(std::sqrt(moved(t->model(), sides[0].x, R"({"steps": 40, "time": 0.5})").variance) - sd[rounds - 1]) < .05);
  }
}

TEST_CASE("half-iterations go on from the network as it was, or afresh, or in one direction", "[dsbm]") {
  job::BridgeSide sides[] = {standard_rows(1000, "a"), standard_rows(1000, "b")};
  for (double& x : sides[1].x.v) x = 3 + .5 * x;
  const auto run = [&](const char* more) {
    return trained(
        "{" + small + R"(, "codec": "identity", "method": {"type": "dsbm-imf", "steps": 100, "half_iterations": 3, )" + more + "}}", sides);
  };
  // losses of 1 step each; at 200 the backward network is taught again
  const std::vector<double> on = run(R"("fresh": false)")->model().loss, anew = run(R"("fresh": true)")->model().loss;
  CHECK(on[200] < .5 * on[0]);
  CHECK(anew[200] > .8 * anew[0]);
  for (const char* way : {"backward", "forward"}) {
    const int64_t forward = way[0] == 'f';
    const auto t = run((std::string(R"("directions": ")") + way + "\"").c_str());
    CHECK(t->model().trained == std::vector<int64_t>{1 - forward, forward});
    CHECK(t->model().phase_ends.forward == std::vector<int64_t>(3, forward));
  }
}

TEST_CASE("data times 2^k gives transports times 2^k, bit for bit", "[dsbm]") {
  job::BridgeSide sides[] = {standard_rows(300, "a"), standard_rows(300, "b")};
  for (double& x : sides[1].x.v) x = 3 + .5 * x;
  const std::string spec =
      R"({"network": {"type": "mlp", "layers": 1, "width": 16}, "batch": 64, "method": {"type": "dsbm-imf", "steps": 30, "half_iterations": 3, "refresh": 20}, "sigma": )";
  const auto run = [&](double scale) {
    job::BridgeSide scaled[] = {sides[0], sides[1]};
    for (auto& s : scaled)
      for (double& x : s.x.v) x *= scale;
    const auto t = trained(spec + to_json(.75 * scale) + "}", scaled);
    std::vector<std::string> problems;
    const Value o = resolve(job::sample_options(), Value::object(), "", problems);
    Progress silent;
    const auto transport = t->model().transport();
    return job::sample(t->model().bridged(*transport), o, 3, silent, {&scaled[0].x}).x.v;
  };
  const std::vector<double> one = run(1), eight = run(8);
  for (std::size_t i = 0; i < one.size(); ++i) REQUIRE(eight[i] == 8 * one[i]);
}

TEST_CASE("path energies of an exact bridge: drift 2 sigma^2 KL, flow, half of the way", "[dsbm]") {
  const int n = 20000, d = 2;
  std::vector<std::string> problems;
  const Value spec = resolve(
      bridges(), parse_json(R"({"type": "gaussian", "mean0": [-0.1, -0.1], "mean1": [0.1, 0.1], "sigma": 1})", "test"), "", problems);
  const auto bridge = make<std::unique_ptr<Transport>>(bridges(), spec);
  const AffineCodec identity = AffineCodec::identity(d);
  Matrix<double> from(n, d);
  normals(Stream(5), {0, n}, 0, from);
  for (double& x : from.v) x -= .1;
  const auto energy = [&](const std::string& json) {
    const Value o = resolve(job::sample_options(), parse_json(json, "test"), "", problems);
    throw_problems(problems);
    Progress silent;
    const job::Samples s = job::sample(job::Bridged{bridge.get(), identity}, o, 3, silent, {&from});
    REQUIRE(s.energy.size() == std::size_t(n));
    double mean = 0;
    for (const double e : s.energy) mean += e / n;
    return mean;
  };
  CHECK(near(energy(R"({"steps": 200})"), d * .2851438, .02));
  CHECK(near(energy(R"({"steps": 200, "sampler": "ancestral"})"), d * .2851438, .02));
  CHECK(near(energy(R"({"steps": 100, "sampler": "heun"})"), d * .0445379, .01));
  CHECK(near(energy(R"({"steps": 100, "sampler": "ddim", "grid": "even", "time": 0.5})"), d * .0445379 / 2, .01));
}

// Two unit Gaussians about -.1 and .1, sigma 1: the bridge has W2 0 to its ends and the energy .2851 of either way (bridges in closed form
// above). 500 rows: the floor is that of W2 in one dimension, the energy's standard error is .02.
TEST_CASE("the ends of half-iterations: distance, floor and energy, resumed alike", "[dsbm]") {
  job::BridgeSide sides[] = {standard_rows(2000, "a"), standard_rows(2000, "b")};
  for (double& x : sides[0].x.v) x -= .1;
  for (double& x : sides[1].x.v) x += .1;
  const auto t = trained("{" + small + R"(, "method": {"type": "dsbm-imf", "steps": 500, "refresh": 250, "half_iterations": 3}})", sides);
  const job::PhaseEnds& ends = t->model().phase_ends;
  CHECK(ends.forward == std::vector<int64_t>{0, 1, 0});
  CHECK(ends.step == std::vector<double>{500, 1000, 1500});
  for (std::size_t k = 0; k < 3; ++k) {
    CAPTURE(ends.sentence(k));
    CHECK(ends.floor[k] > .01);
    CHECK(ends.floor[k] < .25);
    CHECK(ends.w2[k] < .3);
    if (k) CHECK(std::abs(ends.energy[k] - .2851) < .08);
  }
  CHECK(ends.sentence(1).find("step 1000, forward: W2 to the second set 0.") == 0);
  // a set that stands apart is seen where it is
  sides[1].x.v.assign(2000, 50);
  for (int i = 0; i < 2000; ++i) sides[1].x[i][0] += .01 * i / 2000;
  const auto flow = trained("{" + plain + R"(, "method": {"type": "cfm", "steps": 2}})", sides);
  CHECK(flow->model().phase_ends.w2[0] > 1);
  CHECK(flow->model().phase_ends.floor[0] < .01);
  CHECK_THAT(flow->warning(), Catch::Contains("rows that are taken forward end 50 (W2)") && Catch::Contains("from the second set"));
  CHECK(t->warning().empty());
  // networks whose rows run away are kept, and said to do so
  const auto wild = trained(
      R"({"network": {"type": "mlp", "layers": 1, "width": 8}, "codec": "identity", "batch": 8, "sigma": 1, "rate": 1e25, "warmup": 0,
      "ema": 0, "method": {"type": "dsbm-imf", "steps": 1, "half_iterations": 1}})",
      sides);
  CHECK_THAT(wild->warning(), Catch::StartsWith("the rows that were taken backward are not finite"));
  CHECK(wild->model().phase_ends.sentence(0) == "step 1, backward: the rows that were moved are not finite");
  // of few rows the floor compares halves that share none
  const job::BridgeSide few[] = {standard_rows(200, "a"), standard_rows(200, "b")};
  CHECK(trained("{" + plain + R"(, "method": {"type": "cfm", "steps": 2}})", few)->model().phase_ends.floor[0] > .03);
}

TEST_CASE("what a method has no use for is refused, and only where it is given", "[dsbm]") {
  const job::BridgeSide sides[] = {standard_rows(50, "a"), standard_rows(50, "b")};
  const auto said = [&](const std::string& json) {
    try {
      job::BridgeTraining(job::bridge_spec(options(json), 1, sides), sides);
    } catch (const Error& e) {
      CHECK(e.code() == Exit::spec);
      return std::string(e.what());
    }
    return std::string();
  };
  for (const char* method : {"cfm", "ot-cfm", "rectified-flow", "sb-cfm", "sf2m", "interpolant", "dsbm-imf"}) {
    CAPTURE(method);
    const std::string m = std::string(R"({"method": ")") + method + "\"", name = method;
    const bool straight = name == "cfm" || name == "ot-cfm" || name == "rectified-flow", flow = name != "dsbm-imf";
    CHECK(said(m + "}").empty());
    CHECK((said(m + R"(, "sigma": 1})") == "the method " + name + " has no use for --sigma, which is 1.0; leave it out") == straight);
    for (const char* more : {R"("reference": "ou")", R"("predict": "drift")", R"("weighting": "std")"})
      CHECK(said(m + ", " + more + "}").empty() == !flow);
  }
}

TEST_CASE("a learned transport has its moving average, and its last parameters", "[dsbm]") {
  const job::BridgeSide sides[] = {standard_rows(50, "a"), standard_rows(50, "b")};
  const auto t = trained("{" + plain + R"(, "method": {"type": "cfm", "steps": 5}})", sides);
  const auto x0 = [&](bool live) {
    const auto transport = t->model().transport(live);
    const Way go = transport->flow(Direction::forward);
    Matrix<double> x(1, 1), end(1, 1), eps(1, 1);
    x[0][0] = .3;
    Pred out{end, eps};
    const Level l = go.schedule->at(.5);
    go.denoiser->eval({{0, 1}, {x}}, {&l, true}, out);
    return end[0][0];
  };
  const double average = x0(false), live = x0(true);
  CHECK(average != live);
  t->model().ema[0] = t->model().params[0];
  CHECK(x0(false) == live);
}
