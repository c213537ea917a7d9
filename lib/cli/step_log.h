// The log of a training: one line of JSON a record, each written at once.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "core/value.h"

namespace dm::cli {

class StepLog {
 public:
  // An existing file is kept unless `force` (it begins anew) or `resume`: then its lines that lie `behind` the training stay, and the
  // others, which a run wrote that was killed after its last checkpoint, go. A file with other lines is refused, and so is "-". What is no
  // regular file (/dev/stderr, a pipe) gets lines and loses none.
  StepLog(const std::string& path, bool force, bool resume, const std::function<bool(const Value& line)>& behind);
  static void check(const std::string& path, bool force, bool resume);  // what of that can be refused without a look inside
  ~StepLog();
  StepLog(const StepLog&) = delete;
  StepLog& operator=(const StepLog&) = delete;
  void write(Value line);  // with "seconds" of training so far, those of the runs before included; throws Exit::io

 private:
  int64_t kept(const std::function<bool(const Value& line)>& behind);  // bytes

  std::string path_;
  int fd_ = -1;
  double before_ = 0;  // seconds of the runs before
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace dm::cli
