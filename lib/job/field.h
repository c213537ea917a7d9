// What an oracle, a model or a transport says of any point at a time, for pictures: score or drift, and the density where it is known in
// closed form. All in data units; one set a time of --time, named by it.
#pragma once
#include "job/sample.h"
#include "plot/figures.h"

namespace dm::job {

// The sets refer to the density, the model or the transport. `y`: one observation [1, dy], or null.
std::vector<plot::Set> fields(const Density&, const Value& options, const Matrix<double>* y = nullptr);
std::vector<plot::Set> fields(const Model&, const Value& options, const Matrix<double>* y = nullptr);
std::vector<plot::Set> fields(const Bridged&, const Value& options, const Matrix<double>* y = nullptr);

}  // namespace dm::job
