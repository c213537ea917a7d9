// The right to write an output, from a run's start to its end: a second run to the same output ends at once, not after its hours.
#pragma once
#include <string>

namespace dm::io {

// Held by a lock (flock) on ".OUTPUT.dm-lock" beside the output, which dies with its process: a run that crashed holds nothing, whatever it
// left lying. Linux takes it on NFS for all machines; where a file system knows no locks there is no claim, and an output that has appeared
// meanwhile is still kept (atomic_file.h). Streams are claimed by nobody.
class Claim {
 public:
  explicit Claim(const std::string& output);  // throws Exit::cannot_create where another process holds it, and says which
  ~Claim();
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;

 private:
  Claim() = default;
  int fd_ = -1, slot_ = -1;
};

}  // namespace dm::io
