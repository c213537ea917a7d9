// Flow matching and its relatives: the velocity of a path between paired ends, and where the path has noise its score, so that any noise
// can be chosen when sampling (Tong et al. 2023, arXiv:2302.00482 and 2307.03672; Albergo, Boffi & Vanden-Eijnden 2023, arXiv:2303.08797).
#include "bridge/learner.h"

namespace dm {

namespace {

// u = E[dx/dt | x_t], by a network of the velocity, or by those of E[da x0 + db x1 | x_t] and eta = E[z | x_t]: u = mean + dc eta and
// grad log p_t = -eta / c. The dynamics of noise sigma then have the drifts +-u + sigma^2/2 grad log p, as a Brownian bridge of that sigma
// would, towards the end x + (time to go) * drift.
struct NetFlow : Transport {
  int d;
  double sigma;
  Path path;
  std::unique_ptr<NetDenoiser> velocity, eta;  // eta: null where there is none

  NetFlow(int dim, double s, Path p) : d(dim), sigma(s), path(std::move(p)) {}
  int dim() const override { return d; }
  bool flow_only() const override { return !eta; }

  struct Dynamics : Denoiser {
    const NetFlow& flow;
    Direction way;
    double sigma;
    Dynamics(const NetFlow& f, Direction w, double s) : flow(f), way(w), sigma(s) {}
    int dim() const override { return flow.d; }
    double rounding() const override { return flow.velocity->rounding(); }
    bool differentiable() const override { return true; }

    struct Terms {
      double u;          // time to go
      double mean, eta;  // dx/du without noise, or the drift: of both outputs
      Level net, own;
    };
    Terms terms(const Level& l) const {
      const double least = flow.eta ? 1e-4 : 0, t = std::clamp(to_go(way, l.t), least, 1 - least);  // c vanishes at the ends
      const Interpolant p = flow.path(t);
      const double sign = way == Direction::forward ? 1 : -1;
      Terms out{l.t, sign, 0, Straight().at(t), l};
      if (flow.eta) out.eta = sign * p.dc - 0.5 * sigma * sigma / p.c;
      return out;
    }
    // x0 = x + u (mean m + eta e); eps from the level
    void combine(const Terms& c, const double* x, const double* m, const double* e, double* x0, double* eps) const {
      for (int j = 0; j < flow.d; ++j) {
        const double drift = c.mean * m[j] + (e ? c.eta * e[j] : 0);
        x0[j] = x[j] + c.u * drift;
        eps[j] = sigma == 0 ? -drift : (x[j] - x0[j]) / c.own.sigma;
      }
    }

    struct Evaluation {
      std::vector<Terms> terms;
      std::vector<Level> at;
      Matrix<double> m, e, rest;
      bool same;
      Evaluation(const Dynamics& f, Times times, Mat<const double> x)
          : m(x.rows, x.cols), e(x.rows, f.flow.eta ? x.cols : 0), rest(x.rows, x.cols), same(times.same) {
        for (int64_t i = 0; i < (same ? std::min<int64_t>(1, x.rows) : x.rows); ++i)
          terms.push_back(f.terms(times[i])), at.push_back(terms.back().net);
      }
      Times times() const { return {at.data(), same}; }
      const Terms& of(int64_t i) const { return terms[std::size_t(same ? 0 : i)]; }
      Pred of_mean() { return {rest, m}; }
      Pred of_eta() { return {rest, e}; }
    };
    void combine(Evaluation& v, Mat<const double> x, Pred& out) const {
      for (int64_t i = 0; i < x.rows; ++i) combine(v.of(i), x[i], v.m[i], flow.eta ? v.e[i] : nullptr, out.x0[i], out.eps[i]);
    }
    void eval(const State& state, Times times, Pred& out) const override {
      Evaluation v(*this, times, state.x());
      Pred mean = v.of_mean(), eta = v.of_eta();
      flow.velocity->eval(state, v.times(), mean);
      if (flow.eta) flow.eta->eval(state, v.times(), eta);
      combine(v, state.x(), out);
    }
    struct DynamicsReplay : Replay {
      const Dynamics& f;
      Evaluation v;
      std::unique_ptr<Replay> mean, eta;
      DynamicsReplay(const Dynamics& dynamics, const State& state, Times times, Pred& out) : f(dynamics), v(f, times, state.x()) {
        Pred m = v.of_mean(), e = v.of_eta();
        mean = f.flow.velocity->replay(state, v.times(), m);
        if (f.flow.eta) eta = f.flow.eta->replay(state, v.times(), e);
        f.combine(v, state.x(), out);
      }
      void jvp(Mat<const double> dx, Pred& out) override {
        Pred m = v.of_mean(), e = v.of_eta();
        mean->jvp(dx, m);
        if (eta) eta->jvp(dx, e);
        f.combine(v, dx, out);
      }
      // x0 = x + u drift; eps = -drift, or -u drift / sigma_u
      void vjp(const Pred& c, Mat<double> gx) override {
        Matrix<double> seed(gx.rows, gx.cols), zero(gx.rows, gx.cols), part(gx.rows, gx.cols);
        for (int64_t i = 0; i < gx.rows; ++i) std::copy_n(c.x0[i], gx.cols, gx[i]);
        for (Replay* r : {mean.get(), eta.get()}) {
          if (!r) continue;
          for (int64_t i = 0; i < gx.rows; ++i) {
            const Terms& t = v.of(i);
            const double k = r == mean.get() ? t.mean : t.eta;
            for (int64_t j = 0; j < gx.cols; ++j)
              seed[i][j] = k * (t.u * c.x0[i][j] - c.eps[i][j] * (f.sigma == 0 ? 1 : t.u / t.own.sigma));
          }
          r->vjp({zero, seed}, part);
          for (int64_t i = 0; i < gx.rows; ++i)
            for (int64_t j = 0; j < gx.cols; ++j) gx[i][j] += part[i][j];
        }
      }
    };
    std::unique_ptr<Replay> replay(const State& x, Times t, Pred& out) const override {
      return std::make_unique<DynamicsReplay>(*this, x, t, out);
    }
  };

  Way flow(Direction way) const override {
    return {std::make_shared<Straight>(), std::make_shared<Dynamics>(*this, way, 0.0),
            path(0).c == 0 && path(0.5).c > 0 ? "angle" : "even"};
  }
  Way sde(Direction way, const double* noise) const override {
    if (!eta)
      throw Error(
          "this transport is a flow: it knows no score, so it has no stochastic dynamics; take heun, rk45 or ddim. Methods sf2m and "
          "interpolant "
          "learn the score",
          Exit::spec);
    const double s = noise ? *noise : sigma;
    std::shared_ptr<const Schedule> brownian =
        make<std::unique_ptr<const Schedule>, double>(references(), or_default({}, references(), "brownian"), s);
    return {brownian, std::make_shared<Dynamics>(*this, way, s)};
  }
};

using Pairs = std::function<std::unique_ptr<Source>(const Side&, const Side&, int batch, Stream)>;

struct Flows : Learner {
  const Value o;
  Path path;
  bool split;  // two networks: mean and noise
  Pairs couple;

  Flows(const Value& options, const LearnerInputs& inputs, Path p, bool two, Pairs c)
      : Learner(inputs), o(options), path(std::move(p)), split(two), couple(std::move(c)) {
    using Target = FlowMatching::Target;
    add("velocity", split ? Target::mean : Target::velocity);
    if (split) add("noise", Target::noise);
  }
  void add(const char* name, FlowMatching::Target target) {
    nets_.push_back({name, std::make_unique<FlowHead>(in.options, in.d, in.stream / name / "init", in.given),
                     std::make_unique<FlowMatching>(path, target, in.options["t_min"].number())});
  }
  std::vector<std::string> ignores() const override { return {"reference", "predict", "weighting"}; }
  int phases() const override { return 1; }
  int64_t steps() const override { return o["steps"].integer(); }
  std::vector<int> trained(int) const override { return split ? std::vector<int>{0, 1} : std::vector<int>{0}; }
  std::unique_ptr<Source> pairs(int, const Transport&, int batch, Stream s) const override {
    return couple(in.sides[0], in.sides[1], batch, s);
  }
  std::unique_ptr<Transport> transport(const std::vector<const ParamSet<float>*>& params) const override {
    auto flow = std::make_unique<NetFlow>(in.d, in.sigma, path);
    if (params[0]) flow->velocity = std::make_unique<NetDenoiser>(*nets_[0].head, *params[0]);
    if (split && params[1]) flow->eta = std::make_unique<NetDenoiser>(*nets_[1].head, *params[1]);
    return flow;
  }
};

// (1 - t) x0 + t x1 + sigma z
Path straight(double sigma) {
  return [sigma](double t) { return Interpolant{1 - t, t, sigma, -1, 1, 0}; };
}
// (1 - t) x0 + t x1 + sigma sqrt(t (1 - t)) z: the Brownian bridge
Path brownian_bridge(double sigma) {
  return [sigma](double t) {
    const double r = std::sqrt(t * (1 - t));
    return Interpolant{1 - t, t, sigma * r, -1, 1, r > 0 ? sigma * (1 - 2 * t) / (2 * r) : 0};
  };
}
// cos(pi t / 2) x0 + sin(pi t / 2) x1 + sigma sqrt(t (1 - t)) z
Path trigonometric(double sigma) {
  return [sigma](double t) {
    Interpolant p = brownian_bridge(sigma)(t);
    p.a = std::cos(M_PI_2 * t), p.b = std::sin(M_PI_2 * t), p.da = -M_PI_2 * p.b, p.db = M_PI_2 * p.a;
    return p;
  };
}

Option steps() { return {"steps", integer(1, 1e9), 10000, "optimiser steps"}; }
Option blur() {
  return {"blur", number(0), 0.0, "standard deviation of a noise of the same size at every t, in units of the data's spread; 0: none"};
}

// Pairs that are matched by x alone: given y, the start would no longer be independent of y, as it is when sampling.
Pairs matched(Pairs pairs) {
  return [pairs](const Side& p0, const Side& p1, int batch, Stream s) {
    if (p0.given || p1.given)
      throw Error(
          "this method matches rows by x and is blind to /y, so what it learns is not the law given y; take cfm, interpolant, "
          "rectified-flow or one of the bridges, or leave /y out with --condition none",
          Exit::spec);
    return pairs(p0, p1, batch, s);
  };
}

// Truly entropic pairs at eps = sigma^2, of the whole sets or of each batch.
Pairs entropic_pairs(const Value& o, double sigma) {
  const bool whole = o["pairs"].text() == "whole";
  return matched([whole, sigma](const Side& p0, const Side& p1, int batch, Stream s) {
    return whole ? entropic(p0, p1, sigma, batch, s) : minibatch_entropic(p0, p1, sigma, batch, s);
  });
}
Option entropic_option() {
  return {"pairs", choice({"whole", "minibatch"}), "whole",
          "the entropic plan that pairs are drawn from: of the whole sets, or of each batch (as published)"};
}

// A velocity on straight paths: no reference at all, and so no noise of one.
struct Straightened : Flows {
  Straightened(const Value& options, const LearnerInputs& inputs, double blur, Pairs c)
      : Flows(options, inputs, straight(blur), false, std::move(c)) {}
  std::vector<std::string> ignores() const override {
    auto all = Flows::ignores();
    all.push_back("sigma");
    return all;
  }
};

struct Rectified : Straightened {
  Rectified(const Value& options, const LearnerInputs& inputs) : Straightened(options, inputs, 0, independent) {}
  int phases() const override { return int(o["rounds"].integer()); }
  int64_t cache() const override { return o["cache"].is_null() ? std::max<int64_t>(in.rows, 10000) : o["cache"].integer(); }
  std::unique_ptr<Source> pairs(int phase, const Transport& frozen, int batch, Stream s) const override {
    if (phase == 0) return independent(in.sides[0], in.sides[1], batch, s);
    return simulated(in.sides[0], in.sides[1],
                     {frozen, Direction::forward, make<std::unique_ptr<StepRule>>(samplers(), or_default({}, samplers(), "heun")),
                      int(o["simulation_steps"].integer()), Final::step, int(cache()), o["refresh"].integer()},
                     batch, s);
  }
};

}  // namespace

const LearnerEntry cfm{{"cfm",
                        "flow matching on independent pairs; either side may be Gaussian noise",
                        "Lipman et al. 2023, arXiv:2210.02747; Tong et al. 2023, arXiv:2302.00482",
                        {steps(), blur()}},
                       [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> {
                         return std::make_unique<Straightened>(o, in, o["blur"].number(), independent);
                       }};
const LearnerEntry ot_cfm{
    {"ot-cfm", "flow matching on pairs matched optimally in each batch", "Tong et al. 2023, arXiv:2302.00482", {steps(), blur()}},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> {
      return std::make_unique<Straightened>(o, in, o["blur"].number(), matched(minibatch_ot));
    }};
const LearnerEntry sb_cfm{{"sb-cfm",
                           "the flow of the Schroedinger bridge, from Brownian bridges between entropic pairs",
                           "Tong et al. 2023, arXiv:2302.00482",
                           {steps(), entropic_option()}},
                          [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> {
                            return std::make_unique<Flows>(o, in, brownian_bridge(in.sigma), false, entropic_pairs(o, in.sigma));
                          }};
const LearnerEntry sf2m{
    {"sf2m",
     "the Schroedinger bridge by its flow and its score, from Brownian bridges between entropic pairs; the noise is chosen when sampling",
     "Tong et al. 2023, arXiv:2307.03672",
     {steps(), entropic_option()}},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> {
      return std::make_unique<Flows>(o, in, brownian_bridge(in.sigma), true, entropic_pairs(o, in.sigma));
    }};
const LearnerEntry interpolant{
    {"interpolant",
     "velocity and score of a stochastic interpolant on independent pairs; the noise is chosen when sampling",
     "Albergo, Boffi & Vanden-Eijnden 2023, arXiv:2303.08797",
     {steps(), {"path", choice({"linear", "trigonometric"}), "linear", "of the ends; the noise is sigma sqrt(t (1 - t)) z on both"}}},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> {
      return std::make_unique<Flows>(o, in, o["path"].text() == "linear" ? brownian_bridge(in.sigma) : trigonometric(in.sigma), true,
                                     independent);
    }};
const LearnerEntry rectified_flow{
    {"rectified-flow",
     "flow matching, then again on the pairs that the flow itself makes, in rounds (reflow)",
     "Liu, Gong & Liu 2023, arXiv:2209.03003",
     {{"rounds", integer(1, 1000), 2, "trainings: the first on independent pairs, the others on the flow's"},
      steps(),
      {"refresh", integer(1), 2500, "steps between simulations of new pairs"},
      {"cache", integer(1, 1e8), Value(), "pairs of a simulation; unset: the rows of the larger set, at least 10000"},
      {"simulation_steps", integer(1, 1e5), 50, "steps of Heun's method"}}},
    [](const Value& o, const LearnerInputs& in) -> std::unique_ptr<Learner> { return std::make_unique<Rectified>(o, in); }};

const Family& learners() {
  static const Family family{"method",
                             "how a transport is learned",
                             {&dsbm_imf, &dsbm_ipf, &dsbm_imf_plus, &cfm, &ot_cfm, &sb_cfm, &sf2m, &interpolant, &rectified_flow}};
  return family;
}

}  // namespace dm
