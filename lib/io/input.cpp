#include "io/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "io/atomic_file.h"
#include "io/hash.h"
#include "io/temporary.h"

namespace dm::io {

namespace {

bool trusted = false;

struct Read {
  std::string file, sha256;
};
std::vector<Read>& registry() {
  static std::vector<Read> all;
  return all;
}

struct Fd {
  int fd;
  ~Fd() {
    if (fd > STDIN_FILENO) ::close(fd);
  }
};

// HDF5 may stand behind a user block of 512, 1024, 2048, ... bytes.
bool is_hdf5(int fd, int64_t size) {
  char magic[8];
  for (int64_t at = 0; at + 8 <= size && at <= int64_t(1) << 30; at = at ? 2 * at : 512)
    if (::pread(fd, magic, 8, at) == 8 && std::memcmp(magic, "\x89HDF\r\n\x1a\n", 8) == 0) return true;
  return false;
}

// What the first bytes are, where no command reads it.
const char* foreign(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("PK\3\4")) return "a zip archive. Of .npz name the .npy file inside, once unpacked; save .xlsx as CSV.";
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) return "text in UTF-16. Convert: iconv -f UTF-16 -t UTF-8 <IN >OUT";
  if (head.starts_with("MATLAB 5.0")) return "a MATLAB file before version 7.3. Save it there with the option -v7.3.";
  if (head.starts_with("PAR1")) return "an Apache Parquet file, which is not read. Save it as CSV or .npy.";
  if (head.starts_with("\x1f\x8b")) return "compressed with gzip. Pipe it in: zcat FILE | ... -";
  if (head.starts_with("\x28\xb5\x2f\xfd")) return "compressed with zstd. Pipe it in: zstdcat FILE | ... -";
  if (head.starts_with("%PDF")) return "a PDF document, which is not read as data.";
  if (head.starts_with("CDF")) return "a classic netCDF file. Convert it: nccopy -k nc4 IN OUT.h5";
  const auto control = [](unsigned char c) { return c < ' ' && (c < '\t' || c > '\r'); };
  if (std::any_of(head.begin(), head.end(), control)) return "binary data of an unknown kind. Known are HDF5, .npy, CSV and JSON.";
  return nullptr;
}

Content recognise(int fd, int64_t size, const std::string& name) {
  if (size == 0) throw Error(name + " is empty.", Exit::data);
  if (is_hdf5(fd, size)) return Content::hdf5;
  char bytes[512];
  const ssize_t n = ::pread(fd, bytes, sizeof bytes, 0);
  const std::string_view head(bytes, size_t(std::max<ssize_t>(n, 0)));
  if (head.starts_with("\x93NUMPY")) return Content::npy;
  if (head.starts_with("\x89PNG")) return Content::png;
  if (const char* kind = foreign(head)) throw Error(name + " is " + kind, Exit::data);
  const auto first = head.find_first_not_of(" \t\r\n");
  return first != head.npos && (head[first] == '{' || head[first] == '[') ? Content::json : Content::text;
}

}  // namespace

size_t inside_of(const std::string& path) {
  const auto colon = path.rfind(":/");
  return colon == 0 || (colon != path.npos && ::access(path.c_str(), F_OK) == 0) ? path.npos : colon;
}

void trust_inputs(bool yes) { trusted = yes; }

Value inputs_read() {
  Value all = Value::array();
  for (const Read& r : registry()) all.items().push_back(Value(Value::Object{{"file", r.file}, {"sha256", r.sha256}}));
  return all;
}

void forget_input(const std::string& path) {
  std::erase_if(registry(), [&](const Read& r) { return r.file == path; });
}

Input::Input(const std::string& given) : given_(given) {
  static bool stdin_taken = false;
  const size_t colon = inside_of(given);
  const std::string path = given.substr(0, colon);
  if (colon != given.npos) inside_ = given.substr(colon + 1);
  file_ = path, name_ = path == "-" ? "standard input" : "'" + path + "'";
  if (path == "-") {
    if (stdin_taken) throw Error("standard input can be read only once; '-' was given twice.", Exit::usage);
    if (::isatty(STDIN_FILENO)) throw Error("standard input is a terminal. Pipe data in, or name a file instead of '-'.", Exit::usage);
    stdin_taken = true;
  }
  const Fd in{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (in.fd < 0) throw Error(because("cannot open " + name_, errno) + ".", Exit::no_input);
  struct stat st;
  if (::fstat(in.fd, &st) < 0) throw Error(because("cannot read " + name_, errno) + ".", Exit::no_input);
  if (S_ISDIR(st.st_mode)) throw Error(name_ + " is a directory; a file was expected.", Exit::no_input);
  if (S_ISCHR(st.st_mode) && path != "-")
    throw Error(name_ + " is a device, which may never end; a file or a pipe was expected.", Exit::no_input);

  // A pipe is spooled to a temporary file, which needs no memory and can be sought in; so is a redirected stdin, which has no name.
  const bool spool = path == "-" || !S_ISREG(st.st_mode);
  if (!spool) recognise(in.fd, st.st_size, name_);  // what no command reads is refused before its gigabytes are hashed
  int copy = -1;
  if (spool) {
    try {
      slot_ = make_temporary(temporary_directory(), "stdin", file_);
    } catch (const Error& e) {
      throw e.in("spooling " + name_ + " (set DM_TMPDIR to a directory with room)");
    }
    copy = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
  }
  const Fd spooled{copy};
  try {
    Sha256 sum;
    std::string buffer(1 << 20, '\0');
    int64_t size = 0;
    for (ssize_t n;;) {
      n = ::read(in.fd, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Error(because("reading " + name_ + " failed", errno) + ".", Exit::io);
      if (n == 0) break;
      size += n;
      sum.add({buffer.data(), size_t(n)});
      if (spool)
        if (const int error = write_all(copy, buffer.data(), size_t(n)))
          throw Error(because("spooling " + name_ + " to '" + file_ + "' failed", error) + ". Set DM_TMPDIR to a directory with room.",
                      Exit::io);
    }
    sha256_ = sum.hex();
    content_ = recognise(spool ? copy : in.fd, size, name_);
  } catch (...) {
    if (slot_ >= 0) unlink_temporary(slot_);
    throw;
  }
  bool known = false;
  for (const Read& r : registry()) known = known || (r.file == path && r.sha256 == sha256_);
  if (!known) registry().push_back({path, sha256_});
}

Input::~Input() {
  if (slot_ >= 0) unlink_temporary(slot_);
}

std::string Input::text(int64_t limit) const {
  const Fd in{::open(file_.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat st;
  if (in.fd < 0 || ::fstat(in.fd, &st) < 0) throw Error(because("cannot open " + name_, errno) + ".", Exit::no_input);
  if (st.st_size > limit)
    throw Error(name_ + " has " + std::to_string(st.st_size) + " bytes; at most " + std::to_string(limit) + " are read.", Exit::data);
  std::string bytes(size_t(st.st_size), '\0');
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = ::read(in.fd, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Error(because("reading " + name_ + " failed", n < 0 ? errno : EIO) + ".", Exit::io);
    at += size_t(n);
  }
  return bytes;
}

h5::Group Input::open() const { return trusted ? h5::Group::open(file_, name_) : h5::Group::open_isolated(file_, name_); }

}  // namespace dm::io
