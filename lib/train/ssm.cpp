#include "train/implicit.h"
#include "train/registry.h"

namespace dm {

// Song et al. 2019: E[ v . (ds/dx) v + (v . s)^2 / 2 ], eq. 7, or with |s|^2 / 2, eq. 8 (variance reduced), over projections with
// E[v v^T] = I, so both have the minimum of implicit score matching. (With unit vectors, as the authors' code has them, all is 1/d of it.)
const ObjectiveEntry ssm{
    {"ssm",
     "sliced score matching: the score of the rows themselves, from random projections of its Jacobian",
     "Song et al. 2019, arXiv:1905.07088",
     {ImplicitScore::sigma_option(),
      {"form", choice({"ssm-vr", "ssm"}), "ssm-vr", "of the second term: |s|^2 / 2 (variance reduced) or (v . s)^2 / 2"},
      Probes::law_option("projection", {"rademacher", "gaussian", "sphere"}, "of v: entries +-1, N(0, I), or the sphere of radius sqrt(d)"),
      Probes::count_option()}},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> {
      const Probes probes{Probes::named(o["projection"].text()), int(o["probes"].integer())};
      return std::make_unique<ImplicitScore>(p, o, probes, o["form"].text() == "ssm");
    }};

}  // namespace dm
