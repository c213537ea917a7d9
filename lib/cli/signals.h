// Signals: the first SIGINT, SIGTERM, USR1 or USR2 asks the engine to stop at its next convenient point, the second ends the process at
// once. An engine that never asks (Progress::stop_requested) is ended by the first. Temporary files are removed in every case.
#pragma once

namespace dm::cli {

void install_signals();
bool stop_requested();  // asked by the engine; from then on the first signal is left to it
void stop_asking();     // the work is done: from here on the first signal ends the process again
int stop_signal();      // the signal that asked for the end, 0 without one
[[noreturn]] void die_of(int signal);

}  // namespace dm::cli
