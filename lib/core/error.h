// An error is a stack of sentences: what was being done, which file and field, what was found, what was expected, what to do.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dm {

// The exit status that an error leads to (a subset of sysexits; the whole table stands in lib/cli/README.md).
enum class Exit {
  ok = 0,
  failure = 1,         // numerical or runtime failure, failed --assert
  usage = 2,           // command line: words of it, inputs, outputs
  data = 65,           // input exists but its content is bad
  no_input = 66,       // input cannot be opened
  cannot_create = 73,  // output cannot be created
  io = 74,             // reading or writing failed on the way
  checkpointed = 75,   // stopped by a signal, checkpoint written, wants requeueing
  spec = 78            // values of options, alone or together; main says 2 where none of them comes from a file
};

class Error : public std::runtime_error {
 public:
  explicit Error(std::string sentence, Exit code = Exit::failure);
  Exit code() const { return code_; }
  // Puts an outer sentence in front ("reading 'x.h5'"); rethrow with it: catch (Error& e) { throw e.in("..."); }
  Error in(std::string_view context) const;

 private:
  Exit code_;
};

// The known name nearest to `name` by edit distance, or the only one that begins with it; empty if none is near enough to be meant.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// " Did you mean 'steps'?" or "" — the tail of every unknown-name sentence.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

}  // namespace dm
