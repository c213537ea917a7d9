// Inside io's h5*.cpp only: ids that close themselves, limits, the library's complaint.
#pragma once
#include <hdf5.h>

#include <algorithm>

#include "core/error.h"
#include "io/h5.h"
#include "io/h5_guest.h"

namespace dm::h5 {

// Closes what an id names; failures of close are reported only where somebody asks (Group::close), never from here.
template <herr_t (*closer)(hid_t)>
struct Id {
  hid_t id;
  explicit Id(hid_t i) : id(i) {}
  ~Id() {
    if (id >= 0) closer(id);
  }
  Id(const Id&) = delete;
  Id& operator=(const Id&) = delete;
  operator hid_t() const { return id; }
};
using Space = Id<H5Sclose>;
using Type = Id<H5Tclose>;
using Data = Id<H5Dclose>;
using Attribute = Id<H5Aclose>;
using Plist = Id<H5Pclose>;
using Object = Id<H5Oclose>;

// The innermost message of the library's error stack: "No space left on device" where errno is known, else its own words.
std::string complaint();

inline constexpr int max_rank = 8;
inline constexpr int64_t max_dim = int64_t(1) << 48, max_links = 100000, max_text = int64_t(1) << 24, max_letters = int64_t(1) << 30;
// Groups within groups, and questions to one file: hard links may close circles, in which a walk never ends.
inline constexpr int64_t max_depth = 32, max_looks = 1 << 15;

// What so many stored bytes can become: deflate cannot do better than 1030 : 1, so a larger ratio is a bomb or a hole.
inline int64_t inflated(int64_t stored) { return 1200 * std::min(stored, max_dim) + (1 << 20); }

struct Group::File {
  hid_t id = -1;
  std::string name;
  int64_t bytes = 0;  // of an input
  int64_t looks = 0;
  bool failed = false;
  std::string first_failure;
  std::unique_ptr<Guest> guest;  // does everything, where the file is foreign; then id stays -1
  ~File() {
    if (id >= 0) H5Fclose(id);
  }
};

}  // namespace dm::h5
