// Dynamic transport between two laws on t in [0, 1] as samplers see it. Either way is the reverse of a noising process in the time to go,
// u = t backward and u = 1 - t forward: every rule of sample/ runs on it.
#pragma once
#include "bridge/reference.h"
#include "density/law.h"
#include "process/denoiser.h"

namespace dm {

enum class Direction { backward, forward };  // towards t = 0, towards t = 1
inline double to_go(Direction d, double t) { return d == Direction::forward ? 1 - t : t; }
inline Direction opposite(Direction d) { return d == Direction::forward ? Direction::backward : Direction::forward; }

// What a sampler needs to go one way: the denoiser's x0 is its estimate of the end.
struct Way {
  std::shared_ptr<const Schedule> schedule;
  std::shared_ptr<const Denoiser> denoiser;
  const char* grid = "even";  // that suits it
};

// A law of rows [., d] given what the networks are told of each, both in model units.
struct GivenLaw {
  virtual ~GivenLaw() = default;
  virtual void draw(Stream, Rows, Mat<const double> given, Mat<double> x) const = 0;
  virtual void logp(Mat<const double> given, Mat<const double> x, double* out) const = 0;
};

struct Transport {
  virtual ~Transport() = default;
  virtual int dim() const = 0;
  virtual bool flow_only() const { return false; }  // has no stochastic dynamics
  // The step rule that suits the stochastic dynamics.
  virtual const char* rule() const { return "adams-bashforth"; }
  // The stochastic dynamics. `sigma`: another noise than the transport's own, where it can take one (Exit::spec where not).
  virtual Way sde(Direction, const double* sigma = nullptr) const = 0;
  // The deterministic dynamics with the same marginals: x0 = x - u eps and eps = dx/du on the schedule alpha = 1, sigma = u, so that every
  // rule of the probability flow is an integrator of dx/du in u.
  virtual Way flow(Direction) const = 0;
  // The law of (X_0, X_1), 2 dim() columns, where it can be drawn from without any dynamics; else null.
  virtual std::unique_ptr<const Law> coupling() const { return nullptr; }
  // The law that rows start from which go this way, a Density where that is known, where it can be drawn from; else null. Lives as long as
  // the transport.
  virtual std::shared_ptr<const Law> start(Direction) const;
  // The same where that law is another one for each condition; else null.
  virtual std::shared_ptr<const GivenLaw> start_given(Direction) const { return nullptr; }
};

// X_0 alone (end 0) or X_1 (end 1) of a coupling.
struct EndLaw : Law {
  std::shared_ptr<const Law> coupling;
  int end;
  EndLaw(std::shared_ptr<const Law> c, int e) : coupling(std::move(c)), end(e) {}
  int dim() const override { return coupling->dim() / 2; }
  void draw(Stream, Rows, Mat<double> x) const override;
};

// alpha = 1, sigma = t
struct Straight : Schedule {
  Level at(double t) const override { return {t, -1, 1, t}; }
  Level at_sigma_ve(double s) const override { return at(s); }
  double f(double) const override { return 0; }
  double g2(double t) const override { return 2 * t; }
  double t_lo() const override { return 0; }
  double reference_sd(const Level& l) const override { return l.sigma; }
};

// The drift of the process pinned at `end`, in the direction of falling u: -f x + g^2 (alpha end - x) / sigma^2.
struct PinnedDrift {
  double x, end;  // coefficients of the state and of the end
  PinnedDrift(const Schedule& s, const Level& l) {
    const double pull = s.g2(l.t) / (l.sigma * l.sigma);
    x = -s.f(l.t) - pull;
    end = pull * l.alpha;
  }
};

// A Schroedinger bridge, or what is on its way to be one: both drifts are those of the reference pinned at E[end | X_t],
//   v_f = f x + g^2 r (E[X1 | x] - r x) / w   and   v_b = -f x + g^2 (alpha E[X0 | x] - x) / sigma^2,
// and the flow is (v_f - v_b) / 2.
class Bridge : public Transport {
 public:
  explicit Bridge(std::shared_ptr<const Schedule> reference);
  const std::shared_ptr<const Schedule>& schedule(Direction d) const { return schedules_[d == Direction::forward]; }
  // Its x0 is E[end | X_t = x], at the levels of schedule(d). Throws (Exit::spec) where this way is not known.
  virtual const Denoiser& ends(Direction d) const = 0;

  Way sde(Direction, const double* sigma = nullptr) const override;
  Way flow(Direction) const override;

 private:
  std::shared_ptr<const Schedule> schedules_[2];
};

// E[end | X_t = x] in closed form, as a denoiser under a bridge's schedule.
struct EndDenoiser : Denoiser {
  // out [n, d] from x [n, d] at t = times in [0, 1], of the bridge
  virtual void end(Mat<const double> x, const double* t, Mat<double> out) const = 0;
  explicit EndDenoiser(Direction d) : direction(d) {}
  void eval(const State& x, Times, Pred& out) const override;
  const Direction direction;
};

// gaussian, mixture: closed forms, wherever a model of a bridge is accepted.
const Family& bridges();
using BridgeEntry = Entry<std::unique_ptr<Transport>>;

// Pairs of a bridge as a set: rows (X_1, X_0), the condition is where the row came from.
extern const LawEntry bridge_pairs;

}  // namespace dm
