// The only place that names the test framework.
#pragma once
#include <catch2/catch.hpp>

// |a - b| <= tol * max(1, |b|)
inline bool near(double a, double b, double tol) { return std::abs(a - b) <= tol * std::max(1.0, std::abs(b)); }
