#include "io/claim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/hash.h"
#include "io/temporary.h"

namespace dm::io {

static std::string lock_of(const std::string& target) {
  const std::string leaf = target.substr(target.rfind('/') + 1);
  const std::string stem = leaf.size() < 200 ? leaf : sha256(leaf);  // a name has at most 255 bytes
  return target.substr(0, target.size() - leaf.size()) + "." + stem + ".dm-lock";
}

Claim::Claim(const std::string& output) : Claim() {  // so that what is thrown here ends the claim
  const std::string target = target_of(output);
  if (target.empty()) return;
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string path = lock_of(target), self = "process " + std::to_string(::getpid()) + " on " + host;
  for (;;) {
    fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0666);
    if (fd_ < 0) return;  // what is wrong with the place is check_output's to say
    if (::flock(fd_, LOCK_EX | LOCK_NB) < 0) {
      if (errno != EWOULDBLOCK) {  // no locks here
        ::unlink(path.c_str());
        return;
      }
      char holder[300] = "";
      if (::pread(fd_, holder, sizeof holder - 1, 0) <= 0) std::snprintf(holder, sizeof holder, "a process that has just begun");
      if (holder == self) throw Error("'" + output + "' is named twice as output", Exit::usage);
      throw Error("'" + output + "' is being written by another run, " + holder + ". Let it end, stop it, or name another output.",
                  Exit::cannot_create);
    }
    struct stat mine, there;
    if (::fstat(fd_, &mine) == 0 && ::stat(path.c_str(), &there) == 0 && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev) break;
    ::close(fd_);  // its holder has ended and taken the file away between the two calls
  }
  slot_ = note_temporary(path);
  if (::ftruncate(fd_, 0) == 0) write_all(fd_, self.data(), self.size());
}

Claim::~Claim() {
  if (slot_ >= 0) unlink_temporary(slot_);  // while it is held, so that nobody else's goes
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace dm::io
