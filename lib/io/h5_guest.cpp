#include "io/h5_guest.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <type_traits>
#include <utility>

#include "core/error.h"
#include "io/h5_detail.h"

namespace dm::h5 {

using io::Broken;
using io::Wire;

namespace {

// What may be asked: names of links, attributes, one attribute, info, texts, and numbers as float, double or int64.
template <class T>
constexpr char numbers_as = std::is_same_v<T, float>    ? 'f'
                            : std::is_same_v<T, double> ? 'd'
                                                        : 'l';

// The step that begins now (an opening, an answer, a block of numbers) ends within two seconds of computing, so that a loop does.
void allow_a_step() {
  rlimit most;
  rusage used;
  if (::getrlimit(RLIMIT_CPU, &most) < 0 || ::getrusage(RUSAGE_SELF, &used) < 0) return;
  most.rlim_cur = std::min(most.rlim_max, rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 2);
  ::setrlimit(RLIMIT_CPU, &most);
}

void limit(int64_t bytes) {
  const auto set = [](auto what, rlim_t most) {
    const rlimit r{most, most};
    ::setrlimit(what, &r);
  };
  set(RLIMIT_CORE, 0);
  set(RLIMIT_CPU, rlim_t(5 + bytes / 20000000));  // seconds: reading at 20 MB/s is allowed for
  allow_a_step();
#ifndef __SANITIZE_ADDRESS__
  long pages = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%ld", &pages) != 1) pages = 0;
    std::fclose(f);
  }
  set(RLIMIT_AS, rlim_t(pages) * rlim_t(::sysconf(_SC_PAGESIZE)) + (rlim_t(1) << 30) + 4 * rlim_t(bytes));
#endif
}

// Nothing of the parent's is kept open, no signal meant for it is heard, and the child does not outlive it.
void detach(int fd) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(fd, 3);
  const int null = ::open("/dev/null", O_RDWR);
  for (const int k : {0, 1, 2}) ::dup2(null, k);
  ::close_range(4, ~0u, 0);
  for (const int s : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGPIPE}) std::signal(s, SIG_DFL);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) std::signal(s, SIG_IGN);
}

void put(Wire& w, const std::vector<std::string>& all) {
  w.put(int64_t(all.size()));
  for (const auto& s : all) w.put(s);
}

void put(Wire& w, const Shape& shape) {
  w.put(int64_t(shape.size()));
  for (const int64_t n : shape) w.put(n);
}

// 0, then the answer; or the exit code of an error and its sentence. Numbers come in blocks, each after its length; -1 and an error, or
// 0, ends them.
template <class T>
void send_numbers(Wire& w, const Group& root, const std::string& path) {
  bool begun = false;
  try {
    root.stream<T>(
        path,
        [&](const Shape& s) {
          begun = true;
          w.put(int64_t(0));
          put(w, s);
          w.send();
        },
        [&](const T* data, int64_t n) {
          allow_a_step();
          w.put(n);
          w.send(data, size_t(n) * sizeof(T));
        });
    w.put(int64_t(0));
  } catch (const Error& e) {
    if (begun) w.put(int64_t(-1));
    w.put(int64_t(e.code())).put(std::string(e.what()));
  }
  w.send();
}

// The shape, the length of each text, and all of them in one.
void put_texts(Wire& w, const Group& root, const std::string& path) {
  Shape shape;
  const std::vector<std::string> all = root.texts(path, shape);
  std::string joined;
  put(w, shape);
  for (const auto& s : all) w.put(int64_t(s.size())), joined += s;
  w.send(joined.data(), joined.size());
}

[[noreturn]] void serve(const std::string& path, const std::string& name) {
  Wire w(3);
  try {
    const Group root = [&] {
      try {
        Group g = Group::open(path, name);
        w.put(int64_t(0)).send();
        return g;
      } catch (const Error& e) {
        w.put(int64_t(e.code())).put(std::string(e.what())).send();
        throw Broken();
      }
    }();
    for (;;) {
      const char what = char(w.number());
      const std::string a = w.text(), b = w.text();
      allow_a_step();
      if (what == 'f')
        send_numbers<float>(w, root, a);
      else if (what == 'd')
        send_numbers<double>(w, root, a);
      else if (what == 'l')
        send_numbers<int64_t>(w, root, a);
      else {
        Wire reply(3);
        reply.put(int64_t(0));
        try {
          if (what == 'n') put(reply, a.empty() ? root.names() : root.at(a).names());
          if (what == 'a') put(reply, root.attributes(a));
          if (what == 'g') reply.put(root.get(a, b));
          if (what == 't') put_texts(reply, root, a);
          if (what == 'i') {
            const Info i = root.info(a);
            put(reply.put(int64_t(i.kind)).put(int64_t(i.size)), i.shape);
          }
          reply.send();
        } catch (const Error& e) {
          w.put(int64_t(e.code())).put(std::string(e.what())).send();
        }
      }
    }
  } catch (...) {  // the parent has left, or memory has run out: it hears of that as a silent line
    ::_exit(1);
  }
}

std::vector<std::string> names_from(Wire& w) {
  std::vector<std::string> all;
  const int64_t n = w.number();
  if (n < 0 || n > 100000) throw Broken();
  for (int64_t i = 0; i < n; ++i) all.push_back(w.text());
  return all;
}

Shape shape_of(Wire& w) {
  const int64_t rank = w.number();
  if (rank < 0 || rank > 8) throw Broken();
  Shape s;
  for (int64_t k = 0; k < rank; ++k) s.push_back(w.number());
  return s;
}

}  // namespace

Guest::Guest(const std::string& path, const std::string& name, int64_t bytes) : name_(name), bytes_(bytes), wire_(-1) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    throw Error("reading " + name + ": no socket pair: " + std::strerror(errno) + ".", Exit::io);
  child_ = ::fork();
  if (child_ == 0) {
    detach(ends[1]);
    limit(bytes);
    serve(path, name);
  }
  const int error = errno;
  ::close(ends[1]);
  fd_ = ends[0];
  if (child_ < 0) {
    ::close(fd_);
    throw Error("reading " + name + ": cannot fork: " + std::strerror(error) + ".", Exit::io);
  }
  wire_ = Wire(fd_);
  std::string sentence;
  int64_t code = 0;
  try {
    try {
      if ((code = wire_.number()) != 0) sentence = wire_.text();
    } catch (const Broken&) {
      dead();
    }
    if (code) throw Error(sentence, Exit(code));
  } catch (...) {
    end();
    throw;
  }
}

Guest::~Guest() { end(); }

void Guest::end() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

void Guest::dead() {
  if (child_ > 0) {
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) == 0) {  // it lives, but what it says makes no sense
      ::kill(child_, SIGKILL);
      while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
      }
      if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) status = 0;  // ours; another came first
    }
    child_ = -1;
    epitaph_ = " is damaged: the HDF5 library gave up reading it.";
    if (WIFSIGNALED(status)) {
      const int s = WTERMSIG(status);
      const char* how = s == SIGXCPU || s == SIGKILL ? "did not finish reading it" : "crashed reading it";
      epitaph_ = std::string(" is damaged: the HDF5 library ") + how + " (SIG" + sigabbrev_np(s) + ").";
    }
  }
  throw Error(name_ + epitaph_, Exit::data);
}

template <class Take>
auto Guest::ask(char what, const std::string& a, const std::string& b, Take&& take) {
  if (child_ < 0) dead();
  std::string sentence;
  int64_t code = 0;
  try {
    wire_.put(int64_t(what)).put(a).put(b).send();
    code = wire_.number();
    if (code == 0) return take();
    sentence = wire_.text();
  } catch (const Broken&) {
    dead();
  }
  throw Error(sentence, Exit(code));
}

std::vector<std::string> Guest::names(const std::string& group) {
  return ask('n', group, "", [&] { return names_from(wire_); });
}
std::vector<std::string> Guest::attributes(const std::string& of) {
  return ask('a', of, "", [&] { return names_from(wire_); });
}
Value Guest::get(const std::string& name, const std::string& of) {
  return ask('g', name, of, [&] { return wire_.value(); });
}
Info Guest::info(const std::string& path) {
  return ask('i', path, "", [&] {
    Info i;
    const int64_t kind = wire_.number(), size = wire_.number();
    if (kind < Info::none || kind > Info::group || size < 0 || size > INT32_MAX) throw Broken();
    i.kind = Info::Kind(kind), i.size = int(size), i.shape = shape_of(wire_);
    return i;
  });
}

template <class T>
std::vector<T> Guest::read(const std::string& path, Shape& shape) {
  return ask(numbers_as<T>, path, "", [&] {
    shape = shape_of(wire_);
    int64_t count = 1;
    for (const int64_t n : shape)
      if (n < 0 || __builtin_mul_overflow(count, n, &count)) throw Broken();
    if (count / 1300 > bytes_ + (1 << 20)) throw Broken();  // the child has checked; so do we, for it may be out of its mind
    std::vector<T> v(static_cast<size_t>(count));
    int64_t at = 0;
    for (int64_t n; (n = wire_.number()) != 0; at += n) {
      if (n == -1) {
        const int64_t code = wire_.number();
        throw Error(wire_.text(), Exit(code));
      }
      if (n < 0 || n > count - at) throw Broken();
      wire_.receive(v.data() + at, size_t(n) * sizeof(T));
    }
    if (at != count) throw Broken();
    return v;
  });
}

std::vector<std::string> Guest::texts(const std::string& path, Shape& shape) {
  return ask('t', path, "", [&] {
    shape = shape_of(wire_);
    int64_t count = 1;
    for (const int64_t n : shape)
      if (n < 0 || __builtin_mul_overflow(count, n, &count)) throw Broken();
    if (count > max_text) throw Broken();
    std::vector<int64_t> length(static_cast<size_t>(count));
    wire_.receive(length.data(), length.size() * sizeof(int64_t));
    int64_t total = 0;
    for (const int64_t n : length)
      if (n < 0 || (total += n) > max_letters) throw Broken();
    std::vector<std::string> all;
    for (const int64_t n : length) wire_.receive(all.emplace_back(size_t(n), '\0').data(), size_t(n));
    return all;
  });
}

template std::vector<float> Guest::read<float>(const std::string&, Shape&);
template std::vector<double> Guest::read<double>(const std::string&, Shape&);
template std::vector<int64_t> Guest::read<int64_t>(const std::string&, Shape&);

}  // namespace dm::h5
