// The networks of transports: what stands around one, and the objectives that train it on pairs (x0, x1) of a coupling. A clean row is
// [x0, x1], 2 d columns, in model units.
#pragma once
#include <functional>

#include "bridge/bridge.h"
#include "process/net_denoiser.h"
#include "train/objective.h"

namespace dm {

// What every network of a transport shares: the state as it is (a codec has brought it to unit spread), and an angle of the time to go u
// that is as fine near both ends as the noise there, label = (4 / pi) asin(sqrt(u)) - 1.
struct TransportHead : Head {
  TransportHead(const Value& options, int d, Stream init, int given);
  static std::vector<Option> options();  // network, embedding
  double c_in(const Level&) const override { return 1; }
  double label(const Level& l) const override;
};

// E[end | X_t] of a bridge, by a network of one of three outputs, y = (end - k0 x) / k1 in the direction of `schedule`:
//   scaled    (end - x / alpha) / c, c^2 what E |end - x / alpha|^2 / d would be were the ends independent and of unit variance: targets
//             of unit size at every t
//   endpoint  the end itself
//   drift     the drift of the process pinned at the end (DSBM's script; its variance grows like 1 / u)
struct EndHead : TransportHead {
  enum class Output { scaled, endpoint, drift };
  const Schedule& schedule;   // Bridge::schedule of the direction
  const Schedule& reference;  // of the bridge
  Direction direction;
  Output output;

  EndHead(const Value& options, int d, Stream init, int given, const Bridge&, Direction);
  static std::vector<Option> options();  // TransportHead's, predict
  Canonical canonical(const Level&) const override;
};

// Bridge matching (Shi et al. 2023, arXiv:2303.16852, eq. 9; Peluchetti 2023): X_t drawn from the reference pinned at a pair, the network
// regressed on the pair's end. t is uniform on [t_min, 1 - t_min]; the weight is that of |endhat - end|^2 / d times what the options say.
struct BridgeMatching : Objective {
  const EndHead& head;
  double t_min;
  std::string weighting;

  static std::vector<Option> options();
  BridgeMatching(const EndHead& h, const Value& options);
  int columns(int d) const override { return 2 * d; }
  void fill(Stream, const State& ends, const Regressor&, Query&) const override;
};

// x_t = a x0 + b x1 + c z and its derivative in t, for a given z.
struct Interpolant {
  double a, b, c, da, db, dc;
};
using Path = std::function<Interpolant(double t)>;

// E[y | x_t] at t for y = da x0 + db x1 + dc z (velocity), the same without dc z (mean), or z (noise): flow matching and its relatives. The
// level is that of the schedule Straight.
struct FlowMatching : Objective {
  enum class Target { velocity, mean, noise } target;
  Path path;
  double t_min;
  FlowMatching(Path p, Target k, double t) : target(k), path(std::move(p)), t_min(t) {}
  int columns(int d) const override { return 2 * d; }
  void fill(Stream, const State& ends, const Regressor&, Query&) const override;
};

// The network of a FlowMatching: its output is eps of the schedule Straight, taken as it is.
struct FlowHead : TransportHead {
  using TransportHead::TransportHead;
  Canonical canonical(const Level& l) const override { return {1, -l.sigma, 0, 1}; }
};

}  // namespace dm
