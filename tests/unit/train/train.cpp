#include <cmath>
#include <map>

#include "density/gaussian_mixture.h"
#include "fixtures.h"
#include "test.h"
#include "train/registry.h"
#include "train/trainer.h"

using namespace dm;

namespace {

struct Normal : Source {  // N(0, sd^2 I)
  double sd;
  Meeting* meeting = nullptr;
  explicit Normal(double s) : sd(s) {}
  void draw(int64_t step, Rows slots, State& x0) const override {
    if (meeting) meeting->pass();
    normals(Stream(8) / "rows" / uint64_t(step), slots, 0, x0.x());
    for (int i = 0; i < slots.n; ++i)
      for (int64_t j = 0; j < x0.x().cols; ++j) x0.x()[i][j] *= sd;
  }
};

const std::string small = R"("network":{"type":"mlp","layers":2,"width":32})";

struct InMemory : Archive {  // an archive in memory
  bool save = true;
  std::string prefix;
  std::map<std::string, std::vector<float>>* f;
  std::map<std::string, int64_t>* n;
  std::vector<std::unique_ptr<InMemory>> children;
  InMemory(std::map<std::string, std::vector<float>>* floats, std::map<std::string, int64_t>* ints) : f(floats), n(ints) {}
  bool saving() const override { return save; }
  void field(const char* name, std::vector<float>& v) override { save ? void((*f)[prefix + name] = v) : void(v = f->at(prefix + name)); }
  void field(const char* name, int64_t& v) override { save ? void((*n)[prefix + name] = v) : void(v = n->at(prefix + name)); }
  void field(const char*, std::vector<double>&) override {}
  void field(const char*, std::vector<int64_t>&) override {}
  void field(const char*, double&) override {}
  void field(const char*, std::string&) override {}
  void field(const char*, Matrix<float>&) override {}
  void field(const char*, Matrix<double>&) override {}
  Archive& group(const char* name) override {
    children.push_back(std::make_unique<InMemory>(f, n));
    children.back()->save = save;
    children.back()->prefix = prefix + name + "/";
    return *children.back();
  }
};

}  // namespace

TEST_CASE("edm: F = 0 on Gaussian data of the stated spread has loss 1 in expectation at every level") {
  const auto p = make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), "\"ve\""));
  const auto objective =
      make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), R"({"type":"edm","p_mean":-1.2})"), *p);
  const Head head(resolved(Head::options(), "{" + small + R"(,"sigma_data":0.5})"), 2, Stream(1));
  const Trainer trainer(head, *objective, resolved(Adam::options(), "{}"), 10, 64, Cut{}, Stream(1));  // the head starts at zero
  const int n = 64, repeats = 800;
  double sum = 0, square = 0;
  for (int k = 0; k < repeats; ++k) {
    Matrix<double> x0(n, 2), x(n, 2);
    State clean{{0, n}, {x0}};
    Query q{{{0, n}, {x}}, std::vector<Level>(n), Matrix<float>(n, 2), std::vector<float>(n)};
    Normal(.5).draw(k, {0, n}, clean);
    objective->fill(Stream(2) / uint64_t(k), clean, head, q);
    Arena arena;
    Tape<float> tape(trainer.live(), arena);
    const double loss = tape.value(objective->loss(tape, head, q))[0][0] / n;
    sum += loss, square += loss * loss;
  }
  const double mean = sum / repeats, se = std::sqrt((square / repeats - mean * mean) / repeats);
  CHECK(se < .01);
  CHECK(std::abs(mean - 1) < 3 * se);
}

TEST_CASE("dsm: every parametrisation has the same loss for the same prediction") {
  const auto p = make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), "\"vp\""));
  const auto objective =
      make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), R"({"type":"dsm","t_min":0.1})"), *p);
  const int n = 64;
  Matrix<double> x0(n, 2);
  State clean{{0, n}, {x0}};
  Normal(1).draw(0, {0, n}, clean);
  double first = 0;
  for (const auto& kind : kind_names()) {
    const Head head(resolved(Head::options(), "{" + small + R"(,"predict":")" + kind + "\"}"), 2, Stream(1));
    Matrix<double> x(n, 2);
    Query q{{{0, n}, {x}}, std::vector<Level>(n), Matrix<float>(n, 2), std::vector<float>(n)};
    objective->fill(Stream(2), clean, head, q);
    double loss = 0;  // of the prediction x0hat = 0 (eps = x / sigma)
    for (int i = 0; i < n; ++i) {
      const Level& l = q.at[std::size_t(i)];
      const Mix m = target_of(head.kind, l, 1);
      for (int j = 0; j < 2; ++j) loss += q.weight[std::size_t(i)] * std::pow(m.q * x[i][j] / l.sigma - q.target[i][j], 2);
    }
    if (first == 0) first = loss;
    CHECK(near(loss, first, 1e-5));
  }
}

TEST_CASE("source: an epoch holds every row once, and the next one in another order") {
  Matrix<double> x(100, 1);
  for (int i = 0; i < 100; ++i) x[i][0] = i;
  const DatasetSource source(x, {}, 20, Stream(1) / "rows");
  std::vector<double> seen[2];
  for (int64_t step = 0; step < 10; ++step) {
    Matrix<double> rows(20, 1);
    State s{{0, 20}, {rows}};
    source.draw(step, {0, 20}, s);
    seen[step / 5].insert(seen[step / 5].end(), rows.v.begin(), rows.v.end());
  }
  CHECK(seen[0] != seen[1]);
  for (auto& s : seen) {
    std::sort(s.begin(), s.end());
    for (int i = 0; i < 100; ++i) CHECK(s[std::size_t(i)] == i);
  }
}

TEST_CASE("trainer: the same bits for 1, 2, 3 and 5 threads, and a run resumed half-way is the whole run") {
  const auto p = make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), "\"ve\""));
  const auto objective = make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), "\"edm\""), *p);
  const Head head(resolved(Head::options(), "{" + small + "}"), 2, Stream(1));
  const Value optimiser = resolved(Adam::options(), R"({"warmup":3})");
  Normal source(1);
  const auto fresh = [&] { return Trainer(head, *objective, optimiser, 20, 300, Cut{}, Stream(1) / "dm-train"); };
  std::vector<float> whole;
  for (const int t : {1, 2, 3, 5}) {
    set_threads(t);
    Trainer trainer = fresh();
    Meeting meeting(std::min(t, 2));
    source.meeting = &meeting;
    for (int k = 0; k < 20; ++k) CHECK(trainer.step(source).finite);
    source.meeting = nullptr;
    CHECK(meeting.seen() >= std::min(t, 2));
    if (whole.empty()) whole = trainer.live().v;
    CHECK(trainer.live().v == whole);
  }
  set_threads(0);
  std::map<std::string, std::vector<float>> floats;
  std::map<std::string, int64_t> ints;
  Trainer first = fresh();
  for (int k = 0; k < 9; ++k) first.step(source);
  InMemory save(&floats, &ints);
  first.state(save);
  Trainer second = fresh();
  InMemory load(&floats, &ints);
  load.save = false;
  second.state(load);
  while (second.steps_done() < 20) second.step(source);
  CHECK(second.live().v == whole);
}

TEST_CASE("trainer: learns N(0, I) to the exact prediction") {
  const auto p = make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), "\"vp\""));
  const auto objective =
      make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), R"({"type":"dsm","t_min":0.001})"), *p);
  const Head head(resolved(Head::options(), "{" + small + R"(,"predict":"eps"})"), 1, Stream(1));
  Normal source(1);
  Trainer trainer(head, *objective, resolved(Adam::options(), R"({"rate":0.005,"warmup":50})"), 1500, 256, Cut{}, Stream(1));
  for (int k = 0; k < 1500; ++k) REQUIRE(trainer.step(source).finite);
  const NetDenoiser denoiser(head, trainer.average());
  double worst = 0;
  for (const double t : {.2, .5, .9})
    for (double x = -2; x <= 2; x += .5) {
      const Level l = p->linear()->at(t);
      Matrix<double> in(1, 1, x), x0(1, 1), eps(1, 1);
      State s{{0, 1}, {in}};
      Pred out{x0, eps};
      denoiser.eval(s, {&l, true}, out);
      worst = std::max(worst, std::abs(eps[0][0] - l.sigma * x));  // VP keeps N(0, 1): E[eps | x] = sigma x
    }
  CHECK(worst < .08);
}

TEST_CASE("trainer: a loss that is not finite stops within the step and keeps the last state") {
  const auto p = make<std::unique_ptr<Process>>(processes(), resolved_method(processes(), "\"ve\""));
  const auto objective = make<std::unique_ptr<Objective>, const Process&>(objectives(), resolved_method(objectives(), "\"edm\""), *p);
  const Head head(resolved(Head::options(), "{" + small + "}"), 1, Stream(1));
  Trainer trainer(head, *objective, resolved(Adam::options(), "{}"), 10, 64, Cut{}, Stream(1));
  Normal good(1), bad(1e300);
  CHECK(trainer.step(good).finite);
  const auto before = trainer.live().v;
  CHECK_FALSE(trainer.step(bad).finite);
  CHECK(trainer.live().v == before);
  CHECK(trainer.steps_done() == 1);
}

TEST_CASE("source: what is given stays with its row, and is dropped for its share of the draws") {
  const int n = 500, batch = 100;
  Matrix<double> x(n, 1), y(n, 2);
  for (int i = 0; i < n; ++i) x[i][0] = i, y[i][0] = 10 * i, y[i][1] = 1;
  const DatasetSource whole(x, {}, batch, Stream(1) / "rows", Given{y}), dropped(x, {}, batch, Stream(1) / "rows", Given{y, 0.3});
  int absent = 0, draws = 0;
  for (int step = 0; step < 100; ++step) {
    Matrix<double> a(batch, 1), ga(batch, 2), b(batch, 1), gb(batch, 2);
    State s{{0, batch}, {a, ga}}, t{{0, batch}, {b, gb}};
    whole.draw(step, s.rows, s), dropped.draw(step, t.rows, t);
    CHECK(a.v == b.v);  // dropping moves no other draw
    for (int i = 0; i < batch; ++i, ++draws) {
      CHECK((ga[i][0] == 10 * a[i][0] && ga[i][1] == 1));
      absent += gb[i][1] == 0;
      CHECK(gb[i][0] == 10 * b[i][0] * gb[i][1]);
    }
  }
  CHECK(std::abs(absent - 0.3 * draws) < 4 * std::sqrt(0.21 * draws));
}
