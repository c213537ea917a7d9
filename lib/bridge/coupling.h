// Where the pairs (x0, x1) of a training come from. Every coupling is a Source whose rows are [x0, x1]; what a side gives at a step is
// a pure function of the step.
#pragma once
#include "bridge/bridge.h"
#include "density/law.h"
#include "sample/rule.h"
#include "space/codec.h"
#include "train/source.h"

namespace dm {

// One of the two laws: rows, or a law that can be drawn from.
struct Side {
  int d = 0, given = 0;                                                 // columns of a row, and of what it brings of the pair's condition
  std::function<std::unique_ptr<Source>(int batch, Stream)> make = {};  // draws [n, d] rows, an epoch after the other

  Mat<const double> x = {};          // where it is rows: these
  std::vector<double> weights = {};  // and theirs, empty: all alike
  Given told = {};
  bool reads = false;  // what is given of a pair is read from the other side, not written

  static Side rows(Mat<const double> x, std::vector<double> weights, Given given = {});
  static Side law(const Law& law, const Codec& codec);  // in model units
  static Side law(const GivenLaw& law, int d);          // drawn given what the other side brings; the second side alone
};

// Both sides on their own: the product coupling.
std::unique_ptr<Source> independent(const Side& p0, const Side& p1, int batch, Stream);

// x0 from the first side and x1 where the reference takes it: what the first half-iteration of IPF is trained on.
std::unique_ptr<Source> from_reference(const Side& p0, const Side& p1, const Schedule& reference, int batch, Stream);

// The rows of a batch of both sides matched by the optimal assignment of |x0 - x1|^2 (Tong et al. 2023; Pooladian et al. 2023). Pairs are
// drawn without replacement: every row of the batch is in one pair.
std::unique_ptr<Source> minibatch_ot(const Side& p0, const Side& p1, int batch, Stream);

// Pairs drawn from the entropic plan of the whole sets at eps = sigma^2, the static Schroedinger bridge of the Brownian motion: every row
// of the first set is once in a pair an epoch, with a partner drawn anew from its row of the plan. A side that is a law is drawn once,
// 10,000 rows. `kept`: masses of the plan that are kept at most (512 MiB); of a larger one a row is found again at every draw.
std::unique_ptr<Source> entropic(const Side& p0, const Side& p1, double sigma, int batch, Stream, int64_t kept = int64_t(1) << 27);

// The same in each batch on its own (SB-CFM as published; biased towards independence by the small plan).
std::unique_ptr<Source> minibatch_entropic(const Side& p0, const Side& p1, double sigma, int batch, Stream);

// Pairs whose one end is drawn from its side and whose other end is where `way` takes it, simulated anew every `stride` steps for a cache
// of `size` pairs, from which batches are drawn an epoch after the other. `steps` and `noisy_end`: of the simulation.
struct Simulation {
  const Transport& transport;
  Direction way;
  std::unique_ptr<StepRule> rule;
  int steps;
  Final final;
  int size;
  int64_t stride;
};
std::unique_ptr<Source> simulated(const Side& p0, const Side& p1, Simulation, int batch, Stream);

}  // namespace dm
