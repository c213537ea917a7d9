#include "plot/canvas.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "core/error.h"
#include "plot/font.h"

namespace dm::plot {

Format format_of(std::string_view name) {
  const size_t dot = name.rfind('.');
  std::string suffix(dot == std::string_view::npos || name.find('/', dot) != std::string_view::npos ? "" : name.substr(dot));
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (suffix == ".png") return Format::png;
  if (suffix == ".svg") return Format::svg;
  if (suffix == ".pdf") return Format::pdf;
  throw Error("the picture '" + std::string(name) + "' " + (suffix.empty() ? "has no suffix" : "ends in '" + suffix + "'") +
                  "; its format is chosen by the suffix: expected .png, .svg or .pdf",
              Exit::usage);
}

static cairo_status_t append(void* out, const unsigned char* bytes, unsigned n) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), n);
  return CAIRO_STATUS_SUCCESS;
}

struct Canvas::State {
  Format format;
  double width, height, scale;  // scale: pixels a point, of PNG
  std::string bytes;
  cairo_surface_t* surface = nullptr;
  cairo_t* page = nullptr;
  cairo_surface_t* picture_surface = nullptr;
  cairo_t* picture = nullptr;
  Rect picture_at;

  cairo_t* cr() const { return picture ? picture : page; }
  ~State() {
    for (cairo_t* c : {picture, page})
      if (c) cairo_destroy(c);
    for (cairo_surface_t* s : {picture_surface, surface})
      if (s) cairo_surface_destroy(s);
  }
  static void check(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS) throw Error(std::string("drawing the picture failed in cairo: ") + cairo_status_to_string(status));
  }
};

void Canvas::check(Format format, double width, double height, double dpi) {
  if (!(width > 0 && width <= 7200 && height > 0 && height <= 7200 && dpi >= 36 && dpi <= 1200))
    throw Error("a picture of " + std::to_string(width / 72) + " x " + std::to_string(height / 72) + " inches at " + std::to_string(dpi) +
                    " dots an inch was asked for; expected up to 100 x 100 inches at 36 to 1200 dots an inch",
                Exit::spec);
  const double w = std::ceil(width * dpi / 72), h = std::ceil(height * dpi / 72);
  if (format == Format::png && (w > 20000 || h > 20000))
    throw Error("a PNG of " + std::to_string(int64_t(w)) + " x " + std::to_string(int64_t(h)) +
                    " pixels was asked for; expected up to 20000 x 20000. Lower --dpi, or write .svg or .pdf",
                Exit::spec);
}

Canvas::Canvas(Format format, double width, double height, double dpi) : s_(std::make_unique<State>()) {
  check(format, width, height, dpi);
  s_->format = format, s_->width = width, s_->height = height, s_->scale = dpi / 72;
  if (format == Format::png) {
    const double w = std::ceil(width * s_->scale), h = std::ceil(height * s_->scale);
    s_->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, int(w), int(h));
  } else if (format == Format::svg) {
    s_->surface = cairo_svg_surface_create_for_stream(append, &s_->bytes, width, height);
    State::check(cairo_surface_status(s_->surface));
    cairo_svg_surface_set_document_unit(s_->surface, CAIRO_SVG_UNIT_PT);
  } else {
    s_->surface = cairo_pdf_surface_create_for_stream(append, &s_->bytes, width, height);
    State::check(cairo_surface_status(s_->surface));
    cairo_pdf_surface_set_metadata(s_->surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");  // else the clock
    cairo_pdf_surface_set_metadata(s_->surface, CAIRO_PDF_METADATA_CREATOR, "dmkit");
  }
  State::check(cairo_surface_status(s_->surface));
  s_->page = cairo_create(s_->surface);
  if (format == Format::png) cairo_scale(s_->page, s_->scale, s_->scale);
  cairo_set_line_cap(s_->page, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(s_->page, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgb(s_->page, 1, 1, 1);
  cairo_paint(s_->page);
}

Canvas::~Canvas() = default;

static void pen(cairo_t* cr, Colour c) {
  if (c.a >= 1)
    cairo_set_source_rgb(cr, c.r, c.g, c.b);
  else
    cairo_set_source_rgba(cr, c.r, c.g, c.b, c.a);
}

static void trace(cairo_t* cr, const std::vector<Point>& p) {
  if (p.empty()) return;
  cairo_move_to(cr, p[0].x, p[0].y);
  for (size_t i = 1; i < p.size(); ++i) cairo_line_to(cr, p[i].x, p[i].y);
}

void Canvas::line(const std::vector<Point>& p, Colour c, double width, bool dashed) {
  if (p.size() < 2) return;
  cairo_t* cr = s_->cr();
  const double dashes[] = {3 * width + 1, 2.5 * width + 1};
  if (dashed) cairo_set_dash(cr, dashes, 2, 0);
  trace(cr, p);
  pen(cr, c);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
  if (dashed) cairo_set_dash(cr, nullptr, 0, 0);
}

void Canvas::fill(const std::vector<Point>& p, Colour c) {
  cairo_t* cr = s_->cr();
  trace(cr, p);
  cairo_close_path(cr);
  pen(cr, c);
  cairo_fill(cr);
}

void Canvas::rect(Rect r, Colour c) {
  cairo_t* cr = s_->cr();
  cairo_rectangle(cr, r.x, r.y, r.w, r.h);
  pen(cr, c);
  cairo_fill(cr);
}

void Canvas::dot(Point p, double radius, Colour c) {
  cairo_t* cr = s_->cr();
  pen(cr, c);
  // A round pen put down once: far fewer bytes in vector files than a circle of four curves.
  if (s_->format != Format::png && !s_->picture) {
    cairo_move_to(cr, p.x, p.y);
    cairo_line_to(cr, p.x, p.y);
    cairo_set_line_width(cr, 2 * radius);
    cairo_stroke(cr);
  } else {
    cairo_arc(cr, p.x, p.y, radius, 0, 2 * std::numbers::pi);
    cairo_fill(cr);
  }
}

void Canvas::ring(Point p, double radius, Colour rim, double width, Colour inside) {
  cairo_t* cr = s_->cr();
  cairo_new_sub_path(cr);
  cairo_arc(cr, p.x, p.y, radius, 0, 2 * std::numbers::pi);
  cairo_close_path(cr);
  pen(cr, inside);
  cairo_fill_preserve(cr);
  pen(cr, rim);
  cairo_set_line_width(cr, width);
  cairo_stroke(cr);
}

void Canvas::image(Rect r, int columns, int rows, const std::vector<Colour>& pixels) {
  // Viewers of vector files smooth what they enlarge: a pixel that is wider than a point is stored as many.
  const double size = std::max(r.w / columns, r.h / rows);
  if (const int k = int(std::min(std::ceil(4 * size), std::floor(4000.0 / std::max(columns, rows))));
      s_->format != Format::png && size > 1 && k > 1) {
    std::vector<Colour> fine(pixels.size() * size_t(k) * size_t(k));
    for (int i = 0; i < rows * k; ++i)
      for (int j = 0; j < columns * k; ++j)
        fine[size_t(i) * size_t(columns * k) + size_t(j)] = pixels[size_t(i / k) * size_t(columns) + size_t(j / k)];
    return image(r, columns * k, rows * k, fine);
  }
  cairo_surface_t* image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows);
  if (const auto status = cairo_surface_status(image)) cairo_surface_destroy(image), State::check(status);
  cairo_surface_flush(image);
  unsigned char* data = cairo_image_surface_get_data(image);
  const int stride = cairo_image_surface_get_stride(image);
  const auto byte = [](double v) { return uint32_t(std::lround(std::clamp(v, 0.0, 1.0) * 255)); };
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      const Colour& c = pixels[size_t(i) * size_t(columns) + size_t(j)];
      reinterpret_cast<uint32_t*>(data + i * stride)[j] = byte(c.r) << 16 | byte(c.g) << 8 | byte(c.b);
    }
  cairo_surface_mark_dirty(image);
  cairo_t* cr = s_->cr();
  cairo_save(cr);
  cairo_translate(cr, r.x, r.y);
  cairo_scale(cr, r.w / columns, r.h / rows);
  cairo_set_source_surface(cr, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle(cr, 0, 0, columns, rows);
  cairo_fill(cr);
  cairo_restore(cr);
  cairo_surface_destroy(image);
}

void Canvas::text(Point p, std::string_view s, double size, Colour c, Align align, bool turned, bool bold) {
  cairo_t* cr = s_->cr();
  cairo_save(cr);
  cairo_translate(cr, p.x, p.y);
  if (turned) cairo_rotate(cr, -std::numbers::pi / 2);
  const double width = size * line_width(s), shift = align == Align::left ? 0 : align == Align::centre ? -width / 2 : -width;
  const double pen_width = size * (bold ? .098 : .070);
  std::vector<Point> dots;
  for (const Placed& g : set_line(s)) {
    const double k = size * g.scale, x0 = shift + size * g.x, y0 = -size * g.y;
    const auto X = [&](double x) { return x0 + k * x; };
    const auto Y = [&](double y) { return y0 - k * y; };
    for (const Segment& e : g.glyph->segments) switch (e.kind) {
        case Segment::move: cairo_move_to(cr, X(e.x[0]), Y(e.y[0])); break;
        case Segment::line: cairo_line_to(cr, X(e.x[0]), Y(e.y[0])); break;
        case Segment::curve: cairo_curve_to(cr, X(e.x[0]), Y(e.y[0]), X(e.x[1]), Y(e.y[1]), X(e.x[2]), Y(e.y[2])); break;
        case Segment::dot: dots.push_back({X(e.x[0]), Y(e.y[0])}); break;
      }
  }
  pen(cr, c);
  cairo_set_line_width(cr, pen_width);
  cairo_stroke(cr);
  for (const Point& d : dots) cairo_move_to(cr, d.x, d.y), cairo_line_to(cr, d.x, d.y);
  cairo_set_line_width(cr, 1.6 * pen_width);
  cairo_stroke(cr);
  cairo_restore(cr);
}

void Canvas::clip(Rect r) {
  cairo_save(s_->cr());
  cairo_rectangle(s_->cr(), r.x, r.y, r.w, r.h);
  cairo_clip(s_->cr());
}

void Canvas::unclip() { cairo_restore(s_->cr()); }

void Canvas::begin_picture(Rect r) {
  if (s_->format == Format::png) return;
  const double scale = 450.0 / 72;
  s_->picture_at = r;
  s_->picture_surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, int(std::ceil(r.w * scale)), int(std::ceil(r.h * scale)));
  State::check(cairo_surface_status(s_->picture_surface));
  s_->picture = cairo_create(s_->picture_surface);
  cairo_set_line_cap(s_->picture, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(s_->picture, CAIRO_LINE_JOIN_ROUND);
  cairo_scale(s_->picture, scale, scale);
  cairo_translate(s_->picture, -r.x, -r.y);
}

void Canvas::end_picture() {
  if (!s_->picture) return;
  State::check(cairo_status(s_->picture));
  cairo_destroy(s_->picture);
  s_->picture = nullptr;
  cairo_surface_flush(s_->picture_surface);
  cairo_t* cr = s_->page;
  cairo_save(cr);
  cairo_translate(cr, s_->picture_at.x, s_->picture_at.y);
  cairo_scale(cr, 72.0 / 450, 72.0 / 450);
  cairo_set_source_surface(cr, s_->picture_surface, 0, 0);
  cairo_paint(cr);
  cairo_restore(cr);
  cairo_surface_destroy(s_->picture_surface);
  s_->picture_surface = nullptr;
}

// cairo numbers its surfaces over the life of the process, and writes those numbers into SVG as "surface17", "image12". They are
// numbered anew here, so that the bytes depend on the picture alone.
static std::string renumbered(const std::string& svg) {
  std::map<std::string, std::string> names;
  std::string out;
  for (size_t i = 0; i < svg.size();) {
    size_t end = i;
    for (const char* word : {"\"surface", "#surface", "\"image", "#image"})
      if (svg.compare(i, std::char_traits<char>::length(word), word) == 0) {
        const size_t first = i + std::char_traits<char>::length(word);
        for (end = first; end < svg.size() && svg[end] >= '0' && svg[end] <= '9';) ++end;
        if (end == first) end = i;
      }
    if (end == i) {
      out += svg[i++];
      continue;
    }
    out += svg[i];  // the quote or the hash
    const std::string name = svg.substr(i + 1, end - i - 1);
    auto& fresh = names[name];
    if (fresh.empty()) fresh = name.substr(0, name.find_first_of("0123456789")) + std::to_string(names.size());
    out += fresh;
    i = end;
  }
  return out;
}

std::string Canvas::finish() {
  State::check(cairo_status(s_->page));
  if (s_->format == Format::png) {
    State::check(cairo_surface_write_to_png_stream(s_->surface, append, &s_->bytes));
    return std::move(s_->bytes);
  }
  cairo_show_page(s_->page);
  cairo_surface_finish(s_->surface);
  State::check(cairo_surface_status(s_->surface));
  return s_->format == Format::svg ? renumbered(s_->bytes) : std::move(s_->bytes);
}

}  // namespace dm::plot
