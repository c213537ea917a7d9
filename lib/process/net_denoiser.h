// A network as a denoiser: features in, parametrised prediction out.
#pragma once
#include "nn/embedding.h"
#include "nn/network.h"
#include "process/regressor.h"

namespace dm {

// The levels that a training visits, as sigma / alpha; a network is not asked about others.
struct Trained {
  double lo = 0, hi = HUGE_VAL;
};

// What stands around a network, whatever its parameters: features = [c_in x, embedding(label), given], given the state's second component
// where the model has a condition (space/condition.h; a state without one says "absent"). Here c_in = 1 / sqrt(alpha^2 sd^2 + sigma^2),
// label = ln(sigma / alpha) / 4 (the c_noise of Karras et al. 2022), and the output is of a Kind; a bridge's head has others.
struct Head : Regressor {
  std::unique_ptr<Network> net;
  Embedding embedding;
  Trained trained;
  int given = 0;  // columns of the condition's component

  static std::vector<Option> options();  // network, embedding, predict, sigma_data
  // `unset`: what the network predicts where the option is unset.
  Head(const Value& options, int d, Stream init, Kind unset = Kind::edm, Trained = {}, int given = 0);

  // `in` are the features [n, net->in].
  Recorded record(Tape<float>&, const State& x, Times, bool wants = false) const override;
  Var direction(Tape<float>&, Mat<const double> dx, Times) const override;
  virtual double c_in(const Level& l) const { return 1 / std::sqrt(l.alpha * l.alpha * sigma_data * sigma_data + l.sigma * l.sigma); }
  virtual double label(const Level& l) const { return 0.25 * std::log(l.sigma_ve()); }
  // x0 = k0 x + k1 y, eps = k2 x + k3 y
  virtual Canonical canonical(const Level& l) const { return to_canonical(kind, l, sigma_data); }

 protected:
  // A head whose c_in, label and canonical are another class's.
  Head(const Value& network, Embedding, int d, int given);
};

struct NetDenoiser : Denoiser {
  const Head& head;
  const ParamSet<float>& params;

  NetDenoiser(const Head& h, const ParamSet<float>& p) : head(h), params(p) {}
  int dim() const override { return head.d; }
  void eval(const State& x, Times, Pred& out) const override;
  bool differentiable() const override { return true; }
  std::unique_ptr<Replay> replay(const State& x, Times, Pred& out) const override;
  void check(const Level&) const override;
  double lowest() const override { return head.trained.lo; }
  double rounding() const override { return 1e-7; }  // float
};

}  // namespace dm
