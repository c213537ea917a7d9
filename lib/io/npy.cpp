// NumPy's .npy, versions 1 to 3: magic, header length, a Python dict literal, then the numbers.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "io/table.h"

namespace dm::io {

static_assert(std::endian::native == std::endian::little);

namespace {

// The value text of 'key' in a header like {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }.
std::string_view value_of(std::string_view header, std::string_view key, const std::string& name) {
  const auto at = header.find("'" + std::string(key) + "'");
  const auto colon = at == header.npos ? at : header.find(':', at);
  if (colon == header.npos) throw Error(name + ": the .npy header has no '" + std::string(key) + "'.", Exit::data);
  std::string_view v = header.substr(colon + 1);
  while (v.starts_with(' ')) v.remove_prefix(1);
  const auto end = v.starts_with('(') ? v.find(')') : v.starts_with('\'') ? v.find('\'', 1) : v.find_first_of(",}") - 1;
  if (end == v.npos || end >= v.size()) throw Error(name + ": the .npy header is damaged at '" + std::string(key) + "'.", Exit::data);
  return v.substr(0, end + 1);
}

// As doubles; `swapped`: the highest byte first.
template <class T>
void widen(const char* from, bool swapped, std::vector<double>& to) {
  for (size_t i = 0; i < to.size(); ++i, from += sizeof(T)) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, from, sizeof(T));
    if (swapped) std::reverse(bytes, bytes + sizeof(T));
    T x;
    std::memcpy(&x, bytes, sizeof(T));
    to[i] = double(x);
  }
}

// IEEE half precision, of which C++20 has no type: sign, 5 bits of exponent, 10 of fraction.
struct Half {
  uint16_t bits;
  explicit operator double() const {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size =
        exponent == 31 ? (fraction ? NAN : HUGE_VAL) : std::ldexp(exponent ? 1024 + fraction : fraction, std::max(exponent, 1) - 25);
    return bits >> 15 ? -size : size;
  }
};

struct Kind {
  std::string_view name;  // as in the header, without the order of bytes
  int size;
  bool integer;
  void (*widen)(const char*, bool, std::vector<double>&);
};
constexpr Kind kinds[] = {{"b1", 1, true, widen<uint8_t>},  {"i1", 1, true, widen<int8_t>},   {"u1", 1, true, widen<uint8_t>},
                          {"i2", 2, true, widen<int16_t>},  {"u2", 2, true, widen<uint16_t>}, {"i4", 4, true, widen<int32_t>},
                          {"u4", 4, true, widen<uint32_t>}, {"i8", 8, true, widen<int64_t>},  {"u8", 8, true, widen<uint64_t>},
                          {"f2", 2, false, widen<Half>},    {"f4", 4, false, widen<float>},   {"f8", 8, false, widen<double>}};

// What an array of another type holds, and what to do.
std::string foreign(std::string_view type) {
  const char kind = type.size() > 2 ? type[2] : ' ';  // behind the quote and the order of bytes
  const std::string shown(type.substr(0, 40));
  if (type.starts_with('[')) return "the array has records of several fields; save one of them, or columns of one type.";
  if (kind == 'c') return "the array holds complex numbers (" + shown + "); save the real and the imaginary part as columns.";
  if (kind == 'O') return "the array holds Python objects, which are not read; save numbers, with .astype('f8').";
  if (kind == 'U' || kind == 'S' || kind == 'a') return "the array holds texts (" + shown + "); numbers were expected.";
  if (kind == 'M' || kind == 'm') return "the array holds dates or times (" + shown + "); save them as numbers of the unit that is meant.";
  return "the .npy type " + shown + " is not read; booleans, integers and floats of up to 8 bytes are. Convert with .astype('f8').";
}

}  // namespace

Matrix<double> parse_npy(std::string_view bytes, const std::string& name, bool* integers) {
  const auto refuse = [&](const std::string& why) { return Error(name + ": " + why, Exit::data); };
  if (bytes.size() < 12 || !bytes.starts_with("\x93NUMPY")) throw refuse("this is no .npy file.");
  const int version = uint8_t(bytes[6]);
  if (version < 1 || version > 3) throw refuse(".npy version " + std::to_string(version) + " is not known; 1 to 3 are.");
  size_t length = 0;
  const size_t start = version == 1 ? 10 : 12;
  for (size_t k = 8; k < start; ++k) length |= size_t(uint8_t(bytes[k])) << (8 * (k - 8));
  if (length > bytes.size() - start) throw refuse("the .npy header is cut short.");
  const std::string_view header = bytes.substr(start, length), data = bytes.substr(start + length);

  const std::string type(value_of(header, "descr", name));
  const bool told = type.size() > 3 && type.front() == '\'' && std::string_view("<>|=").find(type[1]) != std::string_view::npos;
  const auto kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return told && type.substr(2, type.size() - 3) == k.name; });
  if (kind == std::end(kinds)) throw refuse(foreign(type));
  const int size = kind->size;
  if (integers) *integers = kind->integer;
  const std::string_view order = value_of(header, "fortran_order", name);
  if (!order.starts_with("False") && !order.starts_with("True")) throw refuse("the .npy header is damaged at 'fortran_order'.");
  const bool columns_first = order.starts_with("True");

  std::vector<int64_t> shape;
  int64_t count = 1;
  for (std::string_view s = value_of(header, "shape", name).substr(1); !s.empty();) {
    while (!s.empty() && (s[0] == ' ' || s[0] == ',')) s.remove_prefix(1);
    if (s == ")") break;
    int64_t n = 0;
    size_t k = 0;
    for (; k < s.size() && s[k] >= '0' && s[k] <= '9'; ++k)
      if (__builtin_mul_overflow(n, int64_t(10), &n) || __builtin_add_overflow(n, int64_t(s[k] - '0'), &n))
        throw refuse("the .npy shape is too large.");
    if (k == 0) throw refuse("the .npy header is damaged at 'shape'.");
    shape.push_back(n);
    s.remove_prefix(k);
    if (__builtin_mul_overflow(count, n, &count)) throw refuse("the .npy shape is too large.");
  }
  if (shape.empty() || shape.size() > 2)
    throw refuse("the array has " + std::to_string(shape.size()) + " axes; [rows, columns] was expected.");
  int64_t need = 0;
  if (__builtin_mul_overflow(count, int64_t(size), &need) || need != int64_t(data.size()))
    throw refuse("the .npy header promises " + std::to_string(count) + " numbers of " + std::to_string(size) + " bytes; " +
                 std::to_string(data.size()) + " bytes follow. The file is damaged or cut short.");
  if (count == 0) throw refuse("the array is empty.");

  Matrix<double> m(shape[0], shape.size() == 2 ? shape[1] : 1);
  kind->widen(data.data(), type[1] == '>', m.v);
  return columns_first ? by_columns(m.v, m.rows, m.cols) : m;
}

std::string to_npy(Mat<const double> x) {
  std::string header =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (" + std::to_string(x.rows) + ", " + std::to_string(x.cols) + "), }";
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // the numbers start at a multiple of 64 bytes
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  out.reserve(10 + header.size() + size_t(x.rows) * size_t(x.cols) * sizeof(double));  // to grow would take it twice
  out += char(header.size() & 255);
  out += char(header.size() >> 8);
  out += header;
  for (int64_t i = 0; i < x.rows; ++i) out.append(reinterpret_cast<const char*>(x[i]), size_t(x.cols) * sizeof(double));
  return out;
}

}  // namespace dm::io
