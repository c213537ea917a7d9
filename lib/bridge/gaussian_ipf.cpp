// The bridge between the Gaussians that have the means and covariances of two sets.
#include "bridge/gaussian.h"
#include "bridge/ipf.h"
#include "bridge/registry.h"
#include "core/parallel.h"

namespace dm {

namespace {

struct Moments : FittedBridge {
  int64_t d;
  Gaussian of[2];
  std::unique_ptr<GaussianBridge> bridge;
  std::shared_ptr<const Schedule> reference;
  Moments(int64_t columns, std::shared_ptr<const Schedule> r) : FittedBridge(r), d(columns), reference(std::move(r)) {}
  void prepare() { bridge = std::make_unique<GaussianBridge>(of[0], of[1], reference); }
  int dim() const override { return int(d); }
  const Denoiser& ends(Direction d) const override { return bridge->ends(d); }
  std::unique_ptr<const Law> coupling() const override { return bridge->coupling(); }
  std::shared_ptr<const Law> start(Direction way) const override { return bridge->start(way); }
  void state(Archive& a) override {
    for (const int k : {0, 1}) {
      Archive& g = a.group(k ? "second" : "first");
      g.field("mean", of[k].mean);
      g.field("covariance", of[k].cov.v);
      // Nothing is allocated on the spec's word.
      if (int64_t(of[k].mean.size()) != d || of[k].cov.v.size() / of[k].mean.size() != of[k].mean.size() ||
          of[k].cov.v.size() % of[k].mean.size())
        throw Error("the moments of the " + std::string(k ? "second" : "first") + " set are not those of " + std::to_string(d) +
                        " columns. The file is damaged or was edited",
                    Exit::data);
      of[k].cov.rows = of[k].cov.cols = d;
    }
    if (!a.saving()) prepare();
  }
};

// Divided by the number of rows, as the laws of the sets are.
Gaussian moments(const Points& s) {
  const std::vector<double> p = probabilities(s);
  const int64_t d = s.d(), size = d * d;
  Gaussian g{std::vector<double>(std::size_t(d)), Matrix<double>(d, d)};
  const auto sum = [&](auto&& f, double* out, int64_t n) {
    ordered_sum<double>(
        {}, s.n(),
        [&](Rows r, double* lane) {
          for (int i = 0; i < r.n; ++i) f(r[i], p[std::size_t(r[i])], lane);
        },
        out, n);
  };
  sum(
      [&](int64_t i, double w, double* lane) {
        for (int64_t j = 0; j < d; ++j) lane[j] += w * s.x[i][j];
      },
      g.mean.data(), d);
  sum(
      [&](int64_t i, double w, double* lane) {
        for (int64_t j = 0; j < d; ++j)
          for (int64_t k = 0; k < d; ++k)
            lane[j * d + k] += w * (s.x[i][j] - g.mean[std::size_t(j)]) * (s.x[i][k] - g.mean[std::size_t(k)]);
      },
      g.cov.v.data(), size);
  return g;
}

struct Fit : IpfMethod {
  IpfSolution solve(const IpfProblem& problem, Progress& progress) const override {
    if (problem.start) throw Error("the method gaussian is a closed form and starts from nothing; leave --start out", Exit::spec);
    auto out = std::make_unique<Moments>(problem.first.d(), problem.reference);
    progress.ready(Memory()
                       .add("two sets", double(problem.first.n() + problem.second.n()) * double(problem.first.d() + 1))
                       .add("covariances", 10 * double(problem.first.d() * problem.first.d())));
    out->of[0] = moments(problem.first), out->of[1] = moments(problem.second);
    try {
      out->prepare();
    } catch (const Error& e) {
      throw Error(std::string(e.what()) + ". Give more rows than columns, and none that depends on the others", Exit::data);
    }
    return {std::move(out),
            Value::Object{{"status", "exact"}, {"summary", "the bridge between the Gaussians of both sets, in closed form"}}};
  }
  std::unique_ptr<FittedBridge> shaped(const Shape& s, std::shared_ptr<const Schedule> reference) const override {
    return std::make_unique<Moments>(s.d, std::move(reference));
  }
};

}  // namespace

const IpfEntry gaussian_ipf{{"gaussian",
                             "the closed form between the Gaussians that have the means and covariances of the sets",
                             "Bunne et al. 2022, arXiv:2202.05722",
                             {}},
                            [](const Value&) { return std::make_unique<Fit>(); }};

}  // namespace dm
