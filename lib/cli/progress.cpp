#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "cli/signals.h"

namespace dm::cli {

bool is_terminal(FILE* f) { return isatty(fileno(f)); }

int terminal_width(FILE* f) {
  winsize size{};
  if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool colour(FILE* f) {
  const char *no = std::getenv("NO_COLOR"), *term = std::getenv("TERM");
  return is_terminal(f) && !(no && *no) && !(term && !std::strcmp(term, "dumb"));
}

Terminal::Terminal(std::string command, bool quiet, FILE* out, bool bar)
    : command_(std::move(command)), quiet_(quiet), bar_(bar), out_(out) {}

Terminal::~Terminal() { clear(); }

void Terminal::clear() {
  if (shown_) std::fputs("\r\033[K", out_), std::fflush(out_);
  shown_ = false;
}

void Terminal::begin(std::string_view phase) {
  clear();
  phase_ = phase;
  start_ = last_ = Clock::now();
  first_ = -1, decile_ = 0, loss_ = weight_ = 0;
}

static std::string minutes(double seconds) {
  const auto s = int64_t(std::min(seconds, 1e8) + .5);
  char text[48];
  if (s >= 3600)
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600LL, s / 60 % 60LL, s % 60LL);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld", s / 60LL, s % 60LL);
  return text;
}

std::string Terminal::status(int64_t done, int64_t total, double seconds) const {
  char text[64];
  std::string s;
  const double rate = seconds > 0 ? double(done - first_) / seconds : 0;
  if (rate > 0) std::snprintf(text, sizeof text, "  %.*f/s", rate < 10 ? 1 : 0, rate), s += text;
  if (weight_ > 0) std::snprintf(text, sizeof text, "  loss %.4g", loss_ / weight_), s += text;
  if (rate > 0 && done < total)
    s += "  " + minutes(double(total - done) / rate) + " left";
  else if (done >= total)
    s += "  " + minutes(seconds);
  return s;
}

void Terminal::update(int64_t done, int64_t total, double loss) {
  if (done >= total) stop_asking();
  if (quiet_ || total <= 0) return;
  if (std::isfinite(loss)) loss_ = .98 * loss_ + .02 * loss, weight_ = .98 * weight_ + .02;
  const auto now = Clock::now();
  if (first_ < 0) {
    first_ = done, start_ = last_ = now, decile_ = int(10 * double(done) / double(total));
    if (done < total) return;
  }
  const double seconds = std::chrono::duration<double>(now - start_).count(), since = std::chrono::duration<double>(now - last_).count();
  const double share = std::min(1.0, double(done) / double(total));
  char head[64];
  if (bar_) {
    if (since < .1 && done < total) return;
    if (seconds < .5 && !shown_) return;  // what is over at once needs no bar
    std::snprintf(head, sizeof head, "] %3.0f %%", 100 * share);
    const std::string tail = head + status(done, total, seconds);
    const int width = std::min(40, terminal_width(out_) - int(phase_.size() + tail.size()) - 4);
    std::string line = phase_ + " ";
    if (width >= 8) {
      const int full = int(share * width);
      line += "[" + std::string(size_t(full), '=') + std::string(size_t(width - full), ' ') + tail;
    } else {
      line += tail.substr(2);
    }
    std::fprintf(out_, "\r\033[K%s", line.c_str());
    std::fflush(out_);
    shown_ = true;
  } else {
    const int decile = int(10 * share);
    if ((decile <= decile_ && since < 60) || seconds < .5) return;
    decile_ = decile;
    std::fprintf(out_, "%s: %s %3.0f %%%s\n", command_.c_str(), phase_.c_str(), 100 * share, status(done, total, seconds).c_str());
  }
  last_ = now;
}

void Terminal::note(std::string_view sentence) {
  if (quiet_) return;
  clear();
  std::fprintf(out_, "%s: %.*s\n", command_.c_str(), int(sentence.size()), sentence.data());
}

bool Terminal::stop_requested() { return cli::stop_requested(); }

}  // namespace dm::cli
