// The noise level as features of the network: a label c (for instance ln(sigma)/4) becomes [cos, sin] of several frequencies, or stays.
#pragma once
#include <memory>

#include "core/option.h"
#include "core/random.h"

namespace dm {

struct Embedding {
  std::vector<double> frequency;  // in turns per unit of the label; none: the label itself
  int width() const { return frequency.empty() ? 1 : int(frequency.size()) * 2; }
  void features(double label, float* out) const;  // out [width]: cos then sin
};

const Family& embeddings();
using EmbeddingEntry = Entry<Embedding, Stream>;  // the stream is that of the parameters' initial values

}  // namespace dm
