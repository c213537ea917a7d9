#include "nn/embedding.h"

#include <cmath>

#include "core/math.h"
#include "nn/registry.h"

namespace dm {

void Embedding::features(double label, float* out) const {
  const std::size_t n = frequency.size();
  if (!n) out[0] = float(label);
  for (std::size_t k = 0; k < n; ++k) {
    double s, c;
    sincos_turn(frequency[k] * label, s, c);
    out[k] = float(c);
    out[n + k] = float(s);
  }
}

const EmbeddingEntry sinusoidal{{"sinusoidal",
                                 "geometric frequencies between two ends (Vaswani et al. 2017, arXiv:1706.03762)",
                                 "",
                                 {{"width", integer(2, 1024), 32, "features: half of them cosines, half sines"},
                                  {"lowest", number(0).above(), 0.125, "lowest frequency in turns per unit of the label"},
                                  {"highest", number(0).above(), 4.0, "highest frequency"}}},
                                [](const Value& o, Stream) {
                                  Embedding e;
                                  const int n = std::max(1, int(o["width"].integer() / 2));
                                  const double lo = std::log(o["lowest"].number()), hi = std::log(o["highest"].number());
                                  for (int k = 0; k < n; ++k) e.frequency.push_back(std::exp(lo + (hi - lo) * k / std::max(1, n - 1)));
                                  return e;
                                }};

const EmbeddingEntry label{{"label", "the label itself, one feature", "", {}}, [](const Value&, Stream) { return Embedding{}; }};

const EmbeddingEntry fourier{{"fourier",
                              "random frequencies N(0, scale^2), drawn once and kept",
                              "Tancik et al. 2020, arXiv:2006.10739",
                              {{"width", integer(2, 1024), 32, "features: half of them cosines, half sines"},
                               {"scale", number(0).above(), 1.0, "standard deviation of the frequencies, in turns per unit of the label"}}},
                             [](const Value& o, Stream s) {
                               Embedding e;
                               Draws draws(s / "fourier", 0);
                               for (int k = 0; k < std::max(1, int(o["width"].integer() / 2)); ++k)
                                 e.frequency.push_back(o["scale"].number() * draws.normal());
                               return e;
                             }};

}  // namespace dm
