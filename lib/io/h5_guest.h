// A file from outside, read by a child process with limits. libhdf5 1.10 crashes, loops or corrupts its memory on some damaged files;
// it does so there, and this process, which never shows such a file to the library, says so and goes on.
#pragma once
#include <sys/types.h>

#include "io/h5.h"
#include "io/wire.h"

namespace dm::h5 {

class Guest {
 public:
  // Throws Exit::data where the file cannot be opened, Exit::io where there can be no child.
  Guest(const std::string& path, const std::string& name, int64_t bytes);
  ~Guest();

  // The read-only operations of Group, with paths from the root. All throw Exit::data.
  std::vector<std::string> names(const std::string& group);
  std::vector<std::string> attributes(const std::string& of);
  Value get(const std::string& name, const std::string& of);
  Info info(const std::string& path);
  template <class T>
  std::vector<T> read(const std::string& path, Shape& shape);
  std::vector<std::string> texts(const std::string& path, Shape& shape);

 private:
  template <class Take>
  auto ask(char what, const std::string& a, const std::string& b, Take&& take);
  [[noreturn]] void dead();
  void end();

  std::string name_, epitaph_;
  int64_t bytes_;
  int fd_ = -1;
  pid_t child_ = -1;
  io::Wire wire_;
};

}  // namespace dm::h5
