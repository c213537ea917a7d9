#include "io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "core/error.h"
#include "io/input.h"
#include "io/temporary.h"

namespace dm::io {

namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}
std::string leaf_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool exists(const std::string& path, struct stat& st) { return ::lstat(path.c_str(), &st) == 0; }

// "-" and what exists without being a regular file (pipes, terminals, /dev/null): bytes are copied there, nothing is renamed.
bool is_stream(const std::string& path) {
  struct stat st;
  return path == "-" || (::stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat x, y;
  return ::stat(a.c_str(), &x) == 0 && ::stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

}  // namespace

void check_output(const std::string& path, bool force, const std::vector<std::string>& inputs, bool binary) {
  if (path.empty()) throw Error("the output's name is empty.", Exit::usage);
  if (is_stream(path)) {
    const int fd = path == "-" ? STDOUT_FILENO : -1;
    // a stdout that was closed is one that cannot be written to, where a command has put something in its place
    if (const int mode = fd >= 0 ? ::fcntl(fd, F_GETFL) : O_WRONLY; mode < 0 || (mode & O_ACCMODE) == O_RDONLY)
      throw Error("standard output is closed.", Exit::io);
    const bool terminal = fd >= 0 ? ::isatty(fd) : [&] {
      struct stat st;  // a pipe must not be opened on probation: its reader would take the closing for the end
      if (::stat(path.c_str(), &st) < 0 || !S_ISCHR(st.st_mode)) return false;
      const int opened = ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
      const bool yes = opened >= 0 && ::isatty(opened);
      if (opened >= 0) ::close(opened);
      return yes;
    }();
    if (binary && terminal)
      throw Error("binary data are not written to a terminal. Name a file with -o, or pipe the output on.", Exit::usage);
    return;
  }
  for (const auto& in : inputs)
    if (in != "-" && (same_file(in, path) || same_file(in.substr(0, inside_of(in)), path)))
      throw Error("'" + path + "' is both input and output. Write to another file.", Exit::usage);
  const std::string target = target_of(path);  // a link to a file that is not there makes it
  struct stat st;
  if (exists(target, st)) {
    if (S_ISDIR(st.st_mode)) throw Error("cannot create '" + path + "': it is a directory.", Exit::cannot_create);
    if (!force) throw Error("'" + path + "' exists and is kept. Name another output or replace it with --force.", Exit::cannot_create);
  }
  const std::string directory = directory_of(target);
  if (::stat(directory.c_str(), &st) < 0 || !S_ISDIR(st.st_mode))
    throw Error("cannot create '" + path + "': there is no directory '" + directory + "'.", Exit::cannot_create);
  if (::access(directory.c_str(), W_OK | X_OK) < 0) throw Error(because("cannot create '" + path + "'", errno) + ".", Exit::cannot_create);
  if (const auto leaf = leaf_of(target); leaf.empty() || leaf.size() > 255)
    throw Error("cannot create '" + path + "': a file name has 1 to 255 bytes.", Exit::cannot_create);
}

void check_beside(const std::string& path, const std::vector<std::string>& others) {
  const auto place = [](const std::string& p) {
    std::error_code none;
    const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(p), none);
    return none ? std::filesystem::path(p) : whole;
  };
  if (is_stream(path)) return;
  for (const auto& other : others)
    if (other != "-" && (same_file(other, path) || same_file(other.substr(0, inside_of(other)), path) || place(other) == place(path)))
      throw Error("'" + path + "' would be written beside the output, and is '" + other + "', an input or output. Name another file.",
                  Exit::usage);
}

std::string target_of(const std::string& path) {
  struct stat st;
  if (is_stream(path)) return "";
  if (!exists(path, st) || !S_ISLNK(st.st_mode)) return path;
  std::error_code bad, none;
  std::filesystem::path target = path;  // link by link, as the last may name a file that is still to be made
  for (int k = 0; k < 40 && !bad && std::filesystem::is_symlink(target, none); ++k)
    target = target.parent_path() / std::filesystem::read_symlink(target, bad);
  if (!bad) target = std::filesystem::weakly_canonical(target, bad);
  if (bad) throw Error("cannot create '" + path + "': " + bad.message() + ".", Exit::cannot_create);
  return target.string();
}

static bool refused = false;
void refuse_outputs() { refused = true; }

AtomicFile::AtomicFile(const std::string& path, bool force, bool binary) : path_(path), force_(force) {
  if (refused) throw Error("'" + path + "' was about to be written in a dry run, which is a mistake of the program. Please report it.");
  check_output(path, force, {}, binary);
  target_ = target_of(path), stream_ = target_.empty();
  if (!stream_) remove_stale(directory_of(target_), leaf_of(target_));
  try {
    slot_ = make_temporary(stream_ ? temporary_directory() : directory_of(target_), stream_ ? "stdout" : leaf_of(target_), temporary_);
  } catch (const Error& e) {
    throw e.in(stream_ ? "spooling the output (set DM_TMPDIR to a directory with room)" : "writing '" + path + "'");
  }
  if (struct stat st; !stream_ && ::stat(target_.c_str(), &st) == 0) {  // what it replaces may be private
    mode_ = st.st_mode & 0777;
    ::chmod(temporary_.c_str(), 0600);
  }
}

AtomicFile::AtomicFile(AtomicFile&& f) noexcept
    : path_(std::move(f.path_)),
      target_(std::move(f.target_)),
      temporary_(std::move(f.temporary_)),
      force_(f.force_),
      stream_(f.stream_),
      mode_(f.mode_),
      slot_(std::exchange(f.slot_, -1)) {}

AtomicFile::~AtomicFile() {
  if (slot_ >= 0) unlink_temporary(slot_);
}

static void copy_out(int from, int to, const std::string& name) {
  std::string buffer(1 << 20, '\0');
  for (;;) {
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(because("reading the spooled output failed", errno) + ".", Exit::io);
    if (n == 0) return;
    if (const int error = write_all(to, buffer.data(), size_t(n)))
      throw Error(because("writing " + name + " failed", error) + ".", Exit::io);
  }
}

namespace {
struct Fd {
  int fd;
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};
}  // namespace

static Together* together = nullptr;

void AtomicFile::commit() {
  if (together)  // what a stream has got cannot be taken back, so streams come first, while the rest can
    together->waiting_.emplace(stream_ ? together->waiting_.begin() : together->waiting_.end(), std::move(*this));
  else
    appear();
}

void AtomicFile::appear() {
  const Fd in{::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (in.fd < 0) throw Error(because("'" + temporary_ + "' could not be read back", errno) + ".", Exit::io);
  if (stream_) {
    unlink_temporary(slot_);  // before the copy: a closed pipe may end the process at any byte of it
    slot_ = -1;
    if (path_ == "-") return copy_out(in.fd, STDOUT_FILENO, "standard output");
    const Fd out{::open(path_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC)};
    if (out.fd < 0) throw Error(because("cannot open '" + path_ + "'", errno) + ".", Exit::cannot_create);
    return copy_out(in.fd, out.fd, "'" + path_ + "'");
  }
  if (mode_ >= 0 && ::fchmod(in.fd, mode_t(mode_)) < 0) throw Error(because("cannot give '" + path_ + "' its mode", errno) + ".", Exit::io);
  if (::fsync(in.fd) < 0) throw Error(because("writing '" + path_ + "' to disk failed", errno) + ".", Exit::io);
  const char *from = temporary_.c_str(), *to = target_.c_str();
  int failed = force_ ? ::rename(from, to) : ::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
  if (failed && !force_ && (errno == EINVAL || errno == ENOSYS)) {  // a file system without RENAME_NOREPLACE
    failed = ::link(from, to);
    if (!failed) ::unlink(from);
  }
  if (failed && errno == EEXIST) throw Error("'" + path_ + "' appeared while it was being made; it is kept.", Exit::cannot_create);
  if (failed) throw Error(because("cannot create '" + path_ + "'", errno) + ".", Exit::cannot_create);
  forget_temporary(slot_);
  slot_ = -1;
  const Fd directory{::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.fd >= 0) ::fsync(directory.fd);
}

Together::Together() { together = this; }
Together::~Together() { together = nullptr; }

void Together::commit() {
  std::vector<int> fresh;  // slots: a signal removes them too
  try {
    for (AtomicFile& f : waiting_) {
      const bool replaces = f.stream_ || ::access(f.target_.c_str(), F_OK) == 0;
      f.appear();
      if (!replaces) fresh.push_back(note_temporary(f.target_));
    }
  } catch (...) {
    for (const int slot : fresh) unlink_temporary(slot);
    throw;
  }
  for (const int slot : fresh) forget_temporary(slot);
}

void write_bytes(const std::string& path, std::string_view bytes, bool force, bool binary) {
  AtomicFile file(path, force, binary);
  {
    const Fd out{::open(file.temporary().c_str(), O_WRONLY | O_CLOEXEC)};
    const int error = out.fd < 0 ? errno : write_all(out.fd, bytes.data(), bytes.size());
    if (error) throw Error(because("writing '" + path + "' failed", error) + ".", Exit::io);
  }
  file.commit();
}

}  // namespace dm::io
