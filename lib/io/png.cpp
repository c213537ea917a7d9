// PNG images as rows: grey or RGB, 8 or 16 bits, [0, 1].
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "core/error.h"
#include "io/table.h"

namespace dm::io {

namespace {

constexpr int64_t widest = 1 << 15;  // pixels of an image's side

struct Decoder {
  std::string_view bytes;
  size_t at = 0;
  char complaint[128] = "";
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read(png_structp png, png_bytep to, size_t n) {
  auto& d = *static_cast<Decoder*>(png_get_io_ptr(png));
  if (n > d.bytes.size() - d.at) png_error(png, "it is cut short");
  std::memcpy(to, d.bytes.data() + d.at, n);
  d.at += n;
}

[[noreturn]] void error(png_structp png, png_const_charp what) {
  auto& d = *static_cast<Decoder*>(png_get_error_ptr(png));
  std::strncpy(d.complaint, what, sizeof d.complaint - 1);
  png_longjmp(png, 1);
}

// What libpng calls between setjmp and longjmp holds nothing that would need a destructor.
bool begin(Decoder& d) {
  if (setjmp(png_jmpbuf(d.png))) return false;
  png_set_read_fn(d.png, &d, read);
  png_set_user_limits(d.png, widest, widest);
  png_set_chunk_cache_max(d.png, 100);
  png_set_chunk_malloc_max(d.png, 1 << 24);
  png_set_keep_unknown_chunks(d.png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
  png_read_info(d.png, d.info);
  png_set_expand(d.png);  // palettes to RGB, fewer than 8 bits to 8, transparency to an alpha channel
  png_set_interlace_handling(d.png);
  png_read_update_info(d.png, d.info);
  return true;
}

bool finish(Decoder& d, png_bytepp rows) {
  if (setjmp(png_jmpbuf(d.png))) return false;
  png_read_image(d.png, rows);
  png_read_end(d.png, nullptr);
  return true;
}

}  // namespace

Matrix<double> parse_png(std::string_view bytes, const std::string& name, std::vector<int64_t>& shape) {
  const auto refuse = [&](const std::string& why) { return Error(name + ": " + why, Exit::data); };
  Decoder d{bytes};
  d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d, error, [](png_structp, png_const_charp) {});
  if (d.png) d.info = png_create_info_struct(d.png);
  if (!d.info) throw std::bad_alloc();
  if (!begin(d)) throw refuse("the PNG image is damaged: " + std::string(d.complaint) + ".");
  const int64_t w = png_get_image_width(d.png, d.info), h = png_get_image_height(d.png, d.info), channels = png_get_channels(d.png, d.info),
                depth = png_get_bit_depth(d.png, d.info) / 8, line = int64_t(png_get_rowbytes(d.png, d.info));
  if (w > widest || h > widest)
    throw refuse("the image has " + std::to_string(w) + " x " + std::to_string(h) + " pixels; at most " + std::to_string(widest) +
                 " a side are read.");
  // deflate cannot do better than 1030 : 1, and no expansion above is larger than 32 (a palette of one bit to RGBA)
  if (line * h > 33000 * int64_t(bytes.size()) || line * h > int64_t(1) << 28)
    throw refuse("the image has " + std::to_string(w) + " x " + std::to_string(h) + " pixels in " + std::to_string(bytes.size()) +
                 " bytes, which cannot be or is too much.");
  std::vector<png_byte> pixels(size_t(line * h));
  std::vector<png_bytep> rows;
  for (int64_t i = 0; i < h; ++i) rows.push_back(&pixels[size_t(i * line)]);
  if (!finish(d, rows.data())) throw refuse("the PNG image is damaged: " + std::string(d.complaint) + ".");

  const bool alpha = channels % 2 == 0;
  const int64_t c = channels - alpha;
  shape = {h, w, c};
  Matrix<double> x(1, h * w * c);
  const auto value = [&](int64_t pixel, int64_t k) {
    const png_byte* p = &pixels[size_t((pixel * channels + k) * depth)];
    return depth == 2 ? double(p[0] << 8 | p[1]) / 65535 : double(p[0]) / 255;
  };
  for (int64_t i = 0; i < h * w; ++i) {
    if (alpha && value(i, c) != 1)
      throw refuse("pixel " + std::to_string(i % w + 1) + ", " + std::to_string(i / w + 1) +
                   " is transparent; grey or RGB without transparency was expected. Lay the image on a background first.");
    for (int64_t k = 0; k < c; ++k) x.v[size_t(i * c + k)] = value(i, k);
  }
  return x;
}

}  // namespace dm::io
