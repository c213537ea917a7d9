#include <map>

#include "density/gaussian_mixture.h"
#include "fixtures.h"
#include "test.h"
#include "train/registry.h"
#include "train/trainer.h"
#include "train/weighting.h"

using namespace dm;

namespace {

std::unique_ptr<Process> process_of(const std::string& json) {
  return make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), json));
}
std::unique_ptr<Objective> objective_of(const std::string& json, const Process& p) {
  return make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), json), p);
}

GaussianMixture isotropic(int d, double variance) {
  Matrix<double> mean(1, d), c(d, d);
  for (int j = 0; j < d; ++j) c[j][j] = variance;
  return {{1}, mean, {c}};
}

// The tutorial's nine modes: {-10, 0, 10}^2, first coordinate fastest, variance .1.
GaussianMixture nine_modes() {
  Matrix<double> means(9, 2), c(2, 2);
  for (int k = 0; k < 9; ++k) means[k][0] = 10 * (k % 3 - 1), means[k][1] = 10 * (k / 3 - 1);
  c[0][0] = c[1][1] = .1;
  return {
      {.6439377, .3225157, .1934937, .8864933, .7247435, .1919301, .3451309, .2523831, .6319014}, means, std::vector<Matrix<double>>(9, c)};
}

struct Estimate {
  double mean, se;
  bool agrees(double expected, double sigmas = 3) const { return std::abs(mean - expected) < sigmas * se; }
};

// A query of n rows of the law, filled by the objective at step k.
struct Tile {
  Matrix<double> x0, x;
  Query q;
  Tile(const Law& law, const Objective& objective, const Regressor& f, int n, int k) : x0(n, f.d), x(n, f.d) {
    law.draw(Stream(11) / uint64_t(k), {0, n}, x0);
    q = {{{0, n}, {x}},
         std::vector<Level>(std::size_t(n)),
         Matrix<float>(n, f.d),
         std::vector<float>(std::size_t(n)),
         Stream(12) / uint64_t(k)};
    objective.fill(q.stream, {{0, n}, {x0}}, f, q);
  }
};

// The objective's mean loss a row, through the code that trains, of any prediction on rows of the law.
Estimate loss_of(const Objective& objective, const Regressor& f, const ParamSet<float>& params, const Law& law, int tiles) {
  const int n = 64;
  double sum = 0, square = 0;
  for (int k = 0; k < tiles; ++k) {
    Tile tile(law, objective, f, n, k);
    Arena arena;
    Tape<float> tape(params, arena);
    const double loss = tape.value(objective.loss(tape, f, tile.q))[0][0] / double(n);
    sum += loss, square += loss * loss;
  }
  const double mean = sum / tiles;
  return {mean, std::sqrt((square / tiles - mean * mean) / (tiles - 1))};
}

// Of the exact prediction of the law: the floor.
Estimate floor_of(const std::string& objective, const std::string& process, const GaussianMixture& law, int tiles,
                  Kind kind = Kind::score) {
  const auto p = process_of(process);
  const Layout none;
  return loss_of(*objective_of(objective, *p), DenoiserRegressor(law, kind), ParamSet<float>(none), law, tiles);
}

const std::string wide_ve = R"({"type":"ve","sigma_min":0.001,"sigma_max":80})";

}  // namespace

TEST_CASE("objectives: the floors of the tutorial's nine modes, with the exact score in the network's place") {
  const GaussianMixture law = nine_modes();
  const auto ism = floor_of(R"({"type":"ism"})", wide_ve, law, 1500);
  CHECK(ism.se < .06);
  CHECK(ism.agrees(-10));
  const auto dsm = floor_of(R"({"type":"dsm-level","sigma":1})", wide_ve, law, 1500);
  CHECK(dsm.se < .001);
  CHECK(dsm.agrees(.1 * 2 / 1.1));
  const auto ncsn = floor_of(R"({"type":"ncsn","law":"log-normal","sigma_min":0.02,"sigma_max":10,"reduction":"sum"})", wide_ve, law, 4000);
  CHECK(ncsn.se < .004);
  CHECK(ncsn.agrees(.809));
}

TEST_CASE("ism, ssm: every probe, form and parametrisation has the same mean; what is exact has no spread beyond the rows'") {
  const double c = .5;
  const GaussianMixture law = isotropic(2, c);
  const double sigma = .4, floor = -2 / (2 * (c + sigma * sigma));
  double se_ism = 0;
  for (const char* json :
       {R"({"type":"ism","sigma":0.4})", R"({"type":"ism","sigma":0.4,"trace":"rademacher"})",
        R"({"type":"ism","sigma":0.4,"trace":"gaussian"})", R"({"type":"ssm","sigma":0.4})",
        R"({"type":"ssm","sigma":0.4,"projection":"sphere"})", R"({"type":"ssm","sigma":0.4,"projection":"gaussian","probes":3})",
        R"({"type":"ssm","sigma":0.4,"form":"ssm"})", R"({"type":"ssm","sigma":0.4,"form":"ssm","projection":"sphere"})",
        R"({"type":"ssm","sigma":0.4,"form":"ssm","projection":"gaussian","probes":2})"}) {
    INFO(json);
    const auto e = floor_of(json, wide_ve, law, 400);
    CHECK(e.se < .06);
    CHECK(e.agrees(floor));
    if (se_ism == 0) se_ism = e.se;
    // the score of N(0, c I) has a Jacobian that is a multiple of I, so these add no spread
    if (std::string(json).find("rademacher") != std::string::npos || std::string(json) == R"({"type":"ssm","sigma":0.4})")
      CHECK(near(e.se, se_ism, 1e-6));
  }
  const auto p = process_of("\"vp\"");
  const Layout none;
  const ParamSet<float> params(none);
  for (const char* json :
       {R"({"type":"ism","sigma":0.7})", R"({"type":"ssm","sigma":0.7,"form":"ssm","projection":"sphere","probes":2})"}) {
    const auto objective = objective_of(json, *p);
    const double expected = loss_of(*objective, DenoiserRegressor(law, Kind::score), params, law, 4).mean;
    for (const auto& kind : kind_names()) {
      INFO(json << " " << kind);
      CHECK(loss_of(*objective, DenoiserRegressor(law, kind_named(kind), .7), params, law, 4).mean == Approx(expected).epsilon(1e-5));
    }
  }
}

TEST_CASE("dsm: importance-sampled time has the same loss as uniform time, and no variance of the weight under the likelihood weighting") {
  // N(0, c I) under ve: E|eps - epshat|^2 / d = c / (c + sigma^2), and the likelihood loss is int g^2 / sigma^2 c / (c + sigma^2) dt
  const double c = .7, lo = .01, hi = 10;
  const GaussianMixture law = isotropic(2, c);
  const std::string ve = R"({"type":"ve","sigma_min":0.01,"sigma_max":10})";
  const double expected = std::log((c / (hi * hi) + 1) / (c / (lo * lo) + 1)) * -1;
  for (const char* time : {"uniform", "importance"}) {
    INFO(time);
    const auto e = floor_of(std::string(R"({"type":"dsm","t_min":0,"weighting":"likelihood","time":")") + time + "\"}", ve, law, 1000);
    CHECK(e.agrees(expected));
  }
  // a process whose g^2 / sigma^2 is not constant: the two agree with each other, with the same rows' errors far less spread
  double mean[2], se[2];
  for (int k = 0; k < 2; ++k) {
    const auto e =
        floor_of(std::string(R"({"type":"dsm","t_min":0.001,"weighting":"likelihood","time":")") + (k ? "importance" : "uniform") + "\"}",
                 "\"vp\"", law, 2000);
    mean[k] = e.mean, se[k] = e.se;
  }
  CHECK(std::abs(mean[0] - mean[1]) < 3 * std::hypot(se[0], se[1]));
  CHECK(se[1] < .6 * se[0]);

  const auto p = process_of("\"vp\"");
  const DenoiserRegressor f(law, Kind::eps);
  const auto importance = objective_of(R"({"type":"dsm","t_min":0.001,"weighting":"likelihood","time":"importance"})", *p);
  const Tile tile(law, *importance, f, 64, 0);
  for (const float w : tile.q.weight) CHECK(near(w, tile.q.weight[0], 1e-5));
  CHECK_THROWS_WITH(objective_of(R"({"type":"dsm","time":"importance"})", *process_of("\"ddpm\"")), Catch::Contains("continuous time"));
  CHECK_THROWS_WITH(objective_of(R"({"type":"dsm","time":"importance","t_min":0})", *p), Catch::Contains("diverges at 0"));
}

TEST_CASE("weightings: what they are of the score and of x0, at one level") {
  const Level l{.5, -1, .8, .5};
  const auto p = process_of("\"vp\"");
  const double s2 = std::pow(.5 / .8, 2), snr = 1 / s2, sd = .6;
  const std::map<std::string, double> of_x0 = {{"x0", 1},
                                               {"snr", snr},
                                               {"std2", snr},
                                               {"snr+1", snr + 1},
                                               {"truncated-snr", std::max(snr, 1.0)},
                                               {"min-snr", std::min(snr, 5.0)},
                                               {"soft-min-snr", 1 / (s2 + sd * sd)},
                                               {"edm", snr + 1 / (sd * sd)},
                                               {"uniform", 1 / (s2 * .5 * .5)},
                                               {"likelihood", p->linear()->g2(.5) / (s2 * .5 * .5)}};
  CHECK(of_x0.size() == weightings().methods.size());
  for (const auto& [name, c] : of_x0) {
    INFO(name);
    const auto w = make<Weighting>(weightings(), resolved_method(weightings(), "\"" + name + "\""));
    CHECK(near(w(*p->linear(), l, sd), c * s2, 1e-12));
  }
  const auto cut = make<Weighting>(weightings(), resolved_method(weightings(), R"({"type":"min-snr","gamma":2})"));
  CHECK(near(cut(*p->linear(), l, sd), 2 * s2, 1e-12));
}

TEST_CASE("ncsn, ddpm, dsm-level: levels, pairs, reductions") {
  const GaussianMixture law = isotropic(2, 1);
  const DenoiserRegressor f(law, Kind::eps);
  const auto ve = process_of("\"ve\""), table = process_of(R"({"type":"ddpm","levels":10})");

  const auto ncsn = objective_of(R"({"type":"ncsn","levels":5,"sigma_min":0.01,"sigma_max":100})", *ve);
  std::map<double, int> seen;
  for (int k = 0; k < 20; ++k)
    for (const Level& l : Tile(law, *ncsn, f, 64, k).q.at) ++seen[std::round(std::log10(l.sigma) * 1e9) / 1e9];
  REQUIRE(seen.size() == 5);  // 1280 rows: 256 a level, sd 14.3
  for (int i = 0; i < 5; ++i) CHECK(std::abs(seen[i - 2] - 256) < 4 * 14.3);
  CHECK(ncsn->trained().lo == .01);
  CHECK(objective_of("\"ncsn\"", *ve)->trained().hi == Approx(80));

  const auto cut = objective_of(R"({"type":"ncsn","law":"log-normal","sigma_min":0.5,"sigma_max":1})", *ve);
  double ends[2] = {};
  for (int k = 0; k < 20; ++k)
    for (const Level& l : Tile(law, *cut, f, 64, k).q.at) {
      CHECK(l.sigma >= .5 - 1e-12);
      CHECK(l.sigma <= 1 + 1e-12);
      for (const int end : {0, 1}) ends[end] += std::abs(l.sigma - .5 * (end + 1)) < 1e-12;
    }
  // P(ln sigma < ln .5) with mean -.5 and sd 1.2 is Phi(-.161) = .436, P(> 0) = Phi(-.4167) = .3385
  CHECK(std::abs(ends[0] / 1280 - .436) < 4 * .0139);
  CHECK(std::abs(ends[1] / 1280 - .3385) < 4 * .0133);

  const auto ddpm = objective_of(R"({"type":"ddpm","antithetic":true})", *table);
  std::map<int, int> rows;
  for (int k = 0; k < 20; ++k) {
    const Tile tile(law, *ddpm, f, 64, k);
    for (std::size_t i = 0; i < 64; i += 2) CHECK(tile.q.at[i].index + tile.q.at[i + 1].index == 11);
    for (const Level& l : tile.q.at) ++rows[l.index];
    for (const float w : tile.q.weight) CHECK(w == .5f);  // 1 on eps, mean of two coordinates
  }
  REQUIRE(rows.size() == 10);
  for (int i = 1; i <= 10; ++i) CHECK(std::abs(rows[i] - 128) < 4 * std::sqrt(2 * 128 * .9));
  CHECK_THROWS_WITH(objective_of("\"ddpm\"", *ve), Catch::Contains("discrete table"));

  for (const char* json : {R"({"type":"dsm","antithetic":true})", R"({"type":"edm","p_mean":-0.5,"antithetic":true})"}) {
    const auto pairs = objective_of(json, *ve);
    const Tile tile(law, *pairs, f, 64, 0);
    for (std::size_t i = 0; i < 64; i += 2) {
      const Level &a = tile.q.at[i], &b = tile.q.at[i + 1];
      if (std::string(json).find("edm") == std::string::npos)
        CHECK(near(a.t + b.t, 1 + 1e-5, 1e-12));
      else
        CHECK(near(std::log(a.sigma) + std::log(b.sigma), -1, 1e-9));
    }
  }
  // mean, half the sum, the sum: 1 : 1 : 2 for d = 2
  double of[3];
  int k = 0;
  for (const char* reduction : {"mean", "half-sum", "sum"})
    of[k++] = floor_of(std::string(R"({"type":"dsm-level","sigma":1,"reduction":")") + reduction + "\"}", "\"ve\"", law, 4).mean;
  CHECK(of[0] == of[1]);
  CHECK(near(of[2], 2 * of[0], 1e-6));
}

TEST_CASE("ism, dsm-level: short trainings on N(0, .1 I) end within 5 % of their floors") {
  const GaussianMixture law = isotropic(2, .1);
  struct FromLaw : Source {
    const Law& law;
    explicit FromLaw(const Law& l) : law(l) {}
    void draw(int64_t step, dm::Rows slots, State& x0) const override { law.draw(Stream(8) / uint64_t(step), slots, x0.x()); }
  } source(law);
  const auto p = process_of(wide_ve);
  const struct {
    const char* objective;
    double floor;
  } cases[] = {{R"({"type":"ism"})", -10}, {R"({"type":"ssm"})", -10}, {R"({"type":"dsm-level","sigma":1})", .2 / 1.1}};
  for (const auto& [json, floor] : cases) {
    INFO(json);
    const auto objective = objective_of(json, *p);
    const Head head(resolved(Head::options(), R"({"network":{"type":"mlp","layers":2,"width":32},"sigma_data":0.31622776601683794})"), 2,
                    Stream(1), objective->prediction(), objective->trained());
    Trainer trainer(head, *objective, resolved(Adam::options(), R"({"rate":0.01,"warmup":50})"), 600, 256, Cut{}, Stream(1));
    for (int k = 0; k < 600; ++k) REQUIRE(trainer.step(source).finite);
    const auto e = loss_of(*objective, head, trainer.average(), law, 1000);
    CHECK(3 * e.se < .05 * std::abs(floor));
    CHECK(std::abs(e.mean / floor - 1) < .05);
  }
}
