#include <cmath>
#include <limits>

#include "nn/ops.h"
#include "test.h"

using namespace dm;

namespace {

struct Exact {
  long double value, slope;
};

// In long double, without the cancellations that the formulas of the tape allow themselves.
Exact exact(const std::string& f, long double x) {
  const long double up = 1 / (1 + expl(-x)), down = 1 / (1 + expl(x));  // sigmoid(x), sigmoid(-x)
  if (f == "silu") return {x * up, up * (1 + x * down)};
  if (f == "tanh") return {tanhl(x), 1 / (coshl(x) * coshl(x))};
  if (f == "sin") return {sinl(x), cosl(x)};
  if (f == "softplus") return {(x > 0 ? x : 0) + log1pl(expl(-std::abs(x))), up};
  if (f == "leaky_relu") return {x > 0 ? x : 0.01L * x, x > 0 ? 1 : 0.01L};
  if (f == "relu") return {x > 0 ? x : 0, x > 0 ? 1.0L : 0.0L};
  // gelu
  const long double k = sqrtl(2 / M_PIl), u = k * (x + 0.044715L * x * x * x), share = 1 / (1 + expl(-2 * u));
  return {x * share, share + x / 2 * k * (1 + 0.134145L * x * x) / (coshl(u) * coshl(u))};
}

template <class S>
void hold_to_long_double() {
  const double eps = std::numeric_limits<S>::epsilon();
  const Layout none;
  const ParamSet<S> params(none);
  for (const auto& name : activation_names()) {
    INFO(name << " in " << sizeof(S) << " bytes");
    Arena arena;
    Tape<S> tape(params, arena);
    const int64_t n = 20000;
    const double top = name == "sin" ? 9 : 18;  // |x| <= 10^top
    const Mat<S> x = arena.matrix<S>(1, n);
    for (int64_t i = 0; i < n; ++i) {
      const double u = (double(i) + 0.5) / double(n) * 2 - 1;
      x[0][i] = S(i % 2 ? 100 * u : std::copysign(std::pow(10, -30 + std::abs(u) * (30 + top)), u));
    }
    x[0][0] = 0;
    const Var in = tape.input(x), y = activate(tape, in, activation_named(name));
    const Mat<S> value = tape.value(y), derivative = tape.value(slope(tape, in, activation_named(name)));
    double worst = 0, worst_slope = 0;  // in units of what is allowed
    for (int64_t i = 0; i < n; ++i) {
      const Exact is = exact(name, x[0][i]);
      const double turns = name == "sin" ? std::abs(double(x[0][i])) : 0;
      const double error = double(std::abs(value[0][i] - is.value)), slope_error = double(std::abs(derivative[0][i] - is.slope));
      if (!std::isfinite(error + slope_error)) FAIL("not finite at " << x[0][i]);
      // the arguments of sin go to turns in double, whatever S is
      worst = std::max(worst, error / (2 * eps * std::max(1.0, double(std::abs(is.value))) + 0x1p-52 * turns));
      worst_slope = std::max(worst_slope, slope_error / (50 * eps + 0x1p-52 * turns));
    }
    CHECK(worst < 1);
    CHECK(worst_slope < 1);
  }
}

}  // namespace

TEST_CASE("activations: value and slope within the stated error from 1e-30 to 1e18, float") { hold_to_long_double<float>(); }
TEST_CASE("activations: value and slope within the stated error from 1e-30 to 1e18, double") { hold_to_long_double<double>(); }
