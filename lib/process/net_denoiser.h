// A network as a denoiser: features in, parametrised prediction out.
#pragma once
#include "nn/embedding.h"
#include "nn/network.h"
#include "process/denoiser.h"
#include "process/kind.h"

namespace dm {

// What stands around a network, whatever its parameters: features = [c_in x, embedding(label)], c_in = 1 / sqrt(alpha^2 sd^2 + sigma^2),
// label = ln(sigma / alpha) / 4 (the c_noise of Karras et al. 2022).
struct Head {
  std::unique_ptr<Network> net;
  Embedding embedding;
  Kind kind = Kind::edm;
  double sigma_data = 1;
  int d = 0;

  static std::vector<Option> options();  // network, embedding, predict, sigma_data
  Head(const Value& options, int d, Stream init);

  // Records the network on rows x [n, d]; the result is y [n, d].
  Var record(Tape<float>&, Mat<const double> x, Times) const;
};

struct NetDenoiser : Denoiser {
  const Head& head;
  const ParamSet<float>& params;

  NetDenoiser(const Head& h, const ParamSet<float>& p) : head(h), params(p) {}
  int dim() const override { return head.d; }
  void eval(const State& x, Times, Pred& out) const override;
  void check(const Level& l) const override { to_canonical(head.kind, l, head.sigma_data); }
  double rounding() const override { return 1e-7; }  // float
};

}  // namespace dm
