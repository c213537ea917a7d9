// Progress on stderr: one bar on a terminal (at most 10 times a second), one line per 10 % or minute elsewhere, nothing when quiet.
#pragma once
#include <chrono>
#include <cstdio>
#include <string>

#include "core/progress.h"

namespace dm::cli {

class Terminal : public Progress {
 public:
  Terminal(std::string command, bool quiet, FILE* out = stderr, bool bar = false);
  ~Terminal() override;
  void ready(const Memory& m) override { needed_ = m.total(); }
  void begin(std::string_view phase) override;
  void update(int64_t done, int64_t total, double loss) override;
  void note(std::string_view sentence) override;
  bool stop_requested() override;
  void clear();                              // takes the bar off the line
  double needed() const { return needed_; }  // bytes that the engine was about to take; 0: it has not said

 private:
  using Clock = std::chrono::steady_clock;
  std::string status(int64_t done, int64_t total, double seconds) const;

  std::string command_, phase_ = "working";
  bool quiet_, bar_, shown_ = false;
  FILE* out_;
  Clock::time_point start_ = Clock::now(), last_ = start_;
  int64_t first_ = -1;  // `done` when the phase began: a resumed run is not counted as fast
  int decile_ = 0;
  double needed_ = 0;
  double loss_ = 0, weight_ = 0;  // exponential mean with bias correction
};

bool is_terminal(FILE*);
int terminal_width(FILE*);  // columns, 80 where unknown
bool colour(FILE*);         // terminal, no NO_COLOR, TERM not "dumb"

}  // namespace dm::cli
