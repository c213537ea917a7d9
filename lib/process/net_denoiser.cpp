#include "process/net_denoiser.h"

#include <cmath>

namespace dm {

std::vector<Option> Head::options() {
  return {{"network", method(networks), "mlp", "the function that is learned"},
          {"embedding", method(embeddings), "sinusoidal", "how the network sees the noise level, ln(sigma / alpha) / 4"},
          {"predict", choice(kind_names()), "edm",
           "what the network's output means: x0, eps, v, score, or the preconditioned F of Karras et al. 2022"},
          {"sigma_data", number(0).above(), 1.0, "standard deviation of the data in model units (input scaling and the edm prediction)"}};
}

Head::Head(const Value& o, int dim, Stream init)
    : embedding(make<Embedding, Stream>(embeddings(), o["embedding"], init)),
      kind(kind_named(o["predict"].text())),
      sigma_data(o["sigma_data"].number()),
      d(dim) {
  net = make<std::unique_ptr<Network>, int, int>(networks(), o["network"], d + embedding.width(), d);
}

Var Head::record(Tape<float>& tape, Mat<const double> x, Times times) const {
  const Mat<float> in = tape.arena.matrix<float>(x.rows, net->in);
  for (int64_t i = 0; i < x.rows; ++i) {
    const Level& l = times[i];
    const double c_in = 1 / std::sqrt(l.alpha * l.alpha * sigma_data * sigma_data + l.sigma * l.sigma);
    for (int j = 0; j < d; ++j) in[i][j] = float(c_in * x[i][j]);
    if (i && times.same)
      std::copy_n(in[0] + d, embedding.width(), in[i] + d);
    else
      embedding.features(0.25 * std::log(l.sigma_ve()), in[i] + d);
  }
  return net->record(tape, tape.constant(in));
}

void NetDenoiser::eval(const State& state, Times times, Pred& out) const {
  static thread_local Arena arena;
  arena.reset();
  Tape<float> tape(params, arena);
  const Mat<double> x = state.x();
  const Mat<float> y = tape.value(head.record(tape, x, times));
  Canonical k{};
  for (int64_t i = 0; i < x.rows; ++i) {
    if (i == 0 || !times.same) k = to_canonical(head.kind, times[i], head.sigma_data);
    for (int64_t j = 0; j < x.cols; ++j) {
      out.x0[i][j] = k.k0 * x[i][j] + k.k1 * double(y[i][j]);
      out.eps[i][j] = k.k2 * x[i][j] + k.k3 * double(y[i][j]);
    }
  }
}

}  // namespace dm
