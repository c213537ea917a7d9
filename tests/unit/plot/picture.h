// Reads a PNG back, by libpng itself.
#pragma once
#include <png.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

struct Picture {
  int width = 0, height = 0;
  std::vector<unsigned char> rgb;

  explicit Picture(const std::string& bytes) {
    png_image image;
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) return;
    image.format = PNG_FORMAT_RGB;
    rgb.resize(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, rgb.data(), 0, nullptr)) width = int(image.width), height = int(image.height);
  }
  const unsigned char* at(int x, int y) const { return rgb.data() + 3 * (y * width + x); }
  double ink(int x, int y) const { return 1 - (at(x, y)[0] + at(x, y)[1] + at(x, y)[2]) / 765.0; }
  // The mean ink of a part, in shares of the whole.
  double ink(double x0, double y0, double x1, double y1) const {
    double sum = 0;
    int n = 0;
    for (int y = int(y0 * height); y < int(y1 * height); ++y)
      for (int x = int(x0 * width); x < int(x1 * width); ++x) sum += ink(x, y), ++n;
    return sum / n;
  }
};
