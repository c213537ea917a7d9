#include "cli/step_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "core/error.h"

namespace dm::cli {

static std::string reason() { return std::string(": ") + std::strerror(errno); }

static bool holds_lines(const std::string& path) {
  struct stat st = {};
  return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

void StepLog::check(const std::string& path, bool force, bool resume) {
  if (path == "-") throw Error("--log -: standard output carries data or the answer; give a file, or /dev/stderr to look on", Exit::usage);
  const std::string folder = std::filesystem::path(path).parent_path();
  if (::access(path.c_str(), W_OK) != 0 && (errno != ENOENT || ::access(folder.empty() ? "." : folder.c_str(), W_OK) != 0))
    throw Error("cannot open the log '" + path + "'" + reason(), Exit::cannot_create);
  if (holds_lines(path) && !force && !resume)
    throw Error(
        "the log '" + path + "' exists and is kept; name another, continue its training with --resume, or begin it anew with --force",
        Exit::cannot_create);
}

StepLog::StepLog(const std::string& path, bool force, bool resume, const std::function<bool(const Value& line)>& behind) : path_(path) {
  check(path, force, resume);
  const bool there = holds_lines(path);
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
  if (fd_ < 0) fd_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
  if (fd_ < 0) throw Error("cannot open the log '" + path + "'" + reason(), Exit::cannot_create);
  if (there && ::ftruncate(fd_, resume ? kept(behind) : 0) != 0) throw Error("cannot shorten the log '" + path + "'" + reason(), Exit::io);
}

StepLog::~StepLog() {
  if (fd_ >= 0) ::close(fd_);
}

int64_t StepLog::kept(const std::function<bool(const Value& line)>& behind) {
  std::string text, block(1 << 16, '\0');
  for (ssize_t n; (n = ::pread(fd_, block.data(), block.size(), off_t(text.size()))) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error("cannot read the log '" + path_ + "'" + reason(), Exit::io);
    text.append(block, 0, size_t(n));
  }
  int64_t number = 0, keep = -1;
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1) {  // behind the last one, half a line may stand
    ++number;
    Value line;
    try {
      line = parse_json(text.substr(at, end - at), "");
    } catch (const Error&) {
    }
    const Value* step = line.find("step");
    if (!step || !step->is_integer())
      throw Error("'" + path_ + "' is kept: its line " + std::to_string(number) + " is none of a log of steps; give another --log",
                  Exit::cannot_create);
    if (keep < 0 && !behind(line)) keep = int64_t(at);
    if (const Value* s = line.find("seconds"); keep < 0 && s && s->is_number()) before_ = s->number();
  }
  if (number == 0 && !text.starts_with('{'))
    throw Error("'" + path_ + "' is kept: it is no log of steps; give another --log", Exit::cannot_create);
  return keep >= 0 ? keep : int64_t(text.rfind('\n') + 1);
}

void StepLog::write(Value line) {
  const double run = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  line.set("seconds", std::round(1e3 * (before_ + run)) / 1e3);
  const std::string text = to_json(line) + "\n";
  ssize_t n;
  do n = ::write(fd_, text.data(), text.size());
  while (n < 0 && errno == EINTR);
  if (n != ssize_t(text.size())) throw Error("cannot write to the log '" + path_ + "'" + (n < 0 ? reason() : ": no room"), Exit::io);
}

}  // namespace dm::cli
