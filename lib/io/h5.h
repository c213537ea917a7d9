// HDF5 1.10 behind small handles. Every return code is checked; each failure is a dm::Error that names file, place and the library's
// innermost complaint. Object times are off and metadata are checksummed (format 1.10), so equal content means equal bytes.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/value.h"

namespace dm::h5 {

using Shape = std::vector<int64_t>;
std::string to_text(const Shape&);  // "[100, 2]"

struct Info {
  Shape shape;
  enum Kind { none, real, integer, other, group } kind = none;  // none: there is no such link
  int size = 0;                                                 // bytes an element
};

// A group of an open file; the file stays open as long as one of its groups lives.
class Group {
 public:
  // `name` is what sentences call the file.
  // An empty file at `path` (replaced if present). Throws Exit::io.
  static Group create(const std::string& path, const std::string& name);
  // Read-only, without locking. Throws Exit::data.
  static Group open(const std::string& path, const std::string& name);
  // The same with everything done by a child process, so that a damaged file cannot harm this one (h5_guest.h).
  static Group open_isolated(const std::string& path, const std::string& name);

  Group make(const std::string& name);
  Group at(const std::string& name) const;   // throws Exit::data where absent
  Info info(const std::string& path) const;  // of "x" or "params/layer/w"; refuses links that leave the file
  bool has(const std::string& path) const { return info(path).kind != Info::none; }
  std::vector<std::string> names() const;                                  // of the links, sorted
  std::vector<std::string> attributes(const std::string& of = ".") const;  // sorted
  const std::string& where() const { return where_; }                      // "/params/"
  int64_t room() const;  // bytes that a file of this size can hold at most, compressed as well as can be

  // Contiguous little-endian datasets. T is float, double or int64_t; `float32` narrows double in the file.
  template <class T>
  void write(const std::string& name, const T* data, const Shape&, bool float32 = false);
  // All of a numeric dataset as T. Shape, type and sizes are checked before anything is allocated.
  template <class T>
  std::vector<T> read(const std::string& path, Shape& shape) const;
  // All of a dataset of texts, or the names of its values where these have names (booleans of h5py); checked likewise.
  std::vector<std::string> texts(const std::string& path, Shape& shape) const;
  // Numbers in blocks of whole rows (some MiB) in order: begin(shape), then block(numbers, count) until all have come.
  template <class T>
  void stream(const std::string& path, const std::function<void(const Shape&)>& begin,
              const std::function<void(const T*, int64_t)>& block) const;

  // Attributes: text as variable-length UTF-8 (h5py: str), integers as int64, numbers as float64, arrays of text as 1-D text,
  // everything else as JSON text. Reading undoes that, except that JSON text stays text.
  void set(const std::string& name, const Value&, const std::string& of = ".");
  Value get(const std::string& name, const std::string& of = ".") const;  // null where absent
  std::string text(const std::string& name) const;                        // throws where absent or no text

  void flush();
  // Closes the file for good; throws Exit::io if any write so far or this close failed. Other groups of the file are dead then.
  void close();

 private:
  struct File;
  Group() = default;
  [[noreturn]] void fail(const std::string& sentence, bool writing = false) const;
  std::string full(const std::string& path) const;  // from the root: "params/w", "." for the root itself
  void look(const std::string& path) const;         // throws Exit::data for one question too deep, or too many
  // Refuses an open dataset that may not be what it claims to be, or whose data lie elsewhere; `element`: bytes of one in memory. Returns
  // the rows of a chunk: those that are read at once are whole chunks.
  int64_t opened(int64_t data, const Info&, const std::string& at, int64_t element) const;
  int64_t checked(int64_t result, const std::string& doing, bool writing = false) const;

  std::shared_ptr<File> file_;
  std::shared_ptr<int64_t> id_;
  std::string where_ = "/";
};

}  // namespace dm::h5
