#include "job/eval.h"

#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "job/assertion.h"
#include "ot/wasserstein.h"
#include "test.h"

using namespace dm;
using namespace dm::job;

namespace {

Matrix<double> eval_rows(uint64_t seed, int n, double mean = 0) {
  Matrix<double> x(n, 2);
  normals(Stream(seed) / "eval-test", {0, n}, 0, x);
  for (double& v : x.v) v += mean;
  return x;
}
std::vector<Value> chosen(const Value& given) {
  std::vector<std::string> problems;
  std::vector<Value> v = resolve_metrics(given, "/metrics", problems);
  throw_problems(problems);
  return v;
}
Value run(const Matrix<double>& a, const Matrix<double>& b, const std::string& names, EvalSettings s = {}) {
  Progress silent;
  s.metrics = chosen(names);
  return evaluate({{a, nullptr}, {b, nullptr}, nullptr, nullptr}, s, silent);
}

}  // namespace

TEST_CASE("evaluate: value and floor share n reference rows where there are enough") {
  const Matrix<double> a = eval_rows(1, 100, 1.5), b = eval_rows(2, 250);
  const Value v = run(a, b, "w2,sw1");
  CHECK(v.members()[0].first == "w2");
  CHECK(v["rows"]["reference"].integer() == 100);
  CHECK(v["rows"]["floor"].integer() == 100);
  CHECK(v["w2"]["value"].number() > 2 * v["w2"]["floor"].number());
  CHECK(v["w2"]["ratio"].number() == v["w2"]["value"].number() / v["w2"]["floor"].number());
  CHECK(v["sw1"]["projections"].integer() == 500);
  CHECK(v["warnings"].items().empty());

  EvalSettings once, twice;
  once.splits = 1, twice.splits = 2;
  CHECK(v["rows"]["splits"].integer() == 4);
  CHECK(run(a, b, "w2", once)["w2"]["floor"].number() != run(a, b, "w2", twice)["w2"]["floor"].number());
  CHECK(run(a, b, "tv", twice)["tv"]["low"] == run(a, b, "tv", once)["tv"]["low"]);
  CHECK(run(a, b, "mmd", twice)["mmd"]["bandwidth"] == run(a, b, "mmd", once)["mmd"]["bandwidth"]);

  // honest samples: value and floor have one law
  double ratio = 0;
  for (uint64_t seed = 0; seed < 40; ++seed)
    ratio += run(eval_rows(1000 + seed, 100), eval_rows(2000 + seed, 200), "w2")["w2"]["ratio"].number() / 40;
  CHECK(std::abs(ratio - 1) < 0.08);
}

TEST_CASE("evaluate: floors that are stated, switched off, from rows, or impossible") {
  const Matrix<double> a = eval_rows(1, 100), b = eval_rows(2, 150), f = eval_rows(3, 120);
  Value v = run(a, b, "w1");
  CHECK(v["w1"]["floor"].is_null());
  CHECK(v["w1"]["floor_reason"].text().find("150 rows") != std::string::npos);
  CHECK(v["w1"]["floor_reason"].text().find("--rows 75") != std::string::npos);
  CHECK(v["w1"]["value"].number() == wasserstein({a, nullptr}, {b, nullptr}, 1));
  EvalSettings s;
  s.floor = EvalSettings::Floor::number, s.floor_number = 0.25;
  CHECK(run(a, b, "w1", s)["w1"]["floor"].number() == 0.25);
  s.floor = EvalSettings::Floor::none;
  CHECK(run(a, b, "w1", s)["w1"]["floor"].is_null());
  s.floor = EvalSettings::Floor::rows;
  s.metrics = chosen("w1");
  Progress silent;
  const Points floor_rows{f, nullptr};
  v = evaluate({{a, nullptr}, {b, nullptr}, nullptr, &floor_rows}, s, silent);
  CHECK(v["w1"]["value"].number() == wasserstein({a, nullptr}, {b, nullptr}, 1));
  CHECK(v["w1"]["floor"].number() > 0);
  CHECK(v["rows"]["floor"].integer() == 100);
  s = {};
  s.rows = 60;
  v = run(a, b, "w1", s);
  CHECK(v["rows"]["samples"].integer() == 60);
  CHECK(v["w1"]["floor"].number() > 0);
}

TEST_CASE("evaluate: bit-equal rows are counted and warned of") {
  const Matrix<double> a = eval_rows(1, 50);
  Matrix<double> b = eval_rows(2, 200), t = eval_rows(3, 80);
  CHECK(equal_rows(a, b) == 0);
  for (int i = 0; i < 7; ++i)
    for (int k = 0; k < 2; ++k) b[10 * i][k] = a[i][k];
  CHECK(equal_rows(a, b) == 7);
  b[0][1] = std::nextafter(b[0][1], 9);
  CHECK(equal_rows(a, b) == 6);
  for (int k = 0; k < 2; ++k) t[5][k] = a[20][k];
  Progress silent;
  const Points train{t, nullptr};
  EvalSettings s;
  s.metrics = chosen("sw1,nn-share");
  const Value v = evaluate({{a, nullptr}, {b, nullptr}, &train, nullptr}, s, silent);
  REQUIRE(v["warnings"].items().size() == 2);
  CHECK(v["warnings"].items()[0].text().find("6 rows of the samples (of 50) are bit-equal") == 0);
  CHECK(v["warnings"].items()[1].text().find("1 row of the samples (of 50) is bit-equal to rows of the training data") == 0);
  CHECK(v["nn-share"]["floor"].is_null());
  CHECK_THROWS_WITH(run(a, b, "nn-share"), Catch::Contains("--train"));
}

TEST_CASE("evaluate: the same bits for any number of threads") {
  const Matrix<double> a = eval_rows(1, 200, 0.1), b = eval_rows(2, 500);
  set_threads(1);
  const std::string one = to_json(run(a, b, "w1,w2,sw2,tv,mmd,moments"));
  for (const int n : {2, 5}) {
    set_threads(n);
    CHECK(to_json(run(a, b, "w1,w2,sw2,tv,mmd,moments")) == one);
    Meeting meeting(2);  // the pool that just ran has two threads
    parallel(n, [&](int64_t) { meeting.pass(); });
    CHECK(meeting.seen() >= 2);
  }
  set_threads(2);
}

TEST_CASE("metrics: names, objects, mistakes") {
  CHECK(chosen("w1, sw2").size() == 2);
  CHECK(chosen(parse_json(R"(["w1", {"type": "sw2", "projections": 7}])", "x"))[1]["projections"].integer() == 7);
  std::vector<std::string> problems;
  resolve_metrics("w1,sw3,w1", "/metrics", problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].find("sw3") != std::string::npos);
  CHECK(problems[1].find("twice") != std::string::npos);
}

TEST_CASE("evaluate: what reads the samples' order is not given some of them at random") {
  const Matrix<double> theta = eval_rows(1, 10), draws = eval_rows(2, 400);
  EvalSets sets{{draws, nullptr}, {theta, nullptr}, nullptr, nullptr};
  EvalSettings s;
  s.metrics = chosen("sbc");
  Progress silent;
  const Value all = evaluate(sets, s, silent);
  s.rows = 200;
  CHECK_THROWS_WITH(evaluate(sets, s, silent), Catch::Contains("'sbc'") && Catch::Contains("leave --rows out"));
  s.rows = 400;  // which is all of them
  CHECK(evaluate(sets, s, silent)["sbc"] == all["sbc"]);
}

TEST_CASE("evaluate: nll of weighted rows, of some rows, with an offset, without a reference") {
  const Matrix<double> x = eval_rows(1, 60);
  std::vector<double> w(60, 1.0);
  w[7] = 5;
  // log p = -row number; four probes, each row with variance 8
  EvalSets sets{{x, w.data()}, {}, nullptr, nullptr};
  std::vector<int64_t> asked;
  sets.log_p = [&](const ModelMetric&, const std::vector<int64_t>& rows) {
    asked = rows;
    LogDensities l;
    for (const int64_t i : rows) l.log_p.push_back(-double(i)), l.variance.push_back(8);
    l.repeats = 4, l.used = Value(Value::Object{{"probes", 4}});
    return l;
  };
  EvalSettings s;
  s.metrics = chosen(parse_json(R"([{"type":"nll","offset":7}])", "test"));
  Progress silent;
  Value v = evaluate(sets, s, silent);
  const double mean = (59 * 60 / 2 + 4 * 7) / 64.0;
  CHECK(v["nll"]["value"].number() == Approx(mean));
  CHECK(v["nll"]["bits_per_dim"].number() == Approx(mean / (2 * std::log(2.)) + 7));
  CHECK(v["nll"]["floor"].is_null());
  CHECK(v["nll"]["floor_reason"].text().find("entropy") != std::string::npos);
  CHECK(v["nll"]["probe_variance"].number() == Approx(8));
  CHECK(v["nll"]["probe_error"].number() == Approx(std::sqrt((59 + 25) / 64. / 64 * 8 / 4)));
  double square = 0;
  for (int i = 0; i < 60; ++i) square += std::pow(w[size_t(i)] / 64 * (i - mean), 2);
  CHECK(v["nll"]["standard_error"].number() == Approx(std::sqrt(square / (1 - (59 + 25) / 64. / 64))));
  CHECK(v["rows"]["reference"].is_null());
  s.rows = 10;
  for (size_t i = 0; i < 60; ++i) w[i] = double(i + 1);  // each drawn row keeps its weight
  v = evaluate(sets, s, silent);
  double sum = 0, weight = 0;
  for (const int64_t i : asked) sum += w[size_t(i)] * double(i), weight += w[size_t(i)];
  CHECK(asked.size() == 10);
  CHECK(v["nll"]["value"].number() == Approx(sum / weight));

  s.metrics = chosen("nll,w2");
  CHECK_THROWS_WITH(evaluate(sets, s, silent), Catch::Contains("'w2'") && Catch::Contains("reference rows"));
  s.metrics = chosen("nll");
  s.floor = EvalSettings::Floor::rows;
  CHECK_THROWS_WITH(evaluate(sets, s, silent), Catch::Contains("floor") && Catch::Contains("no reference"));
  s.floor = EvalSettings::Floor::automatic;
  sets.log_p = nullptr;
  CHECK_THROWS_WITH(evaluate(sets, s, silent), Catch::Contains("--model"));
}
