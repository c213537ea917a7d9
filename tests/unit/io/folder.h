// A folder of its own for one test case, gone afterwards.
#pragma once
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "core/error.h"
#include "io/atomic_file.h"

struct Folder {
  std::string path;
  Folder() : path(dm::io::temporary_directory() + "/dm-test-XXXXXX") {
    if (!mkdtemp(path.data())) throw std::runtime_error("mkdtemp");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const std::string& name) const { return path + "/" + name; }
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& e : std::filesystem::directory_iterator(path)) all.insert(e.path().filename());
    return all;
  }
};

inline std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream s;
  s << in.rdbuf();
  return s.str();
}
inline void spill(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// The sentence of the dm::Error that f throws ("" if none), and its code.
template <class F>
std::string said(F&& f, dm::Exit* code = nullptr) {
  try {
    f();
  } catch (const dm::Error& e) {
    if (code) *code = e.code();
    return e.what();
  }
  if (code) *code = dm::Exit::ok;
  return "";
}
