// The engine of dm-theory: a theorem and its options in, the curves, their answer and their picture out.
#pragma once
#include "core/progress.h"
#include "plot/canvas.h"
#include "theory/theory.h"

namespace dm::job {

const std::vector<Option>& theory_options();

// The curves of section["curve"]. The random numbers of the one that draws any (ula) are a pure function of the seed.
Curves theory(const Value& section, uint64_t seed, Progress&);

// {"curve": "tv", "rows": .., "tv": {"rate_prior": .., ...}}: what assertions are held against ('tv.rate_prior > .99').
Value answer(const Curves&, const std::string& curve);
std::string picture(const Curves&, const Value& section, const std::string& name, plot::Format);

}  // namespace dm::job
