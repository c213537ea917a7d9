#include <cmath>

#include "nn/registry.h"

namespace dm {

namespace {

// features -> [linear, f] x layers -> linear. Weights start as He et al. 2015 (uniform, variance 2 / fan-in), the last layer at zero, so
// that the first prediction is 0.
struct Mlp : NetworkOf<Mlp> {
  std::vector<int> weight, bias;
  Activation f;

  Mlp(const Value& o, int n_in, int n_out) : f(activation_named(o["activation"].text())) {
    in = n_in, out = n_out;
    const int layers = int(o["layers"].integer()), width = int(o["width"].integer());
    for (int l = 0; l <= layers; ++l) {
      const int from = l ? width : in, to = l < layers ? width : out;
      const double bound = l < layers ? std::sqrt(6 / double(from)) : 0;
      const std::string name = "layer" + std::to_string(l);
      weight.push_back(layout.weight(name + "/weight", from, to, bound));
      bias.push_back(layout.bias(name + "/bias", to, bound));
    }
  }

  template <class S>
  Var build(Tape<S>& tape, Var h) const {
    for (std::size_t l = 0; l < weight.size(); ++l) {
      h = linear(tape, h, weight[l], bias[l]);
      if (l + 1 < weight.size()) h = activate(tape, h, f);
    }
    return h;
  }
};

}  // namespace

const NetworkEntry mlp{{"mlp",
                        "fully connected layers: linear, activation, ..., linear",
                        "",
                        {{"layers", integer(1, 64), 3, "hidden layers"},
                         {"width", integer(1, 8192), 256, "units a hidden layer"},
                         {"activation", choice(activation_names()), "silu", "after each hidden layer"}}},
                       [](const Value& o, int in, int out) -> std::unique_ptr<Network> { return std::make_unique<Mlp>(o, in, out); }};

}  // namespace dm
