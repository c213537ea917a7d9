// Outputs appear whole or not at all: written to a temporary file in the same directory, fsync'ed, renamed. Nothing is left behind by a
// failure or by a signal. What is replaced leaves its mode. "-" and targets that are no regular files (pipes, /dev/null) get the same bytes
// when the file is complete.
#pragma once
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace dm::io {

// Throws (Exit::cannot_create) where `path` cannot become an output: it exists and `force` is off, it is a directory, its directory is
// missing or read-only, or it is also one of `inputs` (Exit::usage). Binary data for a terminal are refused (Exit::usage).
void check_output(const std::string& path, bool force, const std::vector<std::string>& inputs = {}, bool binary = true);

// Throws (Exit::usage) where a file that is written beside the outputs (a log) is one of these as well, whether it exists yet or not.
void check_beside(const std::string& path, const std::vector<std::string>& others);

// The file that appears in the end: the one that a link names; empty where `path` is a stream.
std::string target_of(const std::string& path);

class AtomicFile {
 public:
  AtomicFile(const std::string& path, bool force, bool binary = true);
  ~AtomicFile();  // without commit(): removes the temporary file
  AtomicFile(AtomicFile&&) noexcept;

  const std::string& temporary() const { return temporary_; }  // an empty file to be written or replaced
  void commit();  // throws Exit::io, or Exit::cannot_create where the target appeared meanwhile

 private:
  friend class Together;
  void appear();
  std::string path_, target_, temporary_;
  bool force_, stream_ = false;
  int mode_ = -1;  // of the file that is replaced
  int slot_ = -1;
};

// Several outputs of one command: while this lives, what is committed waits for commit(), which lets all appear. Where one cannot, those
// before it are removed again, but for the files that they have replaced.
class Together {
 public:
  Together();
  ~Together();
  Together(const Together&) = delete;
  Together& operator=(const Together&) = delete;
  void commit();

 private:
  friend class AtomicFile;
  std::list<AtomicFile> waiting_;
};

// From here on an attempt to write is an error of the program's own (--dry-run).
void refuse_outputs();

// Text or an image as one output, by the same rules.
void write_bytes(const std::string& path, std::string_view bytes, bool force, bool binary);

// Unlinks every temporary file of this process; async-signal-safe, for handlers that end the process.
void remove_temporaries() noexcept;

// With SIGXFSZ ignored a write beyond the file size limit fails with a sentence instead of killing the process half-way.
void ignore_file_size_signal();

// The directory for spooling pipes: DM_TMPDIR, else TMPDIR, else /tmp.
std::string temporary_directory();

}  // namespace dm::io
