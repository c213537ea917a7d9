#include "job/ipf.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "job/dsbm.h"
#include "job/judged.h"

namespace dm::job {

// Those that fit, and those that learn with the options of a training beside their own.
static const Family& methods() {
  static const Family family = [] {
    static std::vector<Method> learned;
    Family all = ipf_methods();
    for (const Method* m : ipf_learners().methods) learned.push_back(*m);
    for (Method& m : learned) {
      for (auto& o : learning_options()) m.options.push_back(o);
      all.methods.push_back(&m);
    }
    return all;
  }();
  return family;
}

bool is_learned(const Value& method) {
  const std::vector<std::string> names = ipf_learners().names();
  return std::find(names.begin(), names.end(), method["type"].text()) != names.end();
}

Value fitted_options(Value section) {
  std::erase_if(section.members(), [](const auto& m) {
    return m.first == "emit" || m.first == "time" || m.first == "threshold" || m.first == "strict" || m.first == "start";
  });
  return section;
}

const std::vector<Option>& ipf_options() {
  static const std::vector<Option> options = [] {
    std::vector<Option> o = {
        {"method", method(methods), "sinkhorn", "how the bridge is fitted"},
        {"sigma", number(0).above(), Value(),
         "noise of the reference in data units; unset: half the pooled standard deviation of both sets"},
        {"reference", method(references), "brownian", "the reference process"},
        {"emit", choice({"plan", "pairs", "map", "marginal", "matrix"}), "plan",
         "what is written. plan: the bridge; pairs: for each row of the first set one row of the second drawn from the plan (/x the "
         "second, "
         "/y "
         "the first, /index its number); map: the mean of the second given each row of the first (/x, /y likewise); marginal: rows at "
         "--time; "
         "matrix: the plan's masses [n, m], or with --threshold its entries as columns i, j, mass"},
        {"time", number(0, 1), 0.5, "t of the rows that --emit marginal draws"},
        {"threshold", number(0), Value(), "of --emit matrix: the least mass that is listed, relative to 1/(n m); unset: all, as a matrix"},
        {"start", text(), Value(), "plan file to start from, between any sets of the same dimension; unset: from nothing"},
        {"strict", flag(), false, "exit status 1 and no output where the method did not converge"}};
    for (auto& r : resume_options()) o.push_back(r);
    return o;
  }();
  return options;
}

namespace {

std::shared_ptr<const Schedule> reference_of(const Value& reference, double sigma) {
  return make<std::unique_ptr<const Schedule>, double>(references(), reference, sigma);
}

}  // namespace

Plan::Plan(const Value& s) : spec(s) {
  try {
    const std::vector<double> rows = spec["rows"].numbers();
    const int64_t d = spec["dimension"].integer();
    const double sigma = spec["sigma"].number();
    if (rows.size() != 2 || !(rows[0] >= 1 && rows[1] >= 1 && rows[0] < 1e12 && rows[1] < 1e12 && d >= 1 && d <= 1 << 24 && sigma > 0))
      throw Error("its rows, dimension or sigma cannot be", Exit::data);
    for (const char* key : {"status", "summary"}) spec["report"][key].text();
    spec["data_sha256"].items();
    const Value::Array& names = spec["names"].items();
    if (names.size() != 2) throw Error("its names are not those of two sets", Exit::data);
    for (const Value& side : names)
      for (const Value& name : side.items()) name.text();
    std::vector<std::string> problems;
    const Value reference = resolve(references(), spec["reference"], "/reference", problems);
    throw_problems(problems);
    Value method = resolve(ipf_methods(), spec["dm-ipf"]["method"], "/dm-ipf/method", problems);
    throw_problems(problems);
    const int64_t dy = spec["conditions"].integer();
    if (dy < 0 || dy > 1 << 20) throw Error("its conditions cannot be", Exit::data);
    bridge = make<std::unique_ptr<IpfMethod>>(ipf_methods(), method)
                 ->shaped({int64_t(rows[0]), int64_t(rows[1]), d, dy}, reference_of(reference, sigma));
  } catch (const Error& e) {
    throw Error(std::string("the plan's spec is damaged: ") + e.what(), Exit::data);
  }
}

namespace {

// Rows first .. first + n - 1 of a set in another order.
IpfSet some(const IpfSet& s, const Permutation& order, int64_t first, int64_t n) {
  std::vector<int64_t> rows;
  for (int64_t i = first; i < first + n; ++i) rows.push_back(int64_t(order[uint64_t(i)]));
  IpfSet out{take_rows(s.x.view(), rows), take_rows(s.y.view(), rows), {}};
  if (!s.weights.empty())
    for (const int64_t i : rows) out.weights.push_back(s.weights[std::size_t(i)]);
  return out;
}

// A few rows of the set where the last fit starts, taken to the other: "w2", "w2_floor" and, where they are too far, "warning".
void judge_fit(IpfSolution& s, const IpfSet& one, const IpfSet& two, int64_t steps, Stream stream) {
  const Direction way = s.report["direction"].text() == "forward" ? Direction::forward : Direction::backward;
  const IpfSet &a = way == Direction::forward ? one : two, &b = way == Direction::forward ? two : one;
  const int64_t m = std::min({int64_t(500), a.x.rows, b.x.rows / 2});
  if (m < 20) return;
  const Permutation starts(stream / "from", uint64_t(a.x.rows)), ends(stream / "to", uint64_t(b.x.rows));
  const IpfSet from = some(a, starts, 0, m), to = some(b, ends, 0, m), more = some(b, ends, m, m);
  const AffineCodec identity = AffineCodec::identity(int(one.x.cols));
  Bridged bridged{s.bridge.get(), identity};
  bridged.given = [&](const Matrix<double>*) { return from.y; };
  const Judged found = judge(bridged, way, steps, from.points(), to.points(), more.points(), (stream / "moved").key);
  s.report.set("w2", std::isfinite(found.w2) ? Value(found.w2) : Value());
  s.report.set("w2_floor", found.floor);
  if (const std::string said = found.warning(); !said.empty())
    s.report.set("warning", said + ". More --half-iterations, more --steps with them, other --features or a larger --sigma may help");
}

}  // namespace

Plan ipf(const IpfSet& one, const IpfSet& two, const FittedBridge* start, const Value& section, int64_t seed, Progress& progress) {
  const Points first = one.points(), second = two.points();
  check_points("the bridge", first, second);
  const double sigma = section["sigma"].is_null() ? default_sigma(first, second) : section["sigma"].number();
  Value options = without_resume_options(fitted_options(section));  // what is done with the plan is not part of it
  options.set("sigma", sigma);
  progress.chose("sigma", sigma);
  IpfSolution s =
      make<std::unique_ptr<IpfMethod>>(ipf_methods(), section["method"])
          ->solve({first, second, reference_of(section["reference"], sigma), start, one.y, two.y, Stream(uint64_t(seed)) / "dm-ipf"},
                  progress);
  if (s.report.find("direction")) judge_fit(s, one, two, section["method"]["steps"].integer(), Stream(uint64_t(seed)) / "dm-ipf" / "judge");
  Plan plan;
  plan.spec =
      Value::Object{{"dimension", first.d()}, {"conditions", s.bridge->conditions()}, {"rows", Value(Value::Array{first.n(), second.n()})},
                    {"sigma", sigma},         {"reference", section["reference"]},    {"report", std::move(s.report)},
                    {"dm-ipf", options}};
  plan.bridge = std::move(s.bridge);
  return plan;
}

std::string warned(const Value& r) {
  if (const Value* said = r.find("warning")) return said->text();
  const std::string& status = r["status"].text();
  if (status != "iterations" && status != "stalled") return "";
  char line[256];
  std::snprintf(line, sizeof line, "the method did not converge (%s): the marginal is off by %.3g in L1, above the tolerance %.3g. ",
                status.c_str(), r["row_error"].number(), r["tolerance"].number());
  return line +
         std::string(status == "iterations"
                         ? "Allow more --iterations, start from a plan at a larger sigma (--start), or accept it with a larger --tolerance."
                         : "Rounding leaves no more; accept it with a larger --tolerance, or take a larger --sigma.");
}

Emitted emit(const Plan& plan, const Value& section, uint64_t seed, Progress& progress) {
  const std::string& what = section["emit"].text();
  const auto* static_plan = dynamic_cast<const PlanBridge*>(plan.bridge.get());
  if (!static_plan)
    throw Error("--emit " + what + " reads the masses of a plan, which the method " + plan.spec["dm-ipf"]["method"]["type"].text() +
                    " does not have; move rows with dm-sample, or take the method sinkhorn",
                Exit::spec);
  const PlanBridge& bridge = *static_plan;
  const EntropicPlan& p = bridge.plan();
  const Stream stream = Stream(seed) / "dm-ipf" / what;
  Emitted out;
  if (what == "matrix") {
    const int64_t n = p.x.rows, m = p.y.rows;
    const bool all = section["threshold"].is_null();
    if (all && double(n) * double(m) > 2e8)
      throw Error("the plan has " + std::to_string(n) + " x " + std::to_string(m) + " masses; list those above a --threshold", Exit::spec);
    progress.ready(Memory().add("plan", double((n + m) * (p.x.cols + 3))).add("masses", all ? double(n) * double(m) : 0));
    const double least = all ? 0 : section["threshold"].number() / (double(n) * double(m));
    if (all) out.x = Matrix<double>(n, m);
    std::vector<double> row(static_cast<size_t>(m));
    for (int64_t i = 0; i < n; ++i) {
      p.row(i, all ? out.x[i] : row.data());
      for (int64_t j = 0; !all && j < m; ++j)
        if (row[size_t(j)] > 0 && row[size_t(j)] >= least)
          out.x.v.insert(out.x.v.end(), {double(i), double(j), row[size_t(j)]}), out.x.rows += 1;
    }
    if (!all) out.x.cols = 3, out.names = {"i", "j", "mass"};
    if (!out.x.rows) throw Error("no mass of the plan is above the --threshold; lower it", Exit::spec);
    return out;
  }
  progress.ready(Memory().add("plan", double((p.x.rows + p.y.rows) * (p.x.cols + 3))).add("rows", 2 * double(p.x.rows * p.x.cols)));
  // one row for each of the first set, with its weight: where the marginals are free, what the plan takes from it
  const Value* free = plan.spec["dm-ipf"]["method"].find("unbalanced");
  const std::vector<double> mass = free && !free->is_null() ? first_marginal(p) : p.p;
  if (std::any_of(mass.begin(), mass.end(), [&](double w) { return w != mass[0]; })) out.weights = mass;
  if (what == "pairs") {
    out.index = draw_pairs(p, stream);
    out.x = take_rows(p.y.view(), out.index);
    out.y = bridge.first();
  } else if (what == "map") {
    out.x = barycentric_map(p);
    out.y = bridge.first();
  } else {
    out.t = section["time"].number();
    out.x = bridge.marginal(out.t, stream);
  }
  return out;
}

}  // namespace dm::job
