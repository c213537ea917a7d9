#include "plot/ticks.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/error.h"
#include "plot/font.h"

namespace dm::plot {

static std::string shown(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

Range shown_range(double lo, double hi, double pad, bool log) {
  if (!std::isfinite(lo) || !std::isfinite(hi) || lo > hi || std::abs(lo) > 1e300 || std::abs(hi) > 1e300)
    throw Error("an axis from " + shown(lo) + " to " + shown(hi) +
                    " was asked for; expected two finite numbers of at most 1e300 in size, lower first",
                Exit::data);
  if (log) {
    if (lo <= 0) throw Error("a logarithmic axis from " + shown(lo) + " was asked for; expected positive numbers", Exit::data);
    const Range r = shown_range(std::log10(lo), std::log10(hi), lo == hi ? 0 : pad);
    return {std::pow(10, r.lo), std::pow(10, r.hi)};
  }
  const double size = std::max(std::abs(lo), std::abs(hi));
  if (hi - lo <= 1e-12 * size) {
    const double half = size > 0 ? std::max(.1 * size, 1e-300) : 1;
    return {lo - half, hi + half};
  }
  const double extra = pad * (hi - lo);
  return {lo - extra, hi + extra};
}

static std::string with_minus(std::string s) {  // a hyphen is too short before a number
  return !s.empty() && s[0] == '-' ? "\u2212" + s.substr(1) : s;
}

static std::string fixed(double x, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, x);
  return text;
}

static std::string power(int exponent) { return "10" + std::string(1, up) + with_minus(std::to_string(exponent)) + std::string(1, level); }

double offset(Range r) {
  const double length = r.hi - r.lo;
  if (length >= 1e-5 * std::max(std::abs(r.lo), std::abs(r.hi))) return 0;
  const double unit = std::pow(10, std::ceil(std::log10(length)) + 1);
  return std::round((r.lo / 2 + r.hi / 2) / unit) * unit;
}

std::string offset_label(double x) {
  char text[40];
  const bool large = std::abs(x) >= 1e5 || std::abs(x) < 1e-3;
  const auto [end, error] = std::to_chars(text, text + sizeof text, x, large ? std::chars_format::scientific : std::chars_format::fixed);
  const std::string s(text, end);
  const size_t e = s.find('e');
  return with_minus(s.substr(0, e)) + (e == s.npos ? "" : "\u00d7" + power(std::stoi(s.substr(e + 1))));
}

std::vector<Tick> linear_ticks(Range r, int target) {
  if (const double from = offset(r); from != 0) {
    auto ticks = linear_ticks({r.lo - from, r.hi - from}, target);
    for (Tick& t : ticks) t.at += from;
    return ticks;
  }
  // Round steps from below the raw one to above it; the count nearest to the target wins.
  const double raw = (r.hi - r.lo) / std::max(1, target);
  const int decade = int(std::floor(std::log10(raw)));
  double step = 0, miss = HUGE_VAL;
  int digits = 0;  // decimals needed, relative to the decade of the step
  for (int e = decade - 1; e <= decade + 1; ++e)
    for (const double m : {1.0, 2.0, 5.0}) {
      const double s = m * std::pow(10, e);
      const double count = std::floor(r.hi / s + 1e-9) - std::ceil(r.lo / s - 1e-9) + 1;
      if (count >= 2 && std::abs(count - target) < miss) step = s, miss = std::abs(count - target), digits = -e;
    }
  const double largest = std::max(std::abs(r.lo), std::abs(r.hi));
  const int top = int(std::floor(std::log10(largest)));
  const bool powers = top >= 5 || top <= -4;  // 100000 and .0001 are hard to read
  std::vector<Tick> ticks;
  for (double k = std::ceil(r.lo / step - 1e-9); k * step <= r.hi + 1e-9 * step; ++k) {
    const double x = k == 0 ? 0 : k * step;
    if (!powers)
      ticks.push_back({x, with_minus(fixed(x, std::max(0, digits)))});
    else if (k == 0)
      ticks.push_back({0, "0"});
    else
      ticks.push_back({x, with_minus(fixed(x / std::pow(10, top), std::clamp(digits + top, 0, 15))) + "\u00d7" + power(top)});
  }
  return ticks;
}

std::vector<Tick> log2_ticks(Range r, int target) {
  const int first = int(std::ceil(std::log2(r.lo) - 1e-9)), last = int(std::floor(std::log2(r.hi) + 1e-9));
  const int every = std::max(1, int(std::ceil(double(last - first + 1) / std::max(2, target))));
  std::vector<Tick> ticks;
  for (int e = first; e <= last; ++e)
    ticks.push_back({std::ldexp(1, e), (e - first) % every == 0 ? fixed(std::ldexp(1, e), std::max(0, -e)) : ""});
  return ticks;
}

std::vector<Tick> log_ticks(Range r, int target) {
  const int first = int(std::ceil(std::log10(r.lo) - 1e-9)), last = int(std::floor(std::log10(r.hi) + 1e-9));
  const int powers = last - first + 1;
  if (powers < 1 || r.hi < 5 * r.lo) {
    auto ticks = linear_ticks(r, target);
    std::erase_if(ticks, [](const Tick& t) { return t.at <= 0; });
    return ticks;
  }
  const int every = std::max(1, int(std::ceil(double(powers) / std::max(2, target))));
  const bool plain = powers < 3 && r.lo >= 1e-3 && r.hi < 1e5;  // .005, .01, .02: easier to read than 5 x 10^-3 where they are short
  const auto label = [&](int m, int e) {
    if (plain) return fixed(m * std::pow(10, e), std::max(0, -e));
    return (m == 1 ? "" : std::to_string(m) + "\u00d7") + power(e);
  };
  std::vector<Tick> ticks;
  for (int e = first - 1; e <= last; ++e) {
    const double p = std::pow(10, e);
    const auto inside = [&](double x) { return x >= r.lo * (1 - 1e-9) && x <= r.hi * (1 + 1e-9); };
    if (inside(p)) ticks.push_back({p, (e - first) % every == 0 ? label(1, e) : ""});
    if (every == 1)
      for (int m = 2; m <= 9; ++m)
        if (inside(m * p)) ticks.push_back({m * p, powers < 3 && (m == 2 || m == 5) ? label(m, e) : ""});
  }
  return ticks;
}

}  // namespace dm::plot
