#include "io/wire.h"

#include <sys/socket.h>

#include <bit>
#include <cerrno>

namespace dm::io {

static constexpr int64_t longest = int64_t(1) << 26;  // of a text, or items of an array: what is more is damage

Wire& Wire::put(int64_t n) {
  out_.append(reinterpret_cast<const char*>(&n), sizeof n);
  return *this;
}

Wire& Wire::put(const std::string& s) {
  put(int64_t(s.size()));
  out_ += s;
  return *this;
}

Wire& Wire::put(const Value& v) {
  if (v.is_integer()) return put(int64_t('i')).put(v.integer());
  if (v.is_number()) return put(int64_t('d')).put(std::bit_cast<int64_t>(v.number()));
  if (v.is_text()) return put(int64_t('t')).put(v.text());
  if (!v.is_array()) return put(int64_t('n'));
  put(int64_t('a')).put(int64_t(v.items().size()));
  for (const Value& item : v.items()) put(item);
  return *this;
}

void Wire::send() {
  const std::string out = std::move(out_);
  out_.clear();
  send(out.data(), out.size());
}

void Wire::send(const void* data, size_t n) {
  if (!out_.empty()) send();
  for (const char* p = static_cast<const char*>(data); n > 0;) {
    const ssize_t k = ::send(fd_, p, n, MSG_NOSIGNAL);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) throw Broken();
    p += k, n -= size_t(k);
  }
}

void Wire::receive(void* data, size_t n) {
  for (char* p = static_cast<char*>(data); n > 0;) {
    const ssize_t k = ::recv(fd_, p, n, 0);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) throw Broken();
    p += k, n -= size_t(k);
  }
}

int64_t Wire::number() {
  int64_t n;
  receive(&n, sizeof n);
  return n;
}

std::string Wire::text() {
  const int64_t n = number();
  if (n < 0 || n > longest) throw Broken();
  std::string s(size_t(n), '\0');
  receive(s.data(), s.size());
  return s;
}

Value Wire::value(int depth) {
  switch (number()) {
    case 'n': return {};
    case 'i': return number();
    case 'd': return std::bit_cast<double>(number());
    case 't': return text();
    case 'a': {
      Value all = Value::array();
      const int64_t n = number();
      if (n < 0 || n > longest || depth == 0) throw Broken();
      for (int64_t i = 0; i < n; ++i) all.items().push_back(value(depth - 1));
      return all;
    }
  }
  throw Broken();
}

}  // namespace dm::io
