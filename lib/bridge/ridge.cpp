#include "bridge/ridge.h"

#include <cmath>

#include "core/linalg.h"
#include "core/parallel.h"
#include "core/product.h"

namespace dm {

// The drift at t between the two steps around it, as the end that the pinned reference would be drawn to: v = c_x x + c_end end.
struct RidgeBridge::End : Denoiser {
  const RidgeBridge& bridge;
  const Direction way;
  End(const RidgeBridge& b, Direction d) : bridge(b), way(d) {}
  int dim() const override { return bridge.d_; }
  void eval(const State& state, Times times, Pred& out) const override {
    const Mat<const double> x = state.x();
    const Mat<const double> y = bridge.dy_ ? Mat<const double>(state.x(1)) : Mat<const double>{nullptr, x.rows, 0, 0};
    const Schedule& schedule = *bridge.schedule(way);
    const int N = bridge.steps_;
    const auto of_rows = [&](int64_t from, int64_t n, const Level& l) {
      // step k stands for t_k forward, t_{k+1} backward: s counts them from 0
      const double s = std::clamp(to_go(way, l.t) * N - (way == Direction::backward), 0.0, N - 1.0);
      const int k = std::min(int(s), std::max(N - 2, 0));
      const double late = N > 1 ? snapped(s - k) : 0;
      const Mat<double> v = out.x0.slice(from, n);
      for (int64_t i = 0; i < n; ++i) std::fill_n(v[i], v.cols, 0.0);
      if (late < 1) bridge.add_increment(way, k, x.slice(from, n), y.slice(from, n), (1 - late) * N, v);
      if (late > 0) bridge.add_increment(way, k + 1, x.slice(from, n), y.slice(from, n), late * N, v);
      const PinnedDrift drift(schedule, l);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < v.cols; ++j) {
          v[i][j] = (v[i][j] - drift.x * x[from + i][j]) / drift.end;
          out.eps[from + i][j] = (x[from + i][j] - l.alpha * v[i][j]) / l.sigma;
        }
    };
    if (times.same) return of_rows(0, x.rows, times[0]);
    for (int64_t i = 0; i < x.rows; ++i) of_rows(i, 1, times[i]);
  }
  // A level of the chain's own grid is met exactly.
  static double snapped(double w) { return w < 1e-9 ? 0 : w > 1 - 1e-9 ? 1 : w; }
};

RidgeBridge::RidgeBridge(int d, int dy, int steps, const Value& features, std::shared_ptr<const Schedule> reference)
    : FittedBridge(std::move(reference)),
      d_(d),
      dy_(dy),
      steps_(steps),
      features_(make<std::unique_ptr<Features>, int>(dm::features(), features, d + dy)) {
  p_ = features_->count();
  for (const Direction way : {Direction::backward, Direction::forward})
    ends_[way == Direction::forward] = std::make_unique<End>(*this, way);
}

RidgeBridge::~RidgeBridge() = default;

const Denoiser& RidgeBridge::ends(Direction way) const {
  const int k = way == Direction::forward;
  if (maps_[k].empty())
    throw Error(std::string("the ") + (k ? "forward" : "backward") +
                    " direction of this bridge has not been fitted; take more half-iterations, or the other direction",
                Exit::spec);
  return *ends_[k];
}

void RidgeBridge::add_increment(Direction way, int k, Mat<const double> x, Mat<const double> y, double factor, Mat<double> out) const {
  const std::vector<Map>& maps = maps_[way == Direction::forward];
  if (maps.empty()) {  // the reference forward; backward is what the first half-iteration fits
    const double rate = schedule(Direction::backward)->f(k * h()) * h();
    for (int64_t i = 0; i < x.rows; ++i)
      for (int64_t j = 0; j < d_; ++j) out[i][j] += factor * (rate * x[i][j]);
    return;
  }
  const Map& m = maps[std::size_t(k)];
  const int q = d_ + dy_;
  std::vector<double> z(static_cast<std::size_t>(q)), phi(static_cast<std::size_t>(p_)), row(static_cast<std::size_t>(d_));
  for (int64_t i = 0; i < x.rows; ++i) {
    for (int j = 0; j < q; ++j) z[std::size_t(j)] = ((j < d_ ? x[i][j] : y[i][j - d_]) - m.mean[std::size_t(j)]) / m.scale[std::size_t(j)];
    features_->of(z.data(), m.centres.data(), phi.data());
    std::fill(row.begin(), row.end(), 0.0);
    for (int a = 0; a < p_; ++a)
      for (int j = 0; j < d_; ++j) row[std::size_t(j)] += phi[std::size_t(a)] * m.W[std::size_t(a * d_ + j)];
    for (int j = 0; j < d_; ++j) out[i][j] += factor * row[std::size_t(j)];
  }
}

// min_W sum |t - W^T phi|^2 / n + penalty |W|^2 with centred features of unit variance and a free constant. In the axes of their
// correlation matrix, G = V diag(g) V^T and b = V^T Phi^T T / n,
//   W = V (b / (g + penalty)),  RSS / n = T^2 / n - sum b^2 (g + 2 penalty) / (g + penalty)^2,  df = 1 + sum g / (g + penalty),
// and GCV = (RSS / n) / (1 - df / n)^2 (Golub, Heath & Wahba 1979).
RidgeBridge::Map RidgeBridge::fit_map(Mat<const double> z, Mat<const double> target, const std::vector<double>& penalty, Stream stream,
                                      Fitted& said) const {
  const int64_t n = z.rows;
  const int q = d_ + dy_, p = p_, d = d_;
  Map m{std::vector<double>(std::size_t(q)), std::vector<double>(std::size_t(q)),
        std::vector<double>(std::size_t(features_->centres() * q)), std::vector<double>(std::size_t(p * d))};
  const auto sum = [&](auto&& f, double* out, int64_t size) {
    ordered_sum<double>(
        {}, n,
        [&](Rows r, double* lane) {
          for (int i = 0; i < r.n; ++i) f(r[i], lane);
        },
        out, size);
    for (int64_t a = 0; a < size; ++a) out[a] /= double(n);
  };
  sum(
      [&](int64_t i, double* lane) {
        for (int j = 0; j < q; ++j) lane[j] += z[i][j];
      },
      m.mean.data(), q);
  sum(
      [&](int64_t i, double* lane) {
        for (int j = 0; j < q; ++j) lane[j] += (z[i][j] - m.mean[std::size_t(j)]) * (z[i][j] - m.mean[std::size_t(j)]);
      },
      m.scale.data(), q);
  for (double& s : m.scale) s = s > 0 ? std::sqrt(s) : 1;
  const auto standard = [&](int64_t i, double* out) {
    for (int j = 0; j < q; ++j) out[j] = (z[i][j] - m.mean[std::size_t(j)]) / m.scale[std::size_t(j)];
  };
  const Permutation shuffled(stream, uint64_t(n));
  for (int c = 0; c < features_->centres(); ++c) standard(int64_t(shuffled[uint64_t(c) % uint64_t(n)]), &m.centres[std::size_t(c * q)]);

  // [phi, t]^T [phi, t] / n
  const int w = p + d;
  Matrix<double> gram(w, w);
  ordered_sum<double>(
      {}, n,
      [&](Rows r, double* lane) {
        Matrix<double> phi(r.n, w), packed(1, packed_size<double>(r.n, w));
        std::vector<double> row(static_cast<std::size_t>(q));
        for (int i = 0; i < r.n; ++i) {
          standard(r[i], row.data());
          features_->of(row.data(), m.centres.data(), phi[i]);
          std::copy_n(target[r[i]], d, phi[i] + p);
        }
        product<double>(columns_of<double>(phi), pack<double>(phi, packed[0]), r.n, Mat<double>{lane, w, w, w}, Start::add);
      },
      gram[0], int64_t(w) * w);
  for (double& v : gram.v) v /= double(n);

  // centred, without the constant
  const auto covariance = [&](int a, int b) { return gram[a][b] - gram[0][a] * gram[0][b]; };
  Matrix<double> G(p - 1, p - 1), B(p - 1, d);
  std::vector<double> unit(static_cast<std::size_t>(p), 1.0);
  for (int a = 1; a < p; ++a)
    if (const double v = covariance(a, a); v > 1e-14 * gram[a][a]) unit[std::size_t(a)] = std::sqrt(v);
  for (int a = 1; a < p; ++a) {
    for (int b = 1; b < p; ++b) G[a - 1][b - 1] = covariance(a, b) / (unit[std::size_t(a)] * unit[std::size_t(b)]);
    for (int j = 0; j < d; ++j) B[a - 1][j] = covariance(a, p + j) / unit[std::size_t(a)];
  }
  const Eigh e = eigh(G);
  Matrix<double> b(p - 1, d);
  for (int a = 0; a < p - 1; ++a)
    for (int i = 0; i < p - 1; ++i)
      for (int j = 0; j < d; ++j) b[a][j] += e.V[i][a] * B[i][j];
  double total = 0;
  for (int j = 0; j < d; ++j) total += covariance(p + j, p + j);
  const double floor = p > 1 ? 1e-12 * std::max(1.0, e.values.back()) : 0;  // directions below it are rounding
  const auto shrink = [&](int a, double l) {
    const double g = e.values[std::size_t(a)];
    return g > floor ? 1 / (g + l) : 0;
  };
  double best = HUGE_VAL, chosen = penalty[0], rss = 0;
  for (const double l : penalty) {
    double r = total, df = 1;
    for (int a = 0; a < p - 1; ++a) {
      const double g = e.values[std::size_t(a)], s = shrink(a, l);
      df += g * s;
      for (int j = 0; j < d; ++j) r -= b[a][j] * b[a][j] * s * (1 + l * s);
    }
    const double left = 1 - df / double(n), gcv = left > 0 ? r / (left * left) : HUGE_VAL;
    if (gcv < best || penalty.size() == 1) best = gcv, chosen = l, rss = r;
  }
  said.penalty += chosen * h();
  said.explained += (total > 0 ? 1 - rss / total : 1) * h();
  for (int j = 0; j < d; ++j) m.W[std::size_t(j)] = gram[0][p + j];
  for (int a = 1; a < p; ++a)
    for (int j = 0; j < d; ++j) {
      double v = 0;
      for (int k = 0; k < p - 1; ++k) v += e.V[a - 1][k] * b[k][j] * shrink(k, chosen);
      m.W[std::size_t(a * d + j)] = v / unit[std::size_t(a)];
      m.W[std::size_t(j)] -= m.W[std::size_t(a * d + j)] * gram[0][a];
    }
  return m;
}

std::vector<RidgeBridge::Fitted> RidgeBridge::fit(const Set (&sets)[2], const RidgeOptions& o, const NoiseOf& noise, Stream stream,
                                                  Progress& progress) {
  std::vector<Fitted> out;
  const int64_t all = int64_t(o.half_iterations) * steps_;
  Memory memory;
  for (const Set& s : sets) memory.add("two sets", 2 * double(s.x.rows) * double(d_ + dy_));
  progress.ready(memory.add("paths", double(o.paths ? o.paths : std::max(sets[0].x.rows, sets[1].x.rows)) * double(5 * d_ + 2 * dy_)));
  progress.begin("fitting");
  for (int n = 1; n <= o.half_iterations; ++n) {
    const Direction way = n % 2 ? Direction::backward : Direction::forward, other = opposite(way);  // the paths go the other way
    const Set& from = sets[other == Direction::backward];
    const int64_t rows = o.paths ? o.paths : from.x.rows;
    const std::unique_ptr<const Noise> z = noise(n);
    const Stream own = stream / "half" / uint64_t(n);
    Matrix<double> x(rows, d_), next(rows, d_), y(rows, dy_), joint(rows, d_ + dy_), target(rows, d_);
    std::vector<double> upto(from.weights, from.weights + (from.weights ? from.x.rows : 0));
    for (std::size_t i = 1; i < upto.size(); ++i) upto[i] += upto[i - 1];
    for (int64_t i = 0; i < rows; ++i) {
      int64_t k = i % from.x.rows;
      if (from.weights) {
        const double u = Draws(own / "row", i).uniform() * upto.back();
        k = std::min(std::upper_bound(upto.begin(), upto.end(), u), upto.end() - 1) - upto.begin();
      }
      std::copy_n(from.x[k], d_, x[i]);
      std::copy_n(from.y[k], dy_, y[i]);
    }
    Fitted said{0, 0};
    std::vector<Map> maps(static_cast<std::size_t>(steps_));
    for (int move = 0; move < steps_; ++move) {
      const int k = other == Direction::forward ? move : steps_ - 1 - move;
      const double u = 1 - move * h(), sd = std::sqrt(schedule(other)->g2(u) * h());
      for_tiles({}, rows, [&](Rows r, int64_t) {
        const Mat<double> a = x.view().slice(r.first, r.n), b = next.view().slice(r.first, r.n), t = target.view().slice(r.first, r.n);
        const Mat<double> given = y.view().slice(r.first, r.n);
        Matrix<double> draw(r.n, d_);
        z->draw(r, move, 0, draw);
        for (int64_t i = 0; i < r.n; ++i) std::fill_n(t[i], d_, 0.0);
        add_increment(other, k, a, given, 1, t);
        for (int64_t i = 0; i < r.n; ++i)
          for (int64_t j = 0; j < d_; ++j) b[i][j] = a[i][j] + t[i][j] + sd * draw[i][j];
        // what is regressed is F(a) - F(b), from the increments of F
        for (int64_t i = 0; i < r.n; ++i)
          for (int64_t j = 0; j < d_; ++j) t[i][j] += a[i][j] - b[i][j];
        add_increment(other, k, b, given, -1, t);
        for (int64_t i = 0; i < r.n; ++i) {
          std::copy_n(b[i], d_, joint[r.first + i]);
          std::copy_n(given[i], dy_, joint[r.first + i] + d_);
        }
      });
      for (const double v : next.v)
        if (!std::isfinite(v))
          throw Error("half-iteration " + std::to_string(n) + ": the paths are no longer finite at step " + std::to_string(move + 1) +
                      " of " + std::to_string(steps_) + "; take features that grow less (rbf, linear), a larger penalty, or more steps");
      maps[std::size_t(k)] = fit_map(joint, target, o.penalty, own / "centres" / uint64_t(k), said);
      x.v.swap(next.v);
      progress.stop_point();
      progress.update(int64_t(n - 1) * steps_ + move + 1, all);
    }
    maps_[way == Direction::forward] = std::move(maps);
    out.push_back(said);
  }
  return out;
}

void RidgeBridge::state(Archive& a) {
  const std::size_t q = std::size_t(d_ + dy_);
  for (const Direction way : {Direction::backward, Direction::forward}) {
    std::vector<Map>& maps = maps_[way == Direction::forward];
    Archive& g = a.group(way == Direction::forward ? "forward" : "backward");
    int64_t fitted = int64_t(!maps.empty());
    g.field("fitted", fitted);
    if (!fitted && !a.saving()) maps.clear();
    if (!fitted) continue;
    std::vector<Map> read(a.saving() ? 0 : std::size_t(steps_));
    const auto field = [&](const char* name, std::vector<double> Map::*of, std::size_t size) {
      if (!size) return;
      std::vector<double> flat;
      for (const Map& m : maps) flat.insert(flat.end(), (m.*of).begin(), (m.*of).end());
      g.field(name, flat);
      if (a.saving()) return;
      // Nothing is allocated on the spec's word.
      if (flat.size() % read.size() || flat.size() / read.size() != size)
        throw Error(std::string("/") + (way == Direction::forward ? "forward/" : "backward/") + name + " has " +
                        std::to_string(flat.size()) + " numbers, which are not " + std::to_string(size) + " for each of " +
                        std::to_string(read.size()) + " steps. The file is damaged or was edited",
                    Exit::data);
      for (std::size_t k = 0; k < read.size(); ++k)
        (read[k].*of).assign(flat.begin() + std::ptrdiff_t(k * size), flat.begin() + std::ptrdiff_t((k + 1) * size));
    };
    field("mean", &Map::mean, q);
    field("scale", &Map::scale, q);
    field("centres", &Map::centres, std::size_t(features_->centres()) * q);
    field("weights", &Map::W, std::size_t(p_) * std::size_t(d_));
    if (!a.saving()) maps = std::move(read);
  }
}

}  // namespace dm
