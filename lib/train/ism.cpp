#include "train/implicit.h"
#include "train/registry.h"

namespace dm {

// E[ tr(ds/dx) + |s|^2 / 2 ], the sum over coordinates.
const ObjectiveEntry ism{
    {"ism",
     "implicit score matching: the score of the rows themselves, from its divergence",
     "Hyvarinen 2005, jmlr.org/papers/v6/hyvarinen05a.html",
     {ImplicitScore::sigma_option(),
      Probes::law_option("trace", {"exact", "rademacher", "gaussian"},
                         "exact: d tangents a row; else random probes (Hutchinson), whose number does not grow with d"),
      Probes::count_option()}},
    [](const Value& o, const Process& p) -> std::unique_ptr<Objective> {
      const Probes probes{Probes::named(o["trace"].text()), int(o["probes"].integer())};
      return std::make_unique<ImplicitScore>(p, o, probes, false);
    }};

}  // namespace dm
