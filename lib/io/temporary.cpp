#include "io/temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <random>

#include "core/error.h"
#include "io/atomic_file.h"

namespace dm::io {

namespace {
constexpr int slots = 1024;
struct Slot {
  std::atomic<int> used{0};  // 0 free, 1 being filled, 2 a file
  std::string path;          // not touched while it is a file, so that a signal handler may read it
  pid_t owner;
};
Slot table[slots];
}  // namespace

std::string because(const std::string& what, int error) { return what + ": " + std::strerror(error); }

int note_temporary(const std::string& path) {
  int slot = 0;
  for (int expected = 0; slot < slots && !table[slot].used.compare_exchange_strong(expected, 1); expected = 0) ++slot;
  if (slot == slots) throw Error("more than " + std::to_string(slots) + " temporary files at once.");
  table[slot].path = path;
  table[slot].owner = getpid();
  table[slot].used = 2;
  return slot;
}

int make_temporary(const std::string& directory, const std::string& stem, std::string& path) {
  static std::random_device entropy;
  const std::string head = "." + stem.substr(0, 200) + ".dm-" + std::to_string(getpid()) + "-";  // 255 bytes a name at most
  for (int tries = 0;; ++tries) {
    char suffix[16];
    std::snprintf(suffix, sizeof suffix, "%08x.tmp", unsigned(entropy()));
    path = directory + "/" + head + suffix;
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666), error = errno;
    if (fd >= 0) {
      ::close(fd);
      try {
        return note_temporary(path);
      } catch (...) {
        ::unlink(path.c_str());
        throw;
      }
    }
    if (error == EEXIST && tries < 100) continue;
    throw Error(because("cannot create a file in the directory '" + directory + "'", error) + ".", Exit::cannot_create);
  }
}

void forget_temporary(int slot) noexcept { table[slot].used = 0; }

void unlink_temporary(int slot) noexcept {
  if (table[slot].used == 2 && table[slot].owner == getpid()) ::unlink(table[slot].path.c_str());
  table[slot].used = 0;
}

void remove_temporaries() noexcept {
  for (int i = 0; i < slots; ++i)
    if (table[i].used == 2 && table[i].owner == getpid()) ::unlink(table[i].path.c_str());
}

void remove_stale(const std::string& directory, const std::string& stem) {
  const std::string head = "." + stem.substr(0, 200) + ".dm-";
  DIR* d = ::opendir(directory.c_str());
  if (!d) return;
  while (const dirent* e = ::readdir(d)) {
    const std::string name = e->d_name;
    if (!name.starts_with(head) || !name.ends_with(".tmp")) continue;
    const pid_t pid = std::atoi(name.c_str() + head.size());
    struct stat st;
    const std::string path = directory + "/" + name;
    if (pid > 0 && ::kill(pid, 0) < 0 && errno == ESRCH && ::lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) &&
        std::time(nullptr) - st.st_mtime > 86400)
      ::unlink(path.c_str());
  }
  ::closedir(d);
}

int write_all(int fd, const char* bytes, size_t n) {
  while (n > 0) {
    const ssize_t k = ::write(fd, bytes, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return errno;
    bytes += k, n -= size_t(k);
  }
  return 0;
}

std::string temporary_directory() {
  for (const char* name : {"DM_TMPDIR", "TMPDIR"})
    if (const char* s = std::getenv(name); s && *s) return s;
  return "/tmp";
}

void ignore_file_size_signal() { std::signal(SIGXFSZ, SIG_IGN); }

}  // namespace dm::io
