// The Sinkhorn divergence (Feydy et al. 2019; ot/sinkhorn.h). "value" is sqrt(2 S), in data units: W2 for small sigma, the distance of the
// means for large.
#include "ot/sinkhorn.h"

#include <algorithm>
#include <cmath>

#include "metric/entries.h"
#include "space/codec.h"

namespace dm {
namespace {

struct Divergence : Metric {
  explicit Divergence(const Value& o) : sigma(o["sigma"].is_null() ? 0 : o["sigma"].number()), tolerance(o["tolerance"].number()) {}

  Value evaluate(const Sets& s, uint64_t) const override {
    SinkhornOptions o;
    const Points& scale = s.scale ? *s.scale : s.reference;
    const double used = sigma > 0 ? sigma : AffineCodec::fit(scale.x, scale.w).scale / 4;
    o.eps = used * used, o.tolerance = tolerance;
    Progress silent;
    const SinkhornDivergence d = sinkhorn_divergence(s.samples, s.reference, o, silent);
    Value v = Value::object();
    v.set("value", std::sqrt(2 * std::max(d.value, 0.0)));
    v.set("divergence", d.value);
    v.set("sigma", used);
    double error = 0;
    bool converged = true;
    for (const Sinkhorn* part : {&d.cross, &d.first, &d.second})
      error = std::max(error, part->row_error), converged = converged && part->status == "converged";
    v.set("marginal_error", error);
    v.set("converged", converged);
    return v;
  }

  double sigma, tolerance;
};

}  // namespace

const MetricEntry& sinkhorn_metric() {
  static const MetricEntry e{
      {"sinkhorn",
       "Sinkhorn divergence S of the cost |x - y|^2 / 2 at eps = sigma^2, as sqrt(2 S) in data units: w2 for small sigma, the distance of "
       "the "
       "means for large",
       "Feydy et al. 2019, arXiv:1810.08278",
       {{"sigma", number(0).above(), nullptr, "root of eps, in data units; unset: a quarter of the reference's pooled standard deviation"},
        {"tolerance", number(0).above(), 1e-5, "L1 error of the marginals at which it ends; the value's error is of its square"}}},
      [](const Value& o) { return std::make_unique<Divergence>(o); }};
  return e;
}

}  // namespace dm
