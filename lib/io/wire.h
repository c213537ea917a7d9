// Numbers, texts and spec values over a socket between a process and its child.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/value.h"

namespace dm::io {

struct Broken {};  // thrown by every call once the other side is gone or sends what cannot be

class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  Wire& put(int64_t);
  Wire& put(const std::string&);
  Wire& put(const Value&);
  void send();                            // what was put
  void send(const void* data, size_t n);  // at once, after what was put
  int64_t number();
  std::string text();
  Value value(int depth = 4);
  void receive(void* data, size_t n);

 private:
  int fd_;
  std::string out_;
};

}  // namespace dm::io
