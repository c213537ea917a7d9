// bench_learning: reads jobs from standard input, one JSON object a line, and answers each with one line of JSON.
//   {"peak": s}                                               {"gflops": float32 multiply-adds on all threads, for about s seconds}
//   {"dm-train": section, "d": d, "from": k}                  {"seconds": from the end of step k to the end of the last one}
//   {"dm-dsbm": section, "d": d, "from": k}                   the same; with k = 0 the set-up counts
//   {"dm-sample": section}                                    {"seconds", "evaluations": of the network a row}, of what was trained last
// A section is that of a run spec, and its command's loop runs here as it does there, without files. Data: 10,000 standard normal rows for
// dm-train, N(-.1, I) and N(.1, I) for dm-dsbm; rows that dm-sample takes across a bridge are new ones of the first.
#include <chrono>
#include <cstdio>
#include <iostream>

#include "../peak.h"
#include "core/random.h"
#include "core/wide.h"
#include "job/dsbm.h"
#include "job/train.h"

using namespace dm;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Clock : Progress {
  int64_t from;
  double start = now(), end = start;
  explicit Clock(int64_t k) : from(k) {}
  void update(int64_t done, int64_t total, double) override {
    if (done == from) start = now();
    if (done == total) end = now();
  }
};

Matrix<double> cloud(int64_t n, int64_t d, double mean, const char* name) {
  Matrix<double> x(n, d);
  normals(Stream(1) / "bench" / name, {0, int(n)}, 0, x);
  for (double& v : x.v) v += mean;
  return x;
}

Value resolved(const std::vector<Option>& options, const Value& request, const std::string& command) {
  std::vector<std::string> problems;
  Value section = resolve(options, request[command], "/" + command, problems);
  throw_problems(problems);
  return section;
}

// What was trained last, and may be drawn from.
struct Result {
  std::unique_ptr<job::Training> training;
  std::unique_ptr<job::BridgeTraining> bridge;
  Matrix<double> x;
  job::BridgeSide sides[2];
};

double train(const Value& request, Result& out) {
  const int64_t d = request["d"].integer();
  out = {};
  out.x = cloud(10000, d, 0, "x");
  Value spec = Value::object(), section = resolved(job::train_options(), request, "dm-train");
  spec.set("seed", 1);
  spec.set("dimension", d);
  spec.set("condition", job::condition_of(section, {}).shape());
  spec.set("support", {});
  for (const auto& [key, v] : job::model_numerics(section["batch"].integer()).members()) spec.set(key, v);
  spec.set("dm-train", job::without_resume_options(section));
  Clock clock(request["from"].integer());
  out.training = std::make_unique<job::Training>(spec, job::TrainingRows{out.x, {}, {}});
  out.training->run(clock, 0, [] {});
  return clock.end - clock.start;
}

double bridge(const Value& request, Result& out) {
  out = {};
  for (int k = 0; k < 2; ++k) out.sides[k].x = cloud(10000, request["d"].integer(), k ? .1 : -.1, k ? "x1" : "x0");
  Clock clock(request["from"].integer());
  const Value spec = job::bridge_spec(resolved(job::dsbm_options(), request, "dm-dsbm"), 1, out.sides);
  out.bridge = std::make_unique<job::BridgeTraining>(spec, out.sides);
  out.bridge->run(clock, 0, [] {});
  return clock.end - clock.start;
}

job::Samples draw(const Value& section, const Result& from) {
  Progress silent;
  if (from.training) return job::sample(from.training->model(), section, 1, silent);
  if (!from.bridge) throw Error("nothing was trained that could be drawn from");
  job::BridgeModel& model = from.bridge->model();
  const auto transport = model.transport();
  const Matrix<double> starts = cloud(section["n"].integer(), model.dim(), -.1, "start");
  return job::sample(model.bridged(*transport), section, 1, silent, {&starts, nullptr});
}

}  // namespace

int main() try {
  Result result;
  for (std::string line; std::getline(std::cin, line);) {
    const Value request = parse_json(line, "the job");
    Value answer = Value::object();
    if (const Value* seconds = request.find("peak")) {
      answer.set("gflops", peak(seconds->number(), wide_vectors()));
    } else if (request.find("dm-sample")) {
      const Value section = resolved(job::sample_options(), request, "dm-sample");
      const double start = now();
      const job::Samples samples = draw(section, result);
      answer.set("seconds", now() - start);
      answer.set("evaluations", samples.evaluations);
    } else {
      answer.set("seconds", request.find("dm-train") ? train(request, result) : bridge(request, result));
    }
    std::printf("%s\n", to_json(answer).c_str());
    std::fflush(stdout);
  }
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_learning: %s\n", e.what());
  return 1;
}
