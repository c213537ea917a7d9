#include "plot/ticks.h"

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/random.h"
#include "plot/font.h"
#include "test.h"

using namespace dm;
using plot::Range;

namespace {
std::vector<std::string> labels(const std::vector<plot::Tick>& ticks) {
  std::vector<std::string> out;
  for (const auto& t : ticks)
    if (!t.label.empty()) out.push_back(t.label);
  return out;
}
}  // namespace

TEST_CASE("linear ticks: round numbers with one number of digits") {
  CHECK(labels(plot::linear_ticks({-1.2, 2.3}, 4)) == std::vector<std::string>{"\u22121", "0", "1", "2"});
  CHECK(labels(plot::linear_ticks({0, 1}, 5)) == std::vector<std::string>{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels(plot::linear_ticks({0, 21000}, 5)) == std::vector<std::string>{"0", "5000", "10000", "15000", "20000"});
  CHECK(labels(plot::linear_ticks({.0101, .0499}, 4)) == std::vector<std::string>{"0.02", "0.03", "0.04"});
}

TEST_CASE("linear ticks: large and small numbers carry a power of ten") {
  const std::string e6 = std::string("\u00d710") + plot::up + "6" + plot::level,
                    em5 = std::string("\u00d710") + plot::up + "\u22125" + plot::level;
  CHECK(labels(plot::linear_ticks({0, 2.2e6}, 3)) == std::vector<std::string>{"0", "1" + e6, "2" + e6});
  CHECK(labels(plot::linear_ticks({-1.1e-5, 1.1e-5}, 3)) == std::vector<std::string>{"\u22121" + em5, "0", "1" + em5});
}

TEST_CASE("linear ticks: a narrow range far from zero is labelled by the distance from a round number") {
  CHECK(plot::offset({0, 1}) == 0);
  CHECK(plot::offset({2000, 2026}) == 0);
  CHECK(plot::offset({1e12 - 3, 1e12 + 3}) == 1e12);
  CHECK(plot::offset({-3e12 - 2, -3e12 + 3}) == -3e12);
  CHECK(labels(plot::linear_ticks({1e12 - 1.2, 1e12 + 2.3}, 4)) == std::vector<std::string>{"\u22121", "0", "1", "2"});
  CHECK(plot::linear_ticks({1e12 - 1.2, 1e12 + 2.3}, 4)[0].at == 1e12 - 1);
  CHECK(plot::offset_label(1e12) == std::string("1\u00d710") + plot::up + "12" + plot::level);
  CHECK(plot::offset_label(1234500) == std::string("1.2345\u00d710") + plot::up + "6" + plot::level);
  CHECK(plot::offset_label(1000) == "1000");
  Draws draws(Stream(12) / "ticks", 0);
  for (int k = 0; k < 1000; ++k) {
    const double lo = draws.normal() * std::pow(10, draws.uniform(-12, 15)), length = std::abs(lo) * std::pow(10, draws.uniform(-10, 1));
    INFO(lo << " + " << length);
    for (const std::string& label : labels(plot::linear_ticks({lo, lo + length}, 5))) REQUIRE(plot::line_width(label) < 9);
    const double from = plot::offset({lo, lo + length});
    REQUIRE((from == 0 || std::abs(from - lo) <= 200 * length));
  }
}

TEST_CASE("linear ticks: any range of any size gets 2 to 2 target + 1 of them, inside, evenly spaced, with different labels") {
  Draws draws(Stream(11) / "ticks", 0);
  for (int k = 0; k < 3000; ++k) {
    const double lo = draws.normal() * std::pow(10, draws.uniform(-12, 12)),
                 length = std::pow(10, draws.uniform(-6, 3)) * (std::abs(lo) + 1e-9);
    const int target = 2 + int(draws.below(7));
    const Range r{lo, lo + length};
    const auto ticks = plot::linear_ticks(r, target);
    INFO(r.lo << " to " << r.hi << ", target " << target);
    REQUIRE(ticks.size() >= 2);
    REQUIRE(int(ticks.size()) <= 2 * target + 1);
    const double step = ticks[1].at - ticks[0].at;
    for (size_t i = 0; i < ticks.size(); ++i) {
      REQUIRE(ticks[i].at >= r.lo - 1e-6 * length);
      REQUIRE(ticks[i].at <= r.hi + 1e-6 * length);
      if (i) REQUIRE(std::abs(ticks[i].at - ticks[i - 1].at - step) < 1e-5 * step + 1e-12 * std::abs(lo));
      if (i) REQUIRE(ticks[i].label != ticks[i - 1].label);
    }
  }
}

TEST_CASE("log ticks: powers with minor ticks, every k-th over many decades, ordinary ones within a decade") {
  const auto ticks = plot::log_ticks({.008, 20}, 6);
  CHECK(labels(ticks).size() == 4);  // .01, .1, 1, 10
  CHECK(labels(ticks)[0] == std::string("10") + plot::up + "\u22122" + plot::level);
  CHECK(ticks.size() == 4 + 2 + 8 * 3 + 1);
  const auto wide = labels(plot::log_ticks({1e-30, 1e30}, 5));
  CHECK(wide.size() >= 3);
  CHECK(wide.size() <= 6);
  CHECK(labels(plot::log_ticks({2, 8}, 4)) == std::vector<std::string>{"2", "4", "6", "8"});
  for (const auto& t : plot::log_ticks({1e-4, 5e-4}, 4)) CHECK(t.at > 0);
}

TEST_CASE("shown range: padding, degenerate ranges, refusals") {
  CHECK(plot::shown_range(0, 10, .1).hi == 11);
  CHECK(plot::shown_range(0, 0, .1).lo == -1);
  const Range five = plot::shown_range(5, 5, .1), tiny = plot::shown_range(1e-200, 1e-200, 0), close = plot::shown_range(1, 1 + 1e-15, .05);
  CHECK((five.lo < 5 && five.hi > 5));
  CHECK((tiny.lo < 1e-200 && tiny.hi > 1e-200));
  CHECK(close.hi - close.lo > .1);
  for (const Range& r : {five, tiny, close}) CHECK(plot::linear_ticks(r, 5).size() >= 2);
  const Range decades = plot::shown_range(1, 100, .5, true);
  CHECK(near(decades.lo, .1, 1e-12));
  CHECK(near(decades.hi, 1000, 1e-12));
  CHECK(plot::shown_range(3, 3, .1, true).lo > 0);
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(plot::shown_range(nan, 1, 0), Error);
  CHECK_THROWS_AS(plot::shown_range(0, nan, 0), Error);
  CHECK_THROWS_AS(plot::shown_range(0, inf, 0), Error);
  CHECK_THROWS_WITH(plot::shown_range(-3e301, 2.5e301, 0), Catch::StartsWith("an axis from -3e+301 to 2.5e+301 was asked for"));
  CHECK_THROWS_AS(plot::shown_range(2, 1, 0), Error);
  CHECK_THROWS_AS(plot::shown_range(0, 1, 0, true), Error);
}

TEST_CASE("log ticks: decimals where they are short") {
  CHECK(labels(plot::log_ticks({.004, .3}, 6)) == std::vector<std::string>{"0.005", "0.01", "0.02", "0.05", "0.1", "0.2"});
  CHECK(labels(plot::log_ticks({8, 400}, 6)) == std::vector<std::string>{"10", "20", "50", "100", "200"});
  CHECK(labels(plot::log_ticks({3.7, 34}, 5)) == std::vector<std::string>{"5", "10", "20"});
  CHECK(plot::log_ticks({3.7, 34}, 5).size() == 9);  // 4 to 10, 20, 30
  CHECK(labels(plot::log2_ticks({3.7, 34}, 5)) == std::vector<std::string>{"4", "8", "16", "32"});
  CHECK(labels(plot::log2_ticks({.2, 33}, 4)) == std::vector<std::string>{"0.25", "1", "4", "16"});
  CHECK(labels(plot::log_ticks({4e-5, 3e-3}, 6))[0].find(plot::up) != std::string::npos);
}
