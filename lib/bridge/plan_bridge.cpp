#include "bridge/plan_bridge.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dm {

struct PlanBridge::End : EndDenoiser {
  const Schedule& reference;
  Gibbs gibbs;
  double unit;  // of the points of `gibbs`: alpha_1 backward, 1 forward
  End(Direction d, const Schedule& s, Gibbs g, double u) : EndDenoiser(d), reference(s), gibbs(std::move(g)), unit(u) {}
  int dim() const override { return int(gibbs.dim()); }
  void end(Mat<const double> x, const double* t, Mat<double> out) const override {
    const Level last = reference.at(1);
    std::vector<double> at(static_cast<size_t>(x.cols));
    for (int64_t i = 0; i < x.rows; ++i) {
      const Level l = reference.at(t[i]);
      const double r = last.alpha / l.alpha, before = r * r * l.sigma * l.sigma;  // r^2 sigma_t^2
      const double v = direction == Direction::forward ? std::max(0.0, last.sigma * last.sigma - before) : before;
      for (int64_t k = 0; k < x.cols; ++k) at[size_t(k)] = r * x[i][k];
      gibbs.mean(at.data(), v, out[i]);
      for (int64_t k = 0; k < x.cols; ++k) out[i][k] /= unit;
    }
  }
};

struct PlanBridge::Set : Law {
  Matrix<double> x;
  std::vector<double> cumulative;
  Set(Matrix<double> points, const std::vector<double>& p) : x(std::move(points)), cumulative(p) {
    for (size_t i = 1; i < p.size(); ++i) cumulative[i] += cumulative[i - 1];
  }
  int dim() const override { return int(x.cols); }
  void draw(Stream stream, Rows rows, Mat<double> out) const override {
    for (int t = 0; t < rows.n; ++t) {
      const double u = Draws(stream, rows[t]).uniform() * cumulative.back();
      const auto at = std::min(std::upper_bound(cumulative.begin(), cumulative.end(), u), cumulative.end() - 1);
      std::copy_n(x[at - cumulative.begin()], x.cols, out[t]);
    }
  }
};

PlanBridge::PlanBridge(EntropicPlan plan, std::shared_ptr<const Schedule> reference)
    : FittedBridge(std::move(reference)), alpha_(schedule(Direction::backward)->at(1).alpha), plan_(std::move(plan)) {
  prepare();
}

PlanBridge::PlanBridge(int64_t n, int64_t m, int64_t d, std::shared_ptr<const Schedule> reference)
    : FittedBridge(std::move(reference)), alpha_(schedule(Direction::backward)->at(1).alpha) {
  const Level end = schedule(Direction::backward)->at(1);
  plan_.eps = end.sigma * end.sigma;
  plan_.x.rows = n, plan_.y.rows = m, plan_.x.cols = plan_.y.cols = d;  // what state() must find; nothing is allocated on a file's word
}

PlanBridge::~PlanBridge() = default;

void PlanBridge::prepare() {
  const Schedule& s = *schedule(Direction::backward);
  ends_[0] = std::make_unique<End>(Direction::backward, s, plan_.first_from_second(), alpha_);
  ends_[1] = std::make_unique<End>(Direction::forward, s, plan_.second_from_first(), 1);
  sets_[0] = std::make_unique<Set>(first(), plan_.p);
  sets_[1] = std::make_unique<Set>(plan_.y, plan_.q);
}

const Denoiser& PlanBridge::ends(Direction d) const { return *ends_[d == Direction::forward]; }
const Law& PlanBridge::law(int side) const { return *sets_[side]; }
std::shared_ptr<const Law> PlanBridge::start(Direction d) const { return {std::shared_ptr<void>(), &law(d == Direction::backward)}; }

Matrix<double> PlanBridge::first() const {
  Matrix<double> x = plan_.x;
  for (double& v : x.v) v /= alpha_;
  return x;
}

Matrix<double> PlanBridge::marginal(double t, Stream stream) const {
  const std::vector<int64_t> partner = draw_pairs(plan_, stream / "pair");
  const Pinned at(*schedule(Direction::backward), t);
  Matrix<double> x = first(), z(x.rows, x.cols);
  normals(stream / "z", {0, int(x.rows)}, 0, z);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t k = 0; k < x.cols; ++k) x[i][k] = at.a * x[i][k] + at.b * plan_.y[partner[size_t(i)]][k] + at.s * z[i][k];
  return x;
}

void PlanBridge::state(Archive& archive) {
  for (double& v : plan_.x.v) v /= alpha_;
  Archive& one = archive.group("first");
  one.field("x", plan_.x), one.field("weights", plan_.p), one.field("potential", plan_.f);
  Archive& two = archive.group("second");
  two.field("x", plan_.y), two.field("weights", plan_.q), two.field("potential", plan_.g);
  if (!archive.saving()) {
    const auto check = [](const Matrix<double>& x, const std::vector<double>& p, const std::vector<double>& f, const char* which) {
      const auto finite = [](double v) { return std::isfinite(v); };
      double mass = 0;
      bool ok = int64_t(p.size()) == x.rows && int64_t(f.size()) == x.rows;
      for (const double v : p) ok = ok && finite(v) && v >= 0, mass += v;
      ok = ok && mass > 0 && std::all_of(f.begin(), f.end(), finite) && std::all_of(x.v.begin(), x.v.end(), finite);
      if (!ok)
        throw Error(std::string("the plan's /") + which +
                        " does not hold a weight and a potential for each point, all finite, weights not negative. The file is damaged or "
                        "was edited.",
                    Exit::data);
    };
    check(plan_.x, plan_.p, plan_.f, "first"), check(plan_.y, plan_.q, plan_.g, "second");
  }
  for (double& v : plan_.x.v) v *= alpha_;
  if (!archive.saving()) prepare();
}

}  // namespace dm
