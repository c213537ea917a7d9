// Plan files: the bridge between two sets, by its static plan.
#pragma once
#include <memory>

#include "io/model.h"
#include "job/ipf.h"

namespace dm::io {

bool holds_plan(const Input&);
job::Plan read_plan(std::shared_ptr<const Input>);  // Exit::data where it is none, or damaged
void write_plan(const std::string& path, job::Plan&, const Value& provenance, bool force);

}  // namespace dm::io
