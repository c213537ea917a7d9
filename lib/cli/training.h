// What every command that trains does around its engine: --resume, checkpoints beside the output, the model at the end.
#pragma once
#include "cli/command.h"
#include "job/resumable.h"

namespace dm::cli {

std::string checkpoint_of(const std::string& output);  // OUTPUT.checkpoint

// `spec`: what the model is a function of, stored in the checkpoint and in the output and compared when a run is resumed. A checkpoint or
// an output of another spec is refused (Exit::spec), naming each leaf that differs.
void train(Call&, const Value& spec, job::Resumable&);

// Learns a transport between the sets of the call's inputs (job/dsbm.h), the command's section saying how. Returns the mean loss at the
// end.
double learn_bridge(Call&);

}  // namespace dm::cli
