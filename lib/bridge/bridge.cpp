#include "bridge/bridge.h"

namespace dm {

Bridge::Bridge(std::shared_ptr<const Schedule> reference) : schedules_{reference, std::make_shared<Reversed>(reference)} {}

void EndLaw::draw(Stream stream, Rows rows, Mat<double> x) const {
  Matrix<double> both(x.rows, 2 * x.cols);
  coupling->draw(stream, rows, both);
  for (int64_t i = 0; i < x.rows; ++i) std::copy_n(both[i] + end * x.cols, x.cols, x[i]);
}

std::shared_ptr<const Law> Transport::start(Direction d) const {
  std::shared_ptr<const Law> both = coupling();
  return both ? std::make_shared<EndLaw>(both, d == Direction::backward) : nullptr;
}

Way Bridge::sde(Direction d, const double* sigma) const {
  if (sigma)
    throw Error("this bridge has the noise of its reference; leave --noise out. Methods sf2m and interpolant can take another", Exit::spec);
  // The denoiser belongs to the bridge, which outlives the way.
  return {schedule(d), std::shared_ptr<const Denoiser>(std::shared_ptr<void>(), &ends(d))};
}

namespace {

struct Flow : Denoiser {
  const Bridge& bridge;
  const Direction direction;
  Flow(const Bridge& b, Direction d) : bridge(b), direction(d) {}
  int dim() const override { return bridge.dim(); }
  bool differentiable() const override {
    return bridge.ends(Direction::forward).differentiable() && bridge.ends(Direction::backward).differentiable();
  }
  double rounding() const override {
    return std::max(bridge.ends(Direction::forward).rounding(), bridge.ends(Direction::backward).rounding());
  }

  // Both drifts are singular at one end each, where what they are divided by magnifies rounding; the flow is taken this far inside.
  double near_end() const { return rounding() > 0 ? 1e-3 : 1e-5; }

  // dx/du of a row is x * own + sum over the directions of end * pull.
  struct Terms {
    double own;
    double pull[2];
    double u;
  };
  Terms terms(double u, Level at[2]) const {
    Terms out{0, {}, u};
    const double t = std::clamp(to_go(direction, u), near_end(), 1 - near_end());
    for (const Direction d : {Direction::backward, Direction::forward}) {
      const int k = d == Direction::forward;
      const Schedule& s = *bridge.schedule(d);
      at[k] = s.at(to_go(d, t));
      const PinnedDrift drift(s, at[k]);
      const double sign = d == direction ? -0.5 : 0.5;  // u falls along d
      out.own += sign * drift.x;
      out.pull[k] = sign * drift.end;
    }
    return out;
  }

  struct Both {
    std::vector<Level> at[2];
    std::vector<Terms> terms;
    Matrix<double> end[2], eps;
    bool same;
    Both(const Flow& f, Times times, int64_t n, int64_t d) : same(times.same) {
      const int64_t distinct = same ? std::min<int64_t>(n, 1) : n;
      for (int64_t i = 0; i < distinct; ++i) {
        Level l[2];
        terms.push_back(f.terms(times[i].t, l));
        for (int k = 0; k < 2; ++k) at[k].push_back(l[k]);
      }
      for (auto& e : end) e = Matrix<double>(n, d);
      eps = Matrix<double>(n, d);
    }
    // (x0, eps) of the flow from x and both ends, or their tangents from the tangents.
    void combine(Mat<const double> x, Pred& out) const {
      for (int64_t i = 0; i < x.rows; ++i) {
        const Terms& c = terms[std::size_t(same ? 0 : i)];
        for (int64_t j = 0; j < x.cols; ++j) {
          out.eps[i][j] = c.own * x[i][j] + c.pull[0] * end[0][i][j] + c.pull[1] * end[1][i][j];
          out.x0[i][j] = x[i][j] - c.u * out.eps[i][j];
        }
      }
    }
  };

  void eval(const State& state, Times times, Pred& out) const override {
    const Mat<double> x = state.x();
    Both both(*this, times, x.rows, x.cols);
    for (const Direction d : {Direction::backward, Direction::forward}) {
      const int k = d == Direction::forward;
      Pred p{both.end[k], both.eps};
      bridge.ends(d).eval(state, {both.at[k].data(), times.same}, p);
    }
    both.combine(x, out);
  }

  struct FlowReplay : Replay {
    Both both;
    std::unique_ptr<Replay> replays[2];
    FlowReplay(const Flow& f, const State& state, Times times, Pred& out) : both(f, times, state.x().rows, state.x().cols) {
      for (const Direction d : {Direction::backward, Direction::forward}) {
        const int k = d == Direction::forward;
        Pred p{both.end[k], both.eps};
        replays[k] = f.bridge.ends(d).replay(state, {both.at[k].data(), times.same}, p);
      }
      both.combine(state.x(), out);
    }
    void jvp(Mat<const double> dx, Pred& out) override {
      for (int k = 0; k < 2; ++k) {
        Pred p{both.end[k], both.eps};
        replays[k]->jvp(dx, p);
      }
      both.combine(dx, out);
    }
    // eps = own x + pull . ends and x0 = x - u eps: gx = c_x0 + own e + sum_k (d end_k / dx)^T (pull_k e) with e = c_eps - u c_x0.
    void vjp(const Pred& c, Mat<double> gx) override {
      Matrix<double> seed(gx.rows, gx.cols), zero(gx.rows, gx.cols), part(gx.rows, gx.cols);
      for (int k = 0; k < 2; ++k) {
        for (int64_t i = 0; i < gx.rows; ++i) {
          const Terms& t = both.terms[std::size_t(both.same ? 0 : i)];
          for (int64_t j = 0; j < gx.cols; ++j) {
            const double e = c.eps[i][j] - t.u * c.x0[i][j];
            seed[i][j] = t.pull[k] * e;
            if (k == 0) gx[i][j] = c.x0[i][j] + t.own * e;
          }
        }
        replays[k]->vjp({seed, zero}, part);
        for (int64_t i = 0; i < gx.rows; ++i)
          for (int64_t j = 0; j < gx.cols; ++j) gx[i][j] += part[i][j];
      }
    }
  };
  std::unique_ptr<Replay> replay(const State& x, Times t, Pred& out) const override {
    return std::make_unique<FlowReplay>(*this, x, t, out);
  }
};

}  // namespace

Way Bridge::flow(Direction d) const {
  for (const Direction needed : {Direction::backward, Direction::forward}) ends(needed);
  return {std::make_shared<Straight>(), std::make_shared<Flow>(*this, d), "angle"};
}

void EndDenoiser::eval(const State& state, Times times, Pred& out) const {
  const Mat<double> x = state.x();
  std::vector<double> t(std::size_t(x.rows));
  for (int64_t i = 0; i < x.rows; ++i) t[std::size_t(i)] = to_go(direction, times[i].t);
  end(x, t.data(), out.x0);
  for (int64_t i = 0; i < x.rows; ++i)
    for (int64_t j = 0; j < x.cols; ++j) out.eps[i][j] = (x[i][j] - times[i].alpha * out.x0[i][j]) / times[i].sigma;
}

}  // namespace dm
