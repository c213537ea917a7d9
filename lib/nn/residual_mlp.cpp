#include <cmath>

#include "nn/registry.h"

namespace dm {

namespace {

// h = W x + b;  h += W2 f(W1 f(h) + b1) + b2 for each block (He et al. 2016, pre-activation);  y = W f(h) + b.
// Each block's second weight and the head start at zero: the network starts as the zero function.
struct ResidualMlp : NetworkOf<ResidualMlp> {
  struct Linear {
    int weight, bias;
  };
  std::vector<Linear> linears;  // entry, then two a block, then the head
  Activation f;

  ResidualMlp(const Value& o, int n_in, int n_out) : f(activation_named(o["activation"].text())) {
    in = n_in, out = n_out;
    const int blocks = int(o["blocks"].integer()), width = int(o["width"].integer());
    const auto add = [&](const std::string& name, int from, int to, double bound) {
      linears.push_back({layout.weight(name + "/weight", from, to, bound), layout.bias(name + "/bias", to, bound)});
    };
    const double bound = std::sqrt(6 / double(width));
    add("entry", in, width, std::sqrt(6 / double(in)));
    for (int b = 0; b < blocks; ++b) {
      add("block" + std::to_string(b) + "/first", width, width, bound);
      add("block" + std::to_string(b) + "/second", width, width, 0);
    }
    add("head", width, out, 0);
  }

  template <class S>
  Var build(Tape<S>& tape, Var x) const {
    const auto apply = [&](std::size_t i, Var v) { return dm::linear(tape, v, linears[i].weight, linears[i].bias); };
    Var h = apply(0, x);
    for (std::size_t i = 1; i + 2 < linears.size(); i += 2)
      h = dm::add(tape, h, apply(i + 1, activate(tape, apply(i, activate(tape, h, f)), f)));
    return apply(linears.size() - 1, activate(tape, h, f));
  }
};

}  // namespace

const NetworkEntry residual_mlp{
    {"residual-mlp",
     "pre-activation residual blocks of two linear layers",
     "He et al. 2016, arXiv:1603.05027",
     {{"blocks", integer(1, 64), 2, "residual blocks"},
      {"width", integer(1, 8192), 256, "units a layer"},
      {"activation", choice(activation_names()), "silu", "before each linear layer but the first"}}},
    [](const Value& o, int in, int out) -> std::unique_ptr<Network> { return std::make_unique<ResidualMlp>(o, in, out); }};

}  // namespace dm
