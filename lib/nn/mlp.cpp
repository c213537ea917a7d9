#include <cmath>

#include "nn/registry.h"

namespace dm {

namespace {

// features -> [linear, layer norm where asked, f] for each hidden layer -> linear [f where asked]. Weights start as He et al. 2015
// (uniform, variance 2 / fan-in), the last layer at zero, so that the first prediction is 0.
struct Mlp : NetworkOf<Mlp> {
  struct Layer {
    int weight, bias, gain = -1, shift = -1;  // of layer norm; -1: none
  };
  std::vector<Layer> layers;
  Activation f;
  bool last;  // f on the output too

  Mlp(const Value& o, int n_in, int n_out) : f(activation_named(o["activation"].text())), last(o["output_activation"].boolean()) {
    in = n_in, out = n_out;
    std::vector<int> widths(std::size_t(o["layers"].integer()), int(o["width"].integer()));
    if (const Value& each = o["widths"]; !each.is_null()) {
      widths.clear();
      for (const double w : each.numbers()) widths.push_back(whole(w, 8192, "widths", "a number of units"));
    }
    const int hidden = int(widths.size());
    std::vector<bool> norm(std::size_t(hidden), false);
    if (!o["layer_norm"].is_null())
      for (const double l : o["layer_norm"].numbers())
        norm[std::size_t(whole(l, hidden, "layer_norm", "the number of a hidden layer")) - 1] = true;
    widths.push_back(out);
    for (int l = 0, from = in; l <= hidden; from = widths[std::size_t(l++)]) {
      const int to = widths[std::size_t(l)];
      const double bound = l < hidden ? std::sqrt(6 / double(from)) : 0;
      const std::string name = "layer" + std::to_string(l);
      Layer layer{layout.weight(name + "/weight", from, to, bound), layout.bias(name + "/bias", to, bound)};
      if (l < hidden && norm[std::size_t(l)])
        layer.gain = layout.bias(name + "/norm/gain", to, 0), layer.shift = layout.bias(name + "/norm/bias", to, 0);
      layers.push_back(layer);
    }
  }

  static int whole(double x, int most, const char* option, const char* what) {
    if (x >= 1 && x <= most && x == std::floor(x)) return int(x);
    throw Error("network mlp: " + std::string(option) + " holds " + to_json(Value(x)) + ", expected " + what + ", an integer in [1, " +
                    std::to_string(most) + "]",
                Exit::spec);
  }

  template <class S>
  Var build(Tape<S>& tape, Var h) const {
    for (const Layer& l : layers) {
      h = linear(tape, h, l.weight, l.bias);
      if (l.gain >= 0) h = layer_norm(tape, h, l.gain, l.shift);
      if (&l != &layers.back() || last) h = activate(tape, h, f);
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
                         {"widths", numbers(1, 8192), Value(), "units of each hidden layer; unset: `layers` of them, `width` each"},
                         {"layer_norm", numbers(1, 64), Value(),
                          "hidden layers, counted from 1, that are standardised over their units before the activation; unset: none"},
                         {"activation", choice(activation_names()), "silu", "after each hidden layer"},
                         {"output_activation", flag(), false, "the activation on the output too"}}},
                       [](const Value& o, int in, int out) -> std::unique_ptr<Network> { return std::make_unique<Mlp>(o, in, out); }};

}  // namespace dm
