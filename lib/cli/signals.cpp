#include "cli/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <initializer_list>

#include "io/atomic_file.h"

namespace dm::cli {

static volatile std::sig_atomic_t requested = 0;
static std::atomic<bool> asked{false};  // lock-free, hence allowed in a handler

static void end(int signal) {
  io::remove_temporaries();
  std::signal(signal, SIG_DFL);
  raise(signal);
}

static void ask(int signal) {
  if (requested || !asked.load(std::memory_order_relaxed)) end(signal);
  requested = signal;
}

void install_signals() {
  // A closed stdin, stdout or stderr must not become the descriptor of a data file.
  for (const int fd : {0, 1, 2})
    if (fcntl(fd, F_GETFD) < 0) (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  struct sigaction action {};
  action.sa_handler = ask;
  action.sa_flags = SA_RESTART;
  for (const int s : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) sigaction(s, &action, nullptr);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup
  action.sa_handler = end;
  for (const int s : {SIGPIPE, SIGQUIT}) sigaction(s, &action, nullptr);
  io::ignore_file_size_signal();
}

bool stop_requested() {
  asked.store(true, std::memory_order_relaxed);
  return requested != 0;
}

void stop_asking() { asked.store(false, std::memory_order_relaxed); }

int stop_signal() { return requested; }

void die_of(int signal) {
  io::remove_temporaries();
  std::signal(signal, SIG_DFL);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace dm::cli
