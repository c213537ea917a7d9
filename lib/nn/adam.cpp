#include "nn/adam.h"

#include <algorithm>
#include <cmath>

#include "core/parallel.h"

namespace dm {

std::vector<Option> Adam::options(double rate) {
  return {{"rate", number(0).above(), rate, "learning rate at its highest"},
          {"warmup", integer(0), 200, "steps of linear warm-up"},
          {"decay", choice({"constant", "cosine"}), "cosine", "learning rate after the warm-up; cosine ends at zero"},
          {"beta1", number(0, 1).below(), 0.9, "decay of the first moment"},
          {"beta2", number(0, 1).below(), 0.99, "decay of the second moment"},
          {"epsilon", number(0).above(), 1e-8, "added to the root of the second moment"},
          {"weight_decay", number(0), 0.0, "decoupled weight decay (AdamW), times the learning rate"},
          {"clip", number(0), 1.0, "largest gradient norm; 0: no clipping"},
          {"ema", number(0, 1).below(), 0.999, "decay of the moving average of the parameters, at most (1 + k) / (10 + k) at step k"}};
}

Adam::Adam(const Value& o, int64_t total_steps, int64_t size)
    : lr_(o["rate"].number()),
      beta1_(o["beta1"].number()),
      beta2_(o["beta2"].number()),
      epsilon_(o["epsilon"].number()),
      decay_(o["weight_decay"].number()),
      clip_(o["clip"].number()),
      ema_(o["ema"].number()),
      warmup_(o["warmup"].integer()),
      total_(total_steps),
      cosine_(o["decay"].text() == "cosine"),
      m_(std::size_t(size)),
      v_(std::size_t(size)) {}

double Adam::rate(int64_t k) const {
  const double ramp = k < warmup_ ? double(k + 1) / double(warmup_) : 1;
  const double progress = std::min(1.0, double(k) / double(std::max<int64_t>(1, total_)));
  return lr_ * ramp * (cosine_ ? 0.5 * (1 + std::cos(M_PI * progress)) : 1);
}

double Adam::step(int64_t k, const float* g, float* p, float* ema) {
  const int64_t size = int64_t(m_.size());
  double square = 0;
  ordered_sum<double>(
      Cut{16384}, size,
      [&](Rows r, double* lane) {
        double s = 0;
        for (int64_t i = r.first; i < r.first + r.n; ++i) s += double(g[i]) * double(g[i]);
        *lane += s;
      },
      &square, 1);
  if (!std::isfinite(square)) return NAN;
  const double norm = std::sqrt(square);
  const float scale = clip_ > 0 && norm > clip_ ? float(clip_ / norm) : 1.0f;
  // lr m^ / (sqrt(v^) + eps) with m^ = m / (1 - beta1^n), v^ = v / (1 - beta2^n)
  const double lr = rate(k), n = double(k + 1), root = std::sqrt(1 - std::pow(beta2_, n));
  const float a = float(lr * root / (1 - std::pow(beta1_, n))), eps = float(epsilon_ * root), shrink = float(1 - lr * decay_);
  const float b1 = float(beta1_), c1 = float(1 - beta1_), b2 = float(beta2_), c2 = float(1 - beta2_);
  const float keep = float(std::min(ema_, double(1 + k) / double(10 + k))), take = 1 - keep;
  for_tiles(Cut{4096}, size, [&](Rows r, int64_t) {
    float *m = m_.data(), *v = v_.data();
    for (int64_t i = r.first; i < r.first + r.n; ++i) {
      const float x = g[i] * scale;
      m[i] = b1 * m[i] + c1 * x;
      v[i] = b2 * v[i] + c2 * x * x;
      p[i] = shrink * p[i] - a * m[i] / (std::sqrt(v[i]) + eps);
      ema[i] = keep * ema[i] + take * p[i];
    }
  });
  return norm / std::sqrt(double(size));
}

void Adam::state(Archive& archive) {
  archive.field("m", m_);
  archive.field("v", v_);
}

}  // namespace dm
