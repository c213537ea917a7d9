// The engine of dm-plot: sets of arrays and a resolved section in, the bytes of a picture out.
#pragma once
#include <string>
#include <vector>

#include "core/progress.h"
#include "plot/figures.h"

namespace dm::job {

const std::vector<Option>& plot_options();

// What the inputs are called: as the section says, else `unset`. An input may become several sets, whose names begin with its own.
std::vector<std::string> input_names(const Value& section, const std::vector<std::string>& unset);

// Draws `sets` (data units) as the section says. A set whose rows carry several times /t becomes one set a time. Errors: sets that do
// not fit each other or the kind (Exit::data), a size that cannot be drawn (Exit::spec), a bad range (Exit::spec).
std::string plot(std::vector<plot::Set> sets, const Value& section, plot::Format, Progress&);

}  // namespace dm::job
