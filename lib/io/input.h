// An input as it came: a file, or a pipe spooled to a temporary file. Knows what it holds by its first bytes, its SHA-256, and has
// libhdf5 read it in a limited child (the library itself crashes on some damaged files).
#pragma once
#include <string>
#include <vector>

#include "core/value.h"
#include "io/h5.h"

namespace dm::io {

enum class Content { hdf5, npy, png, json, text };

class Input {
 public:
  // "-" is stdin, "FILE.h5:/path" a dataset inside a file. Throws Exit::no_input where it cannot be opened, Exit::data where it is empty or
  // of a kind no command reads (zip, gzip, other binary data); the sentence names the kind.
  explicit Input(const std::string& path);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  Content content() const { return content_; }
  const std::string& name() const { return name_; }      // for sentences: "'x.h5'" or "standard input"
  const std::string& given() const { return given_; }    // the path as given
  const std::string& inside() const { return inside_; }  // "/path" of "FILE.h5:/path", else empty
  const std::string& sha256() const { return sha256_; }
  std::string text(int64_t limit = int64_t(1) << 34) const;  // all bytes
  h5::Group open() const;                                    // the root of an HDF5 input; throws Exit::data

 private:
  std::string given_, file_, inside_, name_, sha256_;
  Content content_;
  int slot_ = -1;  // of the temporary file, while it exists
};

// Where the ":/path" of "FILE.h5:/path" begins, npos where `path` is a whole file.
size_t inside_of(const std::string& path);

// Read inputs without the child that guards against damaged files ("--trust-input").
void trust_inputs(bool);

// [{"file": ..., "sha256": ...}, ...] of every input opened by this process, in order, each once.
Value inputs_read();
// A file of the run's own, its checkpoint, is no input of it: a run that was stopped and continued says what an uninterrupted one says.
void forget_input(const std::string& path);

}  // namespace dm::io
