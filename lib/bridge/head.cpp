#include "bridge/head.h"

#include <cmath>

#include "nn/embedding.h"

namespace dm {

std::vector<Option> TransportHead::options() {
  return {{"network", method(networks), "mlp", "the function that is learned, one for each direction"},
          {"embedding", method(embeddings), "sinusoidal",
           "how the network sees the time, as the angle (4 / pi) asin(sqrt(u)) - 1 of the time to go u"}};
}

TransportHead::TransportHead(const Value& o, int d, Stream init, int given)
    : Head(o["network"], make<Embedding, Stream>(embeddings(), o["embedding"], init), d, given) {}

double TransportHead::label(const Level& l) const { return 4 / M_PI * std::asin(std::sqrt(std::clamp(l.t, 0.0, 1.0))) - 1; }

std::vector<Option> EndHead::options() {
  std::vector<Option> o = TransportHead::options();
  o.push_back({"predict", choice({"scaled", "endpoint", "drift"}), "scaled",
               "what the network's output means: the way to the end in units of its expected length, the end, or the drift"});
  return o;
}

EndHead::EndHead(const Value& o, int dim, Stream init, int columns, const Bridge& bridge, Direction way)
    : TransportHead(o, dim, init, columns),
      schedule(*bridge.schedule(way)),
      reference(*bridge.schedule(Direction::backward)),
      direction(way) {
  const std::string& name = o["predict"].text();
  output = name == "scaled" ? Output::scaled : name == "endpoint" ? Output::endpoint : Output::drift;
}

Canonical EndHead::canonical(const Level& l) const {
  double k0 = 0, k1 = 1;
  if (output == Output::scaled) {
    // end - x / alpha with x = p end + q other + s z: |1 - p / alpha|^2 + |q / alpha|^2 + (s / alpha)^2
    const Pinned pin(reference, to_go(direction, l.t));
    const double p = direction == Direction::forward ? pin.b : pin.a, q = direction == Direction::forward ? pin.a : pin.b;
    k0 = 1 / l.alpha;
    k1 = std::sqrt(std::pow(1 - p * k0, 2) + std::pow(q * k0, 2) + std::pow(pin.s * k0, 2));
  } else if (output == Output::drift) {
    const PinnedDrift drift(schedule, l);
    k0 = -drift.x / drift.end;
    k1 = 1 / drift.end;
  }
  return {k0, k1, (1 - l.alpha * k0) / l.sigma, -l.alpha * k1 / l.sigma};
}

std::vector<Option> BridgeMatching::options() {
  return {
      {"t_min", number(0, 0.5).above().below(), 1e-3, "t is drawn from [t_min, 1 - t_min]"},
      {"weighting", choice({"output", "std", "drift"}), "output",
       "of the squared error: even in the network's output, in the drift times the reference's standard deviation to the end (DSBM's image "
       "trainer), or even in the drift (its Gaussian script)"}};
}

BridgeMatching::BridgeMatching(const EndHead& h, const Value& o) : head(h), t_min(o["t_min"].number()), weighting(o["weighting"].text()) {}

void BridgeMatching::fill(Stream stream, const State& ends, const Regressor&, Query& q) const {
  const Mat<double> x = q.x.x();
  const int64_t d = x.cols;
  const Rows rows = q.x.rows = ends.rows;
  normals(stream / "z", rows, 0, x);  // x holds z until it is pinned
  for (int i = 0; i < rows.n; ++i) {
    const double t = t_min + (1 - 2 * t_min) * Draws(stream / "t", rows[i]).uniform();
    const Level l = q.at[std::size_t(i)] = head.schedule.at(to_go(head.direction, t));
    const Pinned pin(head.reference, t);
    const Canonical k = head.canonical(l);
    const double *x0 = ends.x()[i], *x1 = x0 + d, *end = head.direction == Direction::forward ? x1 : x0;
    // |yhat - y|^2 times k1^2 is the error of the end, times drift.end^2 that of the drift
    const double pull = k.k1 * PinnedDrift(head.schedule, l).end;
    const double w = weighting == "output" ? 1 : weighting == "drift" ? pull * pull : std::pow(pull * l.sigma, 2);
    q.weight[std::size_t(i)] = float(w / double(d));
    for (int64_t j = 0; j < d; ++j) {
      x[i][j] = pin.a * x0[j] + pin.b * x1[j] + pin.s * x[i][j];
      q.target[i][j] = float((end[j] - k.k0 * x[i][j]) / k.k1);
    }
  }
}

void FlowMatching::fill(Stream stream, const State& ends, const Regressor&, Query& q) const {
  const Mat<double> x = q.x.x();
  const int64_t d = x.cols;
  const Rows rows = q.x.rows = ends.rows;
  normals(stream / "z", rows, 0, x);
  for (int i = 0; i < rows.n; ++i) {
    const double t = t_min + (1 - 2 * t_min) * Draws(stream / "t", rows[i]).uniform();
    q.at[std::size_t(i)] = Straight().at(t);
    const Interpolant p = path(t);
    q.weight[std::size_t(i)] = float(1 / double(d));
    for (int64_t j = 0; j < d; ++j) {
      const double x0 = ends.x()[i][j], x1 = ends.x()[i][d + j], z = x[i][j];
      x[i][j] = p.a * x0 + p.b * x1 + p.c * z;
      q.target[i][j] = float(target == Target::noise ? z : p.da * x0 + p.db * x1 + (target == Target::velocity ? p.dc * z : 0));
    }
  }
}

}  // namespace dm
