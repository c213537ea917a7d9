// SHA-256 of what went into a result.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace dm::io {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(std::string_view bytes);
  std::string hex();  // ends the sum: 64 lower-case digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);

}  // namespace dm::io
