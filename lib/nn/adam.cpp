#include "nn/adam.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

namespace {

// ||g||^2 in double: of a slice sixteen chains of additions side by side, since one alone would wait for itself; chains and slices are
// added in order.
double square_norm(const float* g, int64_t size) {
  const Cut cut{4096};
  static thread_local std::vector<double> store;  // kept between calls: no allocation in a training loop
  std::vector<double>& of_slice = store;
  of_slice.resize(std::size_t(cut.tiles(size)));
  for_tiles(cut, size, [&](Rows r, int64_t t) {
    constexpr int side = 16;
    double s[side] = {};
    const float* x = g + r.first;
    for (int64_t i = 0; i + side <= r.n; i += side)
      for (int q = 0; q < side; ++q) s[q] += double(x[i + q]) * double(x[i + q]);
    for (int64_t i = r.n / side * side; i < r.n; ++i) s[i % side] += double(x[i]) * double(x[i]);
    of_slice[std::size_t(t)] = std::accumulate(s, s + side, 0.0);
  });
  return std::accumulate(of_slice.begin(), of_slice.end(), 0.0);
}

// The numbers of one step; by value, so that the loop keeps them in registers.
struct Update {
  float scale, b1, c1, b2, c2, a, eps, shrink, keep, take;
};

void update(const Update u, int64_t n, const float* __restrict g, float* __restrict m, float* __restrict v, float* __restrict p,
            float* __restrict ema) {
  for (int64_t i = 0; i < n; ++i) {
    const float x = g[i] * u.scale;
    m[i] = u.b1 * m[i] + u.c1 * x;
    v[i] = u.b2 * v[i] + u.c2 * x * x;
    p[i] = u.shrink * p[i] - u.a * m[i] / (std::sqrt(v[i]) + u.eps);
    ema[i] = u.keep * ema[i] + u.take * p[i];
  }
}

}  // namespace

double Adam::step(int64_t k, const float* g, ParamSet<float>& p, std::vector<float>& ema) {
  const int64_t size = int64_t(m_.size());
  const double square = square_norm(g, size);
  if (!std::isfinite(square)) return NAN;
  const double norm = std::sqrt(square);
  // lr m^ / (sqrt(v^) + eps) with m^ = m / (1 - beta1^n), v^ = v / (1 - beta2^n)
  const double lr = rate(k), n = double(k + 1), root = std::sqrt(1 - std::pow(beta2_, n));
  const float keep = float(std::min(ema_, double(1 + k) / double(10 + k)));
  const Update u{.scale = clip_ > 0 && norm > clip_ ? float(clip_ / norm) : 1.0f,
                 .b1 = float(beta1_),
                 .c1 = float(1 - beta1_),
                 .b2 = float(beta2_),
                 .c2 = float(1 - beta2_),
                 .a = float(lr * root / (1 - std::pow(beta1_, n))),
                 .eps = float(epsilon_ * root),
                 .shrink = float(1 - lr * decay_),
                 .keep = keep,
                 .take = 1 - keep};
  parallel(int64_t(p.pieces().size()), [&](int64_t i) {
    const auto& piece = p.pieces()[std::size_t(i)];
    const int64_t at = piece.first;
    update(u, piece.size, g + at, m_.data() + at, v_.data() + at, p.v.data() + at, ema.data() + at);
    p.pack(piece);
  });
  return norm / std::sqrt(double(size));
}

void Adam::state(Archive& archive) {
  archive.field("m", m_);
  archive.field("v", v_);
}

}  // namespace dm
